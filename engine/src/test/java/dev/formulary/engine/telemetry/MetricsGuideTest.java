package dev.formulary.engine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The engine's README names every metric and every label, as Prometheus writes them.
class MetricsGuideTest {
    @Test
    void everyMetricAndEveryLabelIsExplained() throws Exception {
        String guide = Files.readString(Path.of("README.md"));
        for (Field name : Names.class.getDeclaredFields()) {
            if (name.getType() == String.class && !name.getName().equals("OTHER")) {
                String written = ((String) name.get(null)).replace('.', '_');
                assertThat(guide).as(name.getName()).containsPattern("`" + written + "(_seconds|_total)?`");
            }
        }
    }

    @Test
    void theClassesAndTestsItNamesExist() throws Exception {
        String guide = Files.readString(Path.of("README.md"));
        String table = guide.substring(0, guide.indexOf("## Metrics"));
        try (var files = Files.walk(Path.of(".."))) {
            var names = files.map(file -> String.valueOf(file.getFileName())).toList();
            var words = Pattern.compile("`(?:[a-z]+/)?([A-Z][A-Za-z]+)[^`]*`").matcher(table);
            int found = 0;
            while (words.find()) {
                assertThat(names).contains(words.group(1) + ".java");
                found++;
            }
            assertThat(found).isGreaterThan(40);
        }
    }
}
