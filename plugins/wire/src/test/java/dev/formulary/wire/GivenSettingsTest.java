package dev.formulary.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.Setting;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GivenSettingsTest {
    private static final List<Setting> DECLARED = List.of(
            Setting.of("base-url", Setting.Type.URL, null, "Where."),
            Setting.of("max-tokens", Setting.Type.WHOLE, null, "How many."),
            Setting.choice("cache", List.of("auto", "off"), "auto", "Whether."));

    private static GivenSettings given(Map<String, Object> values) {
        return new GivenSettings("cloud", values, DECLARED);
    }

    private static void refused(ThrowingCallable reading, String message) {
        ProviderException failure = catchThrowableOfType(ProviderException.class, reading);
        assertThat(failure).hasMessage("provider 'cloud': " + message);
        assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
    }

    @ParameterizedTest
    @CsvSource({"bas-url,base-url", "max-token,max-tokens", "model,models", "Cache,cache", "x,cache"})
    void namesTheSettingThatSomebodyMayHaveMeant(String key, String nearest) {
        refused(() -> given(Map.of(key, 1)).refuseUnknown(),
                "'" + key + "' is unknown; did you mean '" + nearest + "'?");
    }

    @Test
    void knowsWhatIsDeclaredAndModels() throws ProviderException {
        given(Map.of("base-url", 1, "max-tokens", 1, "cache", 1, "models", 1)).refuseUnknown();
    }

    @ParameterizedTest
    @CsvSource({"ftp://host", "http://a b", "nas:8000", "''"})
    void wantsAnAddress(String url) {
        refused(() -> given(Map.of()).address("base-url", url, "http://127.0.0.1:8000"),
                "'base-url' must be an address such as 'http://127.0.0.1:8000'");
    }

    @Test
    void takesAnAddress() throws ProviderException {
        assertThat(given(Map.of()).address("base-url", " https://host:1/v1 ", "x")).hasToString("https://host:1/v1");
        assertThat(GivenSettings.withoutSlash("http://host//")).isEqualTo("http://host");
    }

    @Test
    void takesWhatYamlMakesOfIt() throws ProviderException {
        GivenSettings given = given(Map.of("text", 7, "flag", "false", "cache", false, "max-tokens", 4000));
        assertThat(given.text("text", "")).isEqualTo("7");
        assertThat(given.flag("flag", true)).isFalse();
        assertThat(given.choice("cache")).isEqualTo("off");
        assertThat(given.whole("max-tokens", 0, 5000)).isEqualTo(4000);
    }

    @Test
    void fallsBack() throws ProviderException {
        GivenSettings none = given(Map.of());
        assertThat(none.text("text", "x")).isEqualTo("x");
        assertThat(none.flag("flag", true)).isTrue();
        assertThat(none.choice("cache")).isEqualTo("auto");
        assertThat(none.whole("max-tokens", 0, 5000)).isZero();
        assertThat(none.texts("list")).isEmpty();
        assertThat(none.headers("headers")).isEmpty();
        assertThat(none.models()).isEmpty();
    }

    @Test
    void takesListsHeadersAndModelsInEveryForm() throws ProviderException {
        assertThat(given(Map.of("list", "one")).texts("list")).containsExactly("one");
        assertThat(given(Map.of("list", List.of("a", "b"))).texts("list")).containsExactly("a", "b");
        assertThat(given(Map.of("headers", Map.of("X-A", 1))).headers("headers")).isEqualTo(Map.of("X-A", "1"));
        for (Object models : List.of(List.of("a", "b"), List.of(Map.of("id", "a"), "b"))) {
            assertThat(given(Map.of("models", models)).models()).containsExactly("a", "b");
        }
        assertThat(given(Map.of("models", Map.of("a", Map.of("quality", 3)))).models()).containsExactly("a");
    }

    @Test
    void saysWhatIsWrongAndWhatWouldBeRight() {
        GivenSettings given = given(
                Map.of("text", List.of(), "flag", "yes", "cache", "on", "max-tokens", "many", "list",
                        List.of(7), "headers", "a: b", "models", "a"));
        refused(() -> given.text("text", ""), "'text' must be text");
        refused(() -> given.flag("flag", true), "'flag' must be true or false");
        refused(() -> given.choice("cache"), "'cache' must be one of auto, off");
        refused(() -> given.whole("max-tokens", 0, 5000), "'max-tokens' must be a whole number from 1 to 5000");
        refused(() -> given.texts("list"), "'list' must be a list of texts");
        refused(() -> given.headers("headers"), "'headers' must be a map of names to texts");
        refused(given::models, "'models' must be a list of ids, or of cards with an 'id'");
        refused(() -> given(Map.of("models", List.of(1))).models(),
                "'models' must be a list of ids, or of cards with an 'id'");
        refused(() -> given(Map.of("list", 7)).texts("list"), "'list' must be a list of texts");
        for (Object value : List.of(0, -1, 5001, "1e3", "")) {
            refused(() -> given(Map.of("max-tokens", value)).whole("max-tokens", 0, 5000),
                    "'max-tokens' must be a whole number from 1 to 5000");
        }
    }
}
