package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.facts.Budget;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `formulary budgets`, at a gateway that answers as the management API does.
class BudgetsCommandTest {
    private static final Instant RESET = Instant.parse("2026-12-01T00:00:00Z");

    @TempDir
    private Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(StubNode node, String... arguments) throws IOException {
        return node.run(folder, out, err, arguments);
    }

    private static StubNode node(Budget... budgets) throws IOException {
        return new StubNode(200, new String(AdminJson.write(List.of(budgets)), StandardCharsets.UTF_8));
    }

    @Test
    void eachIsALineWithItsForecast() throws Exception {
        var foreseen = new Budget.Outlook(12.34, 9.96, -1, 6_400_000, 5_900_000, 6_900_000);
        try (var node = node(
                new Budget("family", "total", 3_250_000, 50_000, 5_000_000, RESET, true, 0.5, foreseen),
                new Budget("each:home", "tenant:home", 0, 0, 1_000_000, RESET, false, 0, Budget.Outlook.UNKNOWN))) {
            assertThat(run(node, "budgets")).isEqualTo(Exit.OK);

            assertThat(out.toString().lines()).containsExactly(
                    "family  scope=total  kind=hard  limit=5.0000  spent=3.2500  reserved=0.0500  left=1.7000"
                            + "  resets=2026-12-01T00:00:00Z  forecast=ends at 6.4000 (5.9000..6.9000),"
                            + " used up in 12.3 h (10.0..?)",
                    "each:home  scope=tenant:home  kind=soft  limit=1.0000  spent=0.0000  reserved=0.0000  left=1.0000"
                            + "  resets=2026-12-01T00:00:00Z  forecast=not known yet");
            assertThat(node.asked.getFirst().path()).isEqualTo("/admin/budgets");
        }
    }

    @Test
    void thereMayBeNoneAndJsonIsAsTheApiGivesIt() throws Exception {
        try (var node = node()) {
            assertThat(run(node, "budgets")).isEqualTo(Exit.OK);
            assertThat(out.toString()).startsWith("none; see \"budgets\" in conf/formulary.yaml");
        }
        try (var node = node(new Budget("b", "total", 1, 0, 2, RESET))) {
            assertThat(run(node, "budgets", "--json")).isEqualTo(Exit.OK);
            assertThat(out.toString()).contains("\"spent\" : 1", "\"outlook\" : {");
        }
    }

    @Test
    void aRefusalIsTheMessage() throws Exception {
        try (var node = new StubNode(403, "{\"error\":{\"message\":\"the key's role is too small\"}}")) {
            assertThat(run(node, "budgets")).isEqualTo(Exit.NO);
            assertThat(err.toString()).contains("the key's role is too small");
        }
    }
}
