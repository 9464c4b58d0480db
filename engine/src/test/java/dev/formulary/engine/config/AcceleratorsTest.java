package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceleratorsTest {
    @TempDir
    Path home;

    private void write(String yaml) throws IOException {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve(Configuration.FILE), yaml);
    }

    @Test
    void providersThatNameOneAcceleratorShareALineAndTheLeastOfWhatTheySay() throws Exception {
        write("""
            providers:
              - { id: a, accelerator: card-0, parallel: 4 }
              - { id: b, accelerator: card-0, parallel: 2 }
              - { id: c, accelerator: card-0 }
              - { id: d, accelerator: card-1 }
              - { id: e, parallel: 7 }
            """);
        Settings settings = Configuration.load(home, Map.of());
        assertThat(settings.providers()).extracting(ProviderEntry::accelerator)
                .containsExactly("card-0", "card-0", "card-0", "card-1", "");
        assertThat(settings.providers()).allSatisfy(each -> assertThat(each.settings()).isEmpty());
        ProviderEntry alone = new ProviderEntry("a", "a", 4, Map.of(), Map.of());
        assertThat(settings.providers().getFirst().means(alone)).isFalse();
        var accelerators = new Accelerators(settings.providers());
        assertThat(List.of("a", "b", "c", "d", "e", "found")).extracting(accelerators::line)
                .containsExactly("card-0", "card-0", "card-0", "card-1", "e", "found");
        assertThat(List.of("card-0", "card-1", "e", "found")).extracting(accelerators::parallel)
                .containsExactly(2, 0, 7, 0);
    }
}
