package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.LogLines;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate.Vitals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VitalsFileTest {
    private static final String MODEL = "cloud/m";

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(Samples.NOON);
    private Path file;

    @BeforeEach
    void begin() {
        file = folder.resolve("vitals.tsv");
    }

    private ModelVitals learned() {
        ModelVitals vitals = new ModelVitals(10, clock);
        for (int i = 0; i < 20; i++) {
            vitals.begin(MODEL);
            vitals.firstByte(MODEL, 200_000);
            if (i % 4 == 0) {
                vitals.failure(MODEL);
            } else {
                vitals.success(MODEL, 900_000);
            }
        }
        return vitals;
    }

    private Vitals after() {
        ModelVitals vitals = new ModelVitals(10, clock);
        var _ = new VitalsFile(file, vitals);
        return vitals.of(MODEL, BreakerState.CLOSED);
    }

    @Test
    void whatWasLearnedOutlivesARestart() {
        ModelVitals before = learned();
        new VitalsFile(file, before).save();
        assertThat(after()).isEqualTo(before.of(MODEL, BreakerState.CLOSED));
        assertThat(after().errorRate()).isEqualTo(0.25);
        assertThat(after().firstByteMs()).isBetween(200, 202);
        assertThat(after().expectedMs()).isBetween(900, 960);
    }

    @Test
    void whatDoesNotCountAnyMoreIsForgotten() {
        new VitalsFile(file, learned()).save();
        clock.advance(Duration.ofMinutes(4));
        assertThat(after().calls()).isEqualTo(20);
        clock.advance(Duration.ofMinutes(1));
        assertThat(after()).isEqualTo(Vitals.UNKNOWN);
    }

    @Test
    void aClockThatWentBackForgetsIt() {
        new VitalsFile(file, learned()).save();
        clock.advance(Duration.ofMinutes(-1));
        assertThat(after()).isEqualTo(Vitals.UNKNOWN);
    }

    @Test
    void whatIsOverDoesNotComeBackWithARestart() {
        ModelVitals before = learned();
        var kept = new VitalsFile(file, before);
        kept.save();
        before.triedAgain(MODEL);
        before.success(MODEL, 900_000);
        before.recovered(MODEL);
        kept.tick();
        assertThat(after().errorRate()).isZero();
        assertThat(after().calls()).isEqualTo(1);
    }

    @Test
    void isWrittenEveryTenthSecond() {
        var saving = new VitalsFile(file, learned());
        for (int second = 1; second < 10; second++) {
            saving.tick();
        }
        assertThat(file).doesNotExist();
        saving.tick();
        assertThat(file).content().startsWith(MODEL + "\t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloud/m\t1", "cloud/m\tx\t1\t\t\t\t", "cloud/m\t1766491200000\t1\tAAAA\t\t\t",
            "cloud/m\t1766491200000\t1\t\t\t9 0.1\t", "cloud/m\t1766491200000\t1\t\t\t\tNaN 0.1 0.1 9 1",
            "cloud/m\t1766491200000\t1\t\t\t\t9 0.1 7 9 1"})
    void aFileThatCantBeReadIsLearnedAgain(String line) throws IOException {
        Files.writeString(file, line.replace("1766491200000", Long.toString(clock.millis())));
        try (var log = new LogLines(VitalsFile.class)) {
            assertThat(after().firstByteMs()).isEqualTo(-1);
            assertThat(log.lines()).singleElement().asString().contains("it is learned again");
        }
    }
}
