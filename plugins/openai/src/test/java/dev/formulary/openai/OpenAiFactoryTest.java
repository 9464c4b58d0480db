package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
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

    @ParameterizedTest
    @CsvSource({"127.0.0.1,true", "nas,true", "[::1],true", "api.openai.com,false", "[2001:db8::1],false"})
    void knowsWhichHostsAreNear(String host, boolean near) throws ProviderException {
        OpenAiSettings settings = OpenAiSettings.of("x", Map.of("base-url", "http://" + host + ":8000/v1/"));
        assertThat(settings.local()).isEqualTo(near);
        assertThat(settings.baseUrl()).isEqualTo("http://" + host + ":8000/v1");
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
