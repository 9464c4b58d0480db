package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ProviderFactory;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OllamaFactoryTest {

    @Test
    void isFoundByItsKind() {
        assertThat(ServiceLoader.load(ProviderFactory.class)).extracting(ProviderFactory::kind)
                .containsExactly("ollama");
    }

    @Test
    void needsNoSettings() throws ProviderException {
        OllamaSettings settings = OllamaSettings.of("ollama", Map.of());
        assertThat(settings).isEqualTo(new OllamaSettings("http://127.0.0.1:11434", null, null, 0, true));
    }

    @ParameterizedTest
    @CsvSource({"http://nas:11434/,http://nas:11434,true", "nas,http://nas:11434,true",
            "0.0.0.0,http://127.0.0.1:11434,true", "127.0.0.1:9,http://127.0.0.1:9,true",
            "https://ollama.com,https://ollama.com,false"})
    void takesAddressesAsOllamaDoes(String given, String address, boolean local) throws ProviderException {
        OllamaSettings settings = OllamaSettings.of("ollama", Map.of("base-url", given));
        assertThat(settings.baseUrl()).isEqualTo(address);
        assertThat(settings.local()).isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource({"30m,'\"30m\"'", "1h30m,'\"1h30m\"'", "-1,-1", "600,600"})
    void takesTimesAsOllamaDoes(String given, String json) throws ProviderException {
        assertThat(OllamaSettings.of("ollama", Map.of("keep-alive", given)).keepAlive()).isEqualTo(json);
    }

    @Test
    void takesNumbers() throws ProviderException {
        OllamaSettings settings = OllamaSettings.of("ollama", Map.of("keep-alive", -1, "num-ctx-max", 4096));
        assertThat(settings.keepAlive()).isEqualTo("-1");
        assertThat(settings.contextMax()).isEqualTo(4096);
        assertThat(OllamaSettings.of("ollama", Map.of("num-ctx-max", "8192")).contextMax()).isEqualTo(8192);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        keepalive   | 5m           | provider 'home': 'keepalive' is unknown; did you mean 'keep-alive'?
        base-url    | ftp://host   | provider 'home': 'base-url' must be an address such as 'http://127.0.0.1:11434'
        base-url    | a b          | provider 'home': 'base-url' must be an address such as 'http://127.0.0.1:11434'
        keep-alive  | long         | provider 'home': 'keep-alive' must be a time such as '30m', or -1 for ever
        num-ctx-max | much         | provider 'home': 'num-ctx-max' must be a number of tokens such as 32768
        """)
    void namesTheSettingThatIsWrong(String key, String value, String message) {
        ProviderException failure = OllamaCase
                .failure(() -> new OllamaFactory().create(OllamaCase.context(Map.of(key, value))));
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
        assertThat(failure).hasMessage(message);
    }
}
