package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.EmbeddedBroker;
import dev.formulary.engine.config.Perimeter;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefaultConfigurationTest {
    private static final Path SHIPPED = Path.of("src/main/share/conf/formulary.yaml");
    private static final String EXAMPLE = "# Example:";

    @TempDir
    Path home;

    @Test
    void theShippedFileAsItStandsChangesNothing() throws Exception {
        assertThat(load(Files.readString(SHIPPED))).isEqualTo(presets());
    }

    @Test
    void everySettingOfTheShippedFileIsThePreset() throws Exception {
        assertThat(load(uncommented(false))).isEqualTo(presets());
    }

    @Test
    void everyExampleIsRight() throws Exception {
        Settings settings = load(uncommented(true));

        assertThat(settings.keys()).hasSize(1);
        assertThat(settings.providers()).hasSize(1);
        assertThat(settings.budgets()).hasSize(2);
        assertThat(settings.limits()).hasSize(2);
        assertThat(settings.mqtt()).isNotNull();
        assertThat(settings.cluster()).isNotNull();
    }

    @Test
    void theBrokerOfTheGatewaysOwnIsShownWithItsPresets() throws Exception {
        String yaml = Files.readAllLines(SHIPPED).stream().dropWhile(line -> !line.equals("#  # embedded:"))
                .takeWhile(line -> !line.isEmpty()).map(line -> line.substring(4))
                .collect(Collectors.joining("\n", "mqtt:\n ", "\n"));
        String presets = yaml.substring(0, yaml.indexOf(" and for example"));

        assertThat(load(presets).mqtt()).isEqualTo(load("mqtt: { embedded: {} }").mqtt());
        EmbeddedBroker all = Objects
                .requireNonNull(Objects.requireNonNull(load(yaml.replace("\n and for", "\n # and for"))
                        .mqtt()).embedded());
        assertThat(all.users()).hasSize(1);
        assertThat(all.network()).isNotNull();
        assertThat(names(EmbeddedBroker.class)).allSatisfy(name -> assertThat(yaml)
                .containsPattern(name.equals("bounds") ? "max-memory:" : "(?m)^ *" + name + ":"));
    }

    @Test
    void noSettingIsLeftOut() throws Exception {
        String yaml = uncommented(true);

        assertThat(names(Settings.class)).isNotEmpty().allSatisfy(
                name -> assertThat(yaml).containsPattern("(?m)^[ -]*" + name + ":"));
    }

    /// The file with its settings in force: "#" is removed where no space follows, or a comment of a setting.
    private static String uncommented(boolean withExamples) throws IOException {
        StringBuilder yaml = new StringBuilder();
        boolean inExample = false;
        for (String line : Files.readAllLines(SHIPPED)) {
            inExample = line.equals(EXAMPLE) || (inExample && !line.isEmpty());
            boolean isSetting = line.startsWith("#") && !line.matches("# \\S.*");
            if (isSetting && (withExamples || !inExample)) {
                yaml.append(line.substring(1)).append('\n');
            }
        }
        return yaml.toString();
    }

    private static Stream<String> names(Class<?> type) {
        return Stream.of(type.getRecordComponents()).flatMap(component -> {
            Class<?> inner = component.getType();
            if (inner == Perimeter.class) {
                return Stream.of("tls", "max-connections", "max-connections-per-address", "hosts", "cors");
            }
            Stream<String> own = Stream.of(hyphenated(component));
            return inner.isRecord() && inner.getEnclosingClass() == Settings.class
                    ? Stream.concat(own, names(inner))
                    : own;
        });
    }

    private static String hyphenated(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private Settings presets() throws Exception {
        return Configuration.load(home.resolve("nowhere"), Map.of());
    }

    private Settings load(String yaml) throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.write(home.resolve(Configuration.FILE), List.of(yaml));
        return Configuration.load(home, Map.of());
    }
}
