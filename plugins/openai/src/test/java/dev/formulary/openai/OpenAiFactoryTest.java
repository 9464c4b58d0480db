package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenAiFactoryTest {

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ProviderFactory.class)).extracting(ProviderFactory::kind)
                .containsExactly("openai");
    }

    @Test
    void needsNoSettings() throws ProviderException {
        OpenAiSettings settings = OpenAiSettings.of("openai", Map.of());
        assertThat(settings.baseUrl()).isEqualTo("https://api.openai.com/v1");
        assertThat(settings.keys()).isEmpty();
        assertThat(settings.local()).isFalse();
        assertThat(settings.free()).isFalse();
        assertThat(settings.discover()).isTrue();
        assertThat(settings.limits()).containsExactly("max_completion_tokens");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        bas-url           | x               | provider 'cloud': 'bas-url' is unknown; did you mean 'base-url'?
        organisation      | x               | provider 'cloud': 'organisation' is unknown; did you mean 'organization'?
        base-url          | ftp://host      | provider 'cloud': 'base-url' must be an address such as 'http://127.0.0.1:8000/v1'
        base-url          | http://a b      | provider 'cloud': 'base-url' must be an address such as 'http://127.0.0.1:8000/v1'
        local             | yes             | provider 'cloud': 'local' must be true or false
        headers           | a: b            | provider 'cloud': 'headers' must be a map of names to texts
        models            | gpt             | provider 'cloud': 'models' must be a list of ids, or of cards with an 'id'
        """)
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        ProviderException failure = OpenAiCase
                .failure(() -> new OpenAiFactory().create(OpenAiCase.context(Map.of(key, value))));
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessage(message);
    }

    @Test
    void refusesTextsThatAreNone() {
        assertThat(OpenAiCase.failure(() -> OpenAiSettings.of("cloud", Map.of("api-key", List.of()))))
                .hasMessage("provider 'cloud': 'api-key' must be text");
        assertThat(OpenAiCase.failure(() -> OpenAiSettings.of("cloud", Map.of("models", List.of(1)))))
                .hasMessageContaining("'models' must be a list of ids");
    }

    @Test
    void takesModelsInEveryForm() throws ProviderException {
        for (Object models : List.of(List.of("a", "b"), List.of(Map.of("id", "a"), "b"))) {
            assertThat(OpenAiSettings.of("x", Map.of("models", models)).models()).containsExactly("a", "b");
        }
        assertThat(OpenAiSettings.of("x", Map.of("models", Map.of("a", Map.of("quality", 3)))).models())
                .containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "10.1.2.3,true", "192.168.178.20,true", "172.16.0.1,true", "172.31.9.9,true",
            "172.32.0.1,false", "8.8.8.8,false", "localhost,true", "nas,true", "box.local,true", "pi.lan,true",
            "api.openai.com,false", "[::1],true", "[fd00::1],true", "[2001:db8::1],false", "172.16,false"})
    void knowsWhichHostsAreNear(String host, boolean near) throws ProviderException {
        assertThat(LocalHosts.isLocal(host)).isEqualTo(near);
        if (!host.equals("172.16")) {
            OpenAiSettings settings = OpenAiSettings.of("x", Map.of("base-url", "http://" + host + ":8000/v1/"));
            assertThat(settings.local()).isEqualTo(near);
            assertThat(settings.baseUrl()).isEqualTo("http://" + host + ":8000/v1");
        }
    }

    @Test
    void believesTheConfigurationMoreThanTheHost() throws ProviderException {
        OpenAiSettings settings = OpenAiSettings.of("x",
                Map.of("base-url", "http://127.0.0.1:1", "local", false, "free", "true", "max-tokens-member", "limit"));
        assertThat(settings.local()).isFalse();
        assertThat(settings.free()).isTrue();
        assertThat(settings.limits()).containsExactly("limit");
    }
}
