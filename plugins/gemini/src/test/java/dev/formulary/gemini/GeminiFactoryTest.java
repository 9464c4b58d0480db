package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GeminiFactoryTest {

    private static ProviderException refusal(Map<String, Object> settings) {
        return GeminiCase.failure(() -> GeminiSettings.of("cloud", settings));
    }

    @Test
    void isFoundByItsKindAndDeclaresWhatCanBeSet() {
        assertThat(ServiceLoader.load(ProviderFactory.class)).hasSize(1).first().satisfies(factory -> {
            assertThat(factory.kind()).isEqualTo("gemini");
            assertThat(factory.settings()).extracting(Setting::name).containsExactly("base-url", "api-key", "headers",
                    "discover", "fetch");
        });
    }

    @Test
    void needsAKeyUnlessAProxyHasIt() throws ProviderException {
        assertThat(refusal(Map.of())).hasMessage(
                "provider 'cloud': 'api-key' is missing, as in: api-key: ${GEMINI_API_KEY}")
                .extracting("category").isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(GeminiSettings.of("cloud", Map.of("base-url", "http://proxy:8000")).apiKey()).isNull();
        GeminiSettings plain = GeminiSettings.of("cloud", Map.of("api-key", " k "));
        assertThat(plain.apiKey()).isEqualTo("k");
        assertThat(plain.baseUrl()).isEqualTo("https://generativelanguage.googleapis.com/v1beta");
        assertThat(plain.discover()).isTrue();
        assertThat(plain.fetch()).isEqualTo(GeminiSettings.Fetch.PUBLIC);
    }

    @ParameterizedTest
    @CsvSource({"https://generativelanguage.googleapis.com/,https://generativelanguage.googleapis.com/v1beta",
            "http://proxy:8000,http://proxy:8000/v1beta", "http://proxy/gemini/,http://proxy/gemini/v1beta",
            "http://proxy/v1alpha,http://proxy/v1alpha", "http://proxy/x/v1//,http://proxy/x/v1"})
    void completesTheAddress(String given, String whole) throws ProviderException {
        assertThat(GeminiSettings.of("cloud", Map.of("base-url", given)).baseUrl()).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        apikey   | x                       | provider 'cloud': 'apikey' is unknown; did you mean 'api-key'?
        base-url | ftp://host              | provider 'cloud': 'base-url' must be an address such as 'https://generativelanguage.googleapis.com/v1beta'
        base-url | http://a b              | provider 'cloud': 'base-url' must be an address such as 'https://generativelanguage.googleapis.com/v1beta'
        base-url | https://x/v1beta?key=k  | provider 'cloud': 'base-url' must be an address without user, '?' and '#'; the key belongs to 'api-key'
        base-url | https://me:pw@x         | provider 'cloud': 'base-url' must be an address without user, '?' and '#'; the key belongs to 'api-key'
        base-url | https://x/v1beta/openai | provider 'cloud': 'base-url' is that of another format: leave '/openai' out
        discover | yes                     | provider 'cloud': 'discover' must be true or false
        fetch    | all                     | provider 'cloud': 'fetch' must be one of public, anywhere, nowhere
        headers  | a: b                    | provider 'cloud': 'headers' must be a map of names to texts
        models   | gemini                  | provider 'cloud': 'models' must be a list of ids, or of cards with an 'id'
        """)
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        var settings = key.equals("base-url")
                ? Map.<String, Object>of(key, value)
                : Map.<String, Object>of("api-key", "k", key, value);
        ProviderException failure = refusal(settings);
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessage(message);
    }

    @Test
    void takesNumbersAsTexts() throws ProviderException {
        GeminiSettings settings = GeminiSettings.of("x", Map.of("api-key", 7, "discover", "false", "headers",
                Map.of("X-A", 1), "models", List.of("a")));
        assertThat(settings.apiKey()).isEqualTo("7");
        assertThat(settings.models()).containsExactly("a");
        assertThat(settings.headers()).isEqualTo(Map.of("X-A", "1"));
        assertThat(settings.discover()).isFalse();
    }

    @Test
    void neverShowsTheKey() throws ProviderException {
        assertThat(GeminiSettings.of("x", Map.of("api-key", "secret-key"))).asString().doesNotContain("secret-key");
    }
}
