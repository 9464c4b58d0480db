package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.Setting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsGuideTest {
    @Test
    void eachKindTellsWhatItTakesInWords() {
        List<Setting> settings = List.of(
                Setting.number("share", Setting.Type.NUMBER, 0, 1, "0.5", "how much"),
                Setting.number("many", Setting.Type.WHOLE, 1, Double.POSITIVE_INFINITY, "3", "how many").mandatory(),
                Setting.choice("mode", List.of("fast", "slow"), "fast", "how"),
                Setting.of("key", Setting.Type.SECRET, null, "who"), Setting.of("url", Setting.Type.URL, null, "where"),
                Setting.of("text", Setting.Type.TEXT, null, "what"),
                Setting.of("flag", Setting.Type.FLAG, "true", "if"),
                Setting.of("wait", Setting.Type.DURATION, "5s", "how long"),
                Setting.of("list", Setting.Type.LIST, null, "which"), Setting.of("map", Setting.Type.MAP, null, "who"));

        assertThat(settings).extracting(SettingsGuide::value).containsExactly("number from 0 to 1",
                "whole number from 1", "fast or slow", "secret, as ${NAME}", "address", "text", "true or false",
                "duration, as 500ms, 10s, 5m", "list", "names and values");
        assertThat(SettingsGuide.document(Map.of("k", settings)).getOrDefault("k", List.of()).get(1))
                .isEqualTo(Map.of("name", "many", "value", "whole number from 1", "required", true, "default", "",
                        "meaning", "how many"));
    }
}
