package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary insights`, at a gateway that answers as the management API does.
class InsightsCommandTest {
    private static final String TWO = """
        [{"kind":"unusual","metric":"model_latency","resource":"cloud/big","cause":"it is slow",
          "since":"2026-11-30T12:00:00Z","evidence":{"from":"2026-11-30T11:00:00Z","to":"2026-11-30T12:10:00Z",
          "samples":60},"action":"avoid it","gain":{"unit":"ms","expected":7800.0,"low":7600.0,"high":8000.0,
          "basis":"back to what is usual"}},
         {"kind":"worsening","metric":"queue_oldest","resource":"home","cause":"it rises","since":null,
          "evidence":{"from":"2026-11-30T11:00:00Z","to":"2026-11-30T12:10:00Z","samples":60},"action":"look",
          "gain":{"unit":"","expected":null,"low":null,"high":null,"basis":"nothing is known"}}]""";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(StubNode node, String... arguments) throws IOException {
        return node.run(folder, out, err, arguments);
    }

    @Test
    void whatSinceWhenWhatToDoAndWhatForAreLines() throws Exception {
        try (var node = new StubNode(200, TWO)) {
            assertThat(run(node, "insights")).isEqualTo(Exit.OK);
        }
        assertThat(out.toString()).contains("unusual    it is slow", "60 samples from 2026-11-30T11:00:00Z",
                "since 2026-11-30T12:00:00Z", "do      avoid it", "gain    7800 ms (from 7600 to 8000)",
                "gain    not known: nothing is known");
    }

    @Test
    void nothingIsSaidInWords() throws Exception {
        try (var node = new StubNode(200, "[]")) {
            assertThat(run(node, "insights")).isEqualTo(Exit.OK);
            assertThat(run(node, "insights", "--json")).isEqualTo(Exit.OK);
        }
        assertThat(out.toString()).contains("nothing stands out", "[ ]");
    }

    @Test
    void whyNothingCanBeShownIsTold() throws Exception {
        try (var node = new StubNode(500, "{\"error\":{\"message\":\"the ledger can't be read\"}}")) {
            assertThat(run(node, "insights")).isEqualTo(Exit.NO);
        }
        assertThat(err.toString()).contains("the ledger can't be read");
    }
}
