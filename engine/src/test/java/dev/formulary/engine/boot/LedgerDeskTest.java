package dev.formulary.engine.boot;

import static dev.formulary.engine.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.Report;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.store.Beginning;
import dev.formulary.engine.store.Booked;
import dev.formulary.engine.store.Ledger;
import dev.formulary.engine.store.LedgerReader;
import dev.formulary.spi.Usage;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerDeskTest {
    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();
    private final MutableClock clock = new MutableClock(NOON);
    private Ledger ledger;
    private Report report = _ -> new Report.Content("", new byte[0]);

    @BeforeEach
    void open() throws Exception {
        properties.setProperty("user.home", folder.toString());
        Home home = terminal().home();
        Files.createDirectories(home.data());
        ledger = new Ledger(home.data(), home.cache(), LedgerSettings.USUAL, "local", "keep", _ -> {}, clock);
        report = Objects.requireNonNull(
                new LedgerDesk(ledger, new LedgerReader(home.data(), home.cache(), LedgerSettings.USUAL), clock)
                        .documents().get("/admin/ledger"));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private Terminal terminal() {
        return new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err, true),
                Map.of(), properties);
    }

    private void book(String tenant, String session, String... labels) {
        book(tenant, session, "", labels);
    }

    private void book(String tenant, String session, String tag, String[] labels) {
        var call = new Call("c" + tenant + session, Dialect.OPENAI_CHAT, "http", tenant, "key", "auto", false,
                Priority.NORMAL, session, false, NOON, 60_000, null, Set.of(labels), List.of(), tag);
        ledger.begin(new Beginning(call, 1, Samples.priced("p", "m", 1_000_000, 2_000_000), "cheap",
                Samples.priced("p", "dear", 500_000, 1_000_000), 500, true))
                .ended(Booked.ANSWERED, Usage.of(101, 10), 121);
    }

    private String ask(String... said) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < said.length; i += 2) {
            all.put(said[i], said[i + 1]);
        }
        return new String(report.of(name -> all.getOrDefault(name, "")).body(), StandardCharsets.UTF_8);
    }

    @Test
    void whatHasJustEndedIsInTheReport() throws Exception {
        book("home", "s1", "kitchen", "batch");
        book("home", "s2", "night", new String[0]);

        JsonNode day = new JsonMapper().readTree(ask());
        assertThat(day.at("/by").asText()).isEqualTo("day");
        assertThat(day.at("/rows/0/day").asText()).isEqualTo("2026-11-20");
        assertThat(day.at("/rows/0/cost_micros").asLong()).isEqualTo(242);
        assertThat(day.at("/rows/0/saved_micros").asLong()).as("the reference is cheaper").isEqualTo(2 * (61 - 121));
        assertThat(day.at("/total/attempts").asLong()).isEqualTo(2);
        assertThat(day.at("/total/micros_per_answer").asLong()).isEqualTo(121);
        assertThat(day.at("/more").asBoolean()).isFalse();
        assertThat(day.at("/lost").asInt(-1)).isZero();
        JsonNode sessions = new JsonMapper().readTree(ask("by", "session", "limit", "1"));
        assertThat(sessions.at("/rows")).hasSize(1);
        assertThat(sessions.at("/groups").asLong()).isEqualTo(2);
        assertThat(sessions.at("/micros_per_session").asLong()).isEqualTo(121);
        assertThat(sessions.at("/more").asBoolean()).isTrue();
        assertThat(day.at("/failing").asBoolean(true)).isFalse();
        assertThat(day.at("/journal_used").asDouble(-1)).isBetween(0.0, 0.5);
        assertThat(new JsonMapper().readTree(ask("by", "labels")).findValuesAsText("labels"))
                .containsExactly("", "batch,kitchen");
        assertThat(new JsonMapper().readTree(ask("by", "tag")).findValuesAsText("tag")).containsExactly("", "night");
        JsonNode keys = new JsonMapper().readTree(ask("by", "key"));
        assertThat(keys.at("/rows/0/tenant").asText() + keys.at("/rows/0/key").asText()).isEqualTo("homekey");
        assertThat(keys.at("/micros_per_key").asLong()).isEqualTo(242);
        assertThat(ask("by", "key", "format", "csv")).startsWith("tenant,key,attempts,answers,");
        assertThat(ask("by", "tag", "format", "csv")).startsWith("tag,attempts,").contains("\r\nnight,1,1,");
        assertThat(new JsonMapper().readTree(ask("by", "rule")).findValuesAsText("rule")).containsExactly("cheap");
    }

    @Test
    void noCellIsAFormulaAndAllIsReadAgain() {
        List<String> tenants = List.of("=1+1", "+1", "-1", "@sum(a)", "\tx", "a,\"b\"\r\nc", "plain");
        tenants.forEach(tenant -> book(tenant, "s"));

        String csv = ask("by", "tenant", "format", "csv");

        assertThat(csv).contains("\r\n").contains("\"a,\"\"b\"\"\r\nc\"");
        List<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(csv).stream().toList();
        assertThat(rows).extracting(row -> row.getField("tenant")).containsExactlyInAnyOrder("'=1+1", "'+1", "'-1",
                "'@sum(a)", "'\tx", "a,\"b\"\r\nc", "plain");
        assertThat(rows).allMatch(row -> row.getField("saved_micros").equals("-60")
                && row.getField("cost_micros").equals("121"));
    }

    @Test
    void aWrongFormatIsTold() {
        assertThatThrownBy(() -> ask("format", "xml")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'format' must be json or csv");
    }

    @Test
    void theCommandShowsTheSame() {
        book("home", "s1");
        ledger.flush();

        assertThat(run("--by", "model", "--from", "2026-11-20", "--to", "2026-11-20")).isZero();
        assertThat(out.toString().lines()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(0)).startsWith("model").contains("cost", "per_answer", "saved");
            assertThat(lines.get(1)).startsWith("p/m").contains("0.000121", "-0.000060");
            assertThat(lines.get(2)).startsWith("all 1").contains("0.000121");
        });
        out.getBuffer().setLength(0);
        assertThat(run("--by", "model", "--from", "2026-11-20", "--format", "csv")).isZero();
        assertThat(out.toString()).startsWith("model,attempts,answers,");
        out.getBuffer().setLength(0);
        assertThat(run("--to", "2026-11-20", "--format", "json")).isZero();
        assertThat(out.toString()).contains("\"cost_micros\":121");
        assertThat(run("--by", "colour")).isEqualTo(2);
        assertThat(run("--format", "xml")).isEqualTo(2);
        assertThat(err.toString()).contains("'by' must be one of day, model, tenant, key, session, tag, labels, rule",
                "--format must be table, csv or json, not xml");
    }

    private int run(String... arguments) {
        var all = new java.util.ArrayList<>(List.of("ledger"));
        all.addAll(List.of(arguments));
        return CommandLineOf.terminal(terminal(), Assembly.runner(Map.of()), Assembly.ruleCheck())
                .execute(all.toArray(String[]::new));
    }
}
