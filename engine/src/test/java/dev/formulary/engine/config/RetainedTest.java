package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetainedTest {
    @TempDir
    Path home;

    private Retained load(String responses) throws Exception {
        Path file = Files.createDirectories(home.resolve("conf")).resolve("formulary.yaml");
        Files.writeString(file, "sessions:\n  most: 7\n" + responses);
        return Configuration.load(home, Map.of()).sessions().responses();
    }

    @Test
    void answersAreKeptForADayUnlessItIsSaidOtherwise() throws Exception {
        assertThat(load("")).isEqualTo(Retained.USUAL)
                .isEqualTo(new Retained(true, Duration.ofDays(1), 10_000, 64L << 20));
        assertThat(load("  responses: { keep: false, retention: 30d, most: 5, max-size: 1GiB }"))
                .isEqualTo(new Retained(false, Duration.ofDays(30), 5, 1L << 30));
    }

    @Test
    void whatIsWrongIsToldWithItsPlace() {
        assertThatThrownBy(() -> load("  responses: { most: 0, retention: 1s, max-size: 1KiB, kep: true }"))
                .hasMessageContaining("sessions.responses.most: must be a whole number from 1")
                .hasMessageContaining("sessions.responses.retention: must be a duration from 1m to 3650d")
                .hasMessageContaining("sessions.responses.max-size: must be a size from 1MiB")
                .hasMessageContaining("sessions.responses.kep: is not a setting; did you mean \"keep\"?");
    }
}
