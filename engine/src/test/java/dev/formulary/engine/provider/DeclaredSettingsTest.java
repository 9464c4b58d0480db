package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a plug-in declares is what the configuration may say.
class DeclaredSettingsTest {
    private static final List<Setting> DECLARED = List.of(Setting.of("text", Setting.Type.TEXT, null, "words"),
            Setting.of("url", Setting.Type.URL, null, "where"), Setting.of("key", Setting.Type.SECRET, null, "who"),
            Setting.number("share", Setting.Type.NUMBER, 0, 1, "0.5", "how much"),
            Setting.number("count", Setting.Type.WHOLE, 1, 10, "3", "how many"),
            Setting.of("flag", Setting.Type.FLAG, "true", "if"),
            Setting.of("wait", Setting.Type.DURATION, "5s", "how long"),
            Setting.choice("mode", List.of("fast", "slow"), "fast", "how"),
            Setting.of("list", Setting.Type.LIST, null, "which"),
            Setting.of("map", Setting.Type.MAP, null, "what"));

    private static void check(Map<String, Object> settings) throws Refusal {
        DeclaredSettings.check(DECLARED, new Opened.Entry("e", "k", settings, Map.of(), true));
    }

    @Test
    void whatIsRightPasses() throws Exception {
        check(Map.of("text", "a", "url", "http://127.0.0.1:1/v1", "key", "k", "share", 0.5, "count", 10, "flag", false,
                "wait", "500ms", "mode", "slow", "list", List.of(1), "map", Map.of("a", 1)));
        check(Map.of("models", List.of("m"), "share", "1", "count", "1.0"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"text | 7 | 'text' must be text that is not empty, not '7'",
            "url | ftp://x | 'url' must be an address that begins with http:// or https://, not 'ftp://x'",
            "share | 1.1 | 'share' must be a number from 0 to 1, not '1.1'",
            "count | 2.5 | 'count' must be a whole number from 1 to 10, not '2.5'",
            "count | many | 'count' must be a whole number from 1 to 10, not 'many'",
            "flag | maybe | 'flag' must be true or false, not 'maybe'",
            "wait | soon | 'wait' must be a duration, for example 500ms, 10s, 5m, 2h or 1d, not 'soon'",
            "mode | medium | 'mode' must be fast or slow, not 'medium'", "list | a | 'list' must be a list, not 'a'",
            "map | a | 'map' must be names and values, not 'a'",
            "modes | fast | 'modes' is not a setting of the kind 'k'; did you mean 'mode'?"})
    void whatIsWrongIsToldWithWhatWouldBeRight(String name, String value, String message) {
        Object given = name.equals("text") ? Integer.valueOf(value) : value;
        assertThatThrownBy(() -> check(Map.of(name, given))).isInstanceOf(Refusal.class).hasMessage(message);
    }

    @Test
    void aSecretIsNeverShown() {
        assertThatThrownBy(() -> check(Map.of("key", List.of("hunter2")))).isInstanceOf(Refusal.class)
                .hasMessage("'key' must be text that is not empty");
    }

    @Test
    void whoDeclaresNothingChecksForItself() throws Exception {
        DeclaredSettings.check(List.of(), new Opened.Entry("e", "k", Map.of("any", 1), Map.of(), true));
    }

    @Test
    void aWordThatYamlTakesForATruthValueIsTheWord() throws Exception {
        List<Setting> cache = List.of(Setting.choice("cache", List.of("auto", "off"), "off", "m"));
        DeclaredSettings.check(cache, new Opened.Entry("e", "k", Map.of("cache", false), Map.of(), true));
        assertThatThrownBy(() -> DeclaredSettings.check(cache,
                new Opened.Entry("e", "k", Map.of("cache", true), Map.of(), true))).hasMessageContaining("auto or off");
    }

    @Test
    void whatCanBeSetIsKnownByKind(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1.0.0").edit("public Provider create(", """
                public List<Setting> settings() {
                    return List.of(Setting.of("greeting", Setting.Type.TEXT, "Hi", "first words"));
                }

                public Provider create("""));

            assertThat(folder.providers.settings()).containsOnlyKeys("echo");
            assertThat(folder.providers.settings().getOrDefault("echo", List.of())).singleElement()
                    .satisfies(setting -> assertThat(setting.name()).isEqualTo("greeting"));
        }
    }

    @Test
    void allThatIsWrongIsToldAtOnceWithItsPlaceInTheFile(@TempDir Path home) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), """
            providers:
              - id: polly
                kind: echo
                loudness: 12
                gretting: Hello
            """);
        try (var folder = new PluginFolder(home, Configuration.load(home, Map.of()).providers().getFirst())) {
            folder.put(new PluginBuilder("1.0.0").edit("public Provider create(", """
                public List<Setting> settings() {
                    return List.of(Setting.number("loudness", Setting.Type.WHOLE, 0, 11, "5", "how loud"),
                            Setting.of("greeting", Setting.Type.TEXT, "Hi", "first words"),
                            Setting.of("owner", Setting.Type.TEXT, null, "whose parrot it is").mandatory());
                }

                public Provider create("""));

            assertThat(folder.only(State.REFUSED).providers().getFirst().lastError()).isEqualTo(
                    "conf/formulary.yaml:4:15 'loudness' must be a whole number from 0 to 11, not '12'; "
                            + "conf/formulary.yaml:5:15 'gretting' is not a setting of the kind 'echo'; did you mean"
                            + " 'greeting'?; conf/formulary.yaml:2:5 'owner' is missing: whose parrot it is");
        }
    }
}
