package dev.formulary.engine.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.drill.Seen.Way;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {
    /// Goes wrong from 2 s to 7 s.
    private static final DrillSize SIZE = new DrillSize(10, Duration.ofSeconds(10), Duration.ofSeconds(1));
    private final List<Seen> seen = new ArrayList<>();

    private void answered(long atMs, long totalMs, int doubled, int missing) {
        seen.add(new Seen(atMs, Way.OPENAI_WHOLE, 200, "", false, totalMs, totalMs, 1, "drill-a/m", doubled, missing));
    }

    private void refused(long atMs, long totalMs, boolean typed) {
        seen.add(new Seen(atMs, Way.OLLAMA_STREAM, 503, "ollama stream 503", typed, -1, totalMs, 3, "", 0, 0));
    }

    private DrillReport report(Drill drill, boolean closed, int held) {
        return DrillReport.of(drill, SIZE, seen, List.of(), Instant.EPOCH, closed, held);
    }

    @Test
    void slowAnswersAreNoticed() {
        answered(0, 100, 0, 0);
        answered(3_000, 350, 0, 0);
        assertThat(report(Drill.DRIP, true, 0).verdict()).startsWith("nobody noticed");
        answered(8_000, 450, 0, 0);

        assertThat(report(Drill.DRIP, true, 0).verdict())
                .isEqualTo("users noticed: answers after it that took 450 ms and not 100 (half of them longer)");
    }

    @Test
    void wordsAreCountedAndLatenessToo() {
        answered(0, 100, 1, 0);
        answered(0, 100, 0, 2);
        answered(0, 1_501, 0, 0);

        DrillReport report = report(Drill.CUT, true, 0);

        assertThat(report.verdict()).isEqualTo("users noticed: 1 call too late, 1 call with words twice, 1 call with"
                + " words missing");
        assertThat(report.spans().getFirst()).isEqualTo(new Span("before", 3, 3, 0, 0, 1, 0, 1.0, 100, 1_501, 100,
                1_501));
        assertThat(report.spans().get(1)).isEqualTo(new Span("during", 0, 0, 0, 0, 0, 0, 0.0, -1, -1, -1, -1));
    }

    @Test
    void whereNobodyIsLeftAnErrorMustComeInTheDialectAndInTime() {
        refused(3_000, 1_400, true);
        assertThat(report(Drill.ALL_DOWN, true, 0).good()).isTrue();
        assertThat(report(Drill.DEAD, true, 0).verdict()).isEqualTo("users noticed: 1 call refused");
        refused(3_000, 1_600, false);
        refused(8_000, 10, true);

        assertThat(report(Drill.ALL_DOWN, true, 0).verdict()).isEqualTo("users noticed: 1 call refused without an"
                + " error in their dialect, 1 call not answered although the providers were back, 1 call too late");
    }

    @Test
    void whatStaysBehindIsTold() {
        answered(0, 1, 0, 0);

        DrillReport report = report(Drill.DEAD, false, 2);

        assertThat(report.recoveryMs()).isEqualTo(-1);
        assertThat(report.verdict()).isEqualTo("users noticed: breakers that did not close again, 2 calls, places or"
                + " providers still held");
    }
}
