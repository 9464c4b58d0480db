package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnthropicFactoryTest {

    private static AnthropicSettings read(Map<String, Object> more) throws ProviderException {
        var settings = new HashMap<String, Object>(Map.of("api-key", "k"));
        settings.putAll(more);
        return AnthropicSettings.of("cloud", settings);
    }

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ProviderFactory.class)).extracting(ProviderFactory::kind)
                .containsExactly("anthropic");
    }

    @Test
    void declaresItsSettings() {
        assertThat(new AnthropicFactory().settings()).extracting(Setting::name).doesNotHaveDuplicates().contains(
                "base-url", "api-key", "version", "beta", "headers", "discover", "local", "free", "max-tokens",
                "thinking",
                "cache");
        assertThat(new AnthropicFactory().settings()).filteredOn(setting -> setting.name().equals("api-key"))
                .extracting(Setting::type).containsExactly(Setting.Type.SECRET);
    }

    @Test
    void aKeyIsEnough() throws ProviderException {
        AnthropicSettings settings = read(Map.of());
        assertThat(settings.baseUrl()).isEqualTo("https://api.anthropic.com");
        assertThat(settings.headers()).isEqualTo(Map.of("anthropic-version", "2023-06-01", "x-api-key", "k"));
        assertThat(settings.local() || settings.free() || settings.cache()).isFalse();
        assertThat(settings.thinking()).isNull();
        assertThat(settings.maxTokens()).isZero();
    }

    @Test
    void theVendorIsNotAskedWithoutAKey() throws ProviderException {
        ProviderException failure = MessagesCase.failure(() -> AnthropicSettings.of("anthropic", Map.of()));
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessageContaining("'api-key' is missing");

        assertThat(AnthropicSettings.of("a", Map.of("headers", Map.of("Authorization", "Bearer x"))).apiKey()).isNull();
        assertThat(AnthropicSettings.of("a", Map.of("base-url", "http://127.0.0.1:8080")).local()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        bas-url    | x          | provider 'cloud': 'bas-url' is unknown; did you mean 'base-url'?
        max-token  | 1          | provider 'cloud': 'max-token' is unknown; did you mean 'max-tokens'?
        base-url   | ftp://host | provider 'cloud': 'base-url' must be an address such as 'http://127.0.0.1:8000'
        base-url   | http://a b | provider 'cloud': 'base-url' must be an address such as 'http://127.0.0.1:8000'
        local      | yes        | provider 'cloud': 'local' must be true or false
        headers    | a: b       | provider 'cloud': 'headers' must be a map of names to texts
        models     | claude     | provider 'cloud': 'models' must be a list of ids, or of cards with an 'id'
        max-tokens | many       | provider 'cloud': 'max-tokens' must be a whole number from 1 to 1000000
        max-tokens | 0          | provider 'cloud': 'max-tokens' must be a whole number from 1 to 1000000
        thinking   | hard       | provider 'cloud': 'thinking' must be one of auto, adaptive, budget, off
        cache      | on         | provider 'cloud': 'cache' must be one of auto, off
        """)
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        ProviderException failure = MessagesCase.failure(() -> read(Map.of(key, value)));
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessage(message);
    }

    @Test
    void takesWhatYamlMakesOfIt() throws ProviderException {
        assertThat(read(Map.of("thinking", false, "cache", false)).thinking()).isEqualTo(Traits.Thinking.NONE);
        assertThat(read(Map.of("beta", "one")).headers()).containsEntry("anthropic-beta", "one");
        assertThat(read(Map.of("max-tokens", 4000, "local", "true")).maxTokens()).isEqualTo(4000);
        assertThat(read(Map.of("models", Map.of("a", Map.of("quality", 3)))).models()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "nas,true", "[::1],true", "api.anthropic.com,false", "[2001:db8::1],false"})
    void knowsWhichHostsAreNear(String host, boolean near) throws ProviderException {
        AnthropicSettings settings = read(Map.of("base-url", "http://" + host + ":8000/v1/"));
        assertThat(settings.local()).isEqualTo(near);
        assertThat(settings.baseUrl()).isEqualTo("http://" + host + ":8000");
    }

    @ParameterizedTest
    @CsvSource({"claude-3-haiku-20240307,4096", "claude-3-5-sonnet-20241022,8192", "claude-3-7-sonnet-20250219,64000",
            "us.anthropic.claude-opus-4-1-20250805-v1:0,32000", "anthropic/claude-opus-4.5,64000",
            "claude-opus-4@20250514,32000", "claude-opus-5-20260724,128000", "Claude-Future-9,32000", "llama,0"})
    void knowsFamilies(String model, int mostTokens) {
        assertThat(Families.of(model).mostTokens()).isEqualTo(mostTokens);
    }
}
