package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary measures`, at a gateway that answers as the management API does.
class MeasuresCommandTest {
    private static final String LIST = "[{\"id\":\"m3\",\"kind\":\"close\",\"model\":\"cloud/*\","
            + "\"until\":\"2026-11-20T12:30:00Z\",\"by\":\"ann\",\"reason\":\"repairs\"}]";

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(StubNode node, String... arguments) throws IOException {
        return node.run(folder, out, err, arguments);
    }

    @Test
    void whatHoldsAndWhatHeldAreLines() throws Exception {
        try (var node = new StubNode(200, LIST)) {
            assertThat(run(node, "measures")).isEqualTo(Exit.OK);
            assertThat(run(node, "measures", "--history", "--json")).isEqualTo(Exit.OK);

            assertThat(out.toString()).contains("id=m3  kind=close  model=cloud/*  until=2026-11-20T12:30:00Z  by=ann"
                    + "  reason=repairs" + System.lineSeparator(), "\"reason\" : \"repairs\"");
            assertThat(node.asked).extracting(StubNode.Asked::path).containsExactly("/admin/measures",
                    "/admin/measures/history");
        }
    }

    @Test
    void aModelIsClosedAvoidedAndOpenedAgain() throws Exception {
        try (var node = new StubNode(200, LIST)) {
            assertThat(run(node, "measures", "close", "cloud/*", "--for", "30m", "--reason", "repairs", "--by", "ann"))
                    .isEqualTo(Exit.OK);
            assertThat(run(node, "measures", "avoid", "cloud/big", "--points", "20", "--for", "1h", "--reason",
                    "slow")).isEqualTo(Exit.OK);
            assertThat(run(node, "measures", "undo", "m3", "--by", "ben")).isEqualTo(Exit.OK);

            assertThat(out.toString()).contains("m3 holds until 2026-11-20T12:30:00Z", "m3 is over");
            assertThat(node.asked).extracting(each -> each.method() + " " + each.path()).containsExactly(
                    "POST /admin/measures/begin", "POST /admin/measures/begin", "POST /admin/measures/undo");
            assertThat(node.asked.get(0).body()).contains("\"kind\":\"close\"", "\"model\":\"cloud/*\"",
                    "\"for\":\"30m\"", "\"reason\":\"repairs\"", "\"by\":\"ann\"");
            assertThat(node.asked.get(1).body()).contains("\"kind\":\"avoid\"", "\"points\":\"20\"");
            assertThat(node.asked.get(2).body()).contains("\"id\":\"m3\"", "\"by\":\"ben\"");
        }
    }

    @Test
    void whyItIsRefusedIsTheMessageAndWhatIsMissingIsUsage() throws Exception {
        try (var node = new StubNode(400, "{\"error\":{\"message\":\"'model' must be a model\"}}")) {
            assertThat(run(node, "measures", "close", "x/y", "--for", "30m", "--reason", "r")).isEqualTo(Exit.NO);
            assertThat(run(node, "measures", "close", "x/y", "--for", "30m")).isEqualTo(Exit.USAGE);

            assertThat(err.toString()).contains("'model' must be a model", "--reason");
        }
    }
}
