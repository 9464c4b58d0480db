package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.store.DecisionWriter;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionsCommandTest {
    private static final String RULE = """
        rule "one"
            @id("one") @reason("the one is better")
        when
            $c : Candidate( id == "home/one" )
        then
            decision.SAYS;
        end
        """;

    @TempDir
    Path folder;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Properties properties = new Properties();

    @BeforeEach
    void prepare() throws Exception {
        properties.setProperty("user.home", folder.toString());
        Files.createDirectories(home().data());
        rules(home().rules(), "prefer($c, 50)");
    }

    @Test
    void withoutDecisionsEachCommandSaysSo() {
        for (String command : List.of("decisions list", "decisions show x", "decisions verify", "replay --all",
                "rules backtest --rules " + home().rules())) {
            assertThat(run(command.split(" "))).as(command).isEqualTo(2);
        }
        assertThat(err.toString().lines()).hasSize(5).allMatch(line -> line.contains("no decisions are kept in"));
    }

    @Test
    void keptDecisionsAreListedAndShown() {
        keep(3);

        assertThat(run("decisions", "list")).isZero();
        assertThat(out.toString().lines()).hasSize(3)
                .satisfies(lines -> assertThat(lines.getFirst())
                        .matches("c3  2026-11-20T12:00:00Z  family  allow  home/one"));
        assertThat(run("decisions", "show", "c2")).isZero();
        assertThat(out.toString()).contains("allowed   home/one", "because   one at cost/one.drl:1 says prefer");
        assertThat(run("decisions", "show", "c2", "--json")).isZero();
        assertThat(run("decisions", "list", "--json", "--last", "1")).isZero();
        assertThat(out.toString()).contains("{\"id\":\"c2\",\"result\":\"allow\"", "{\"id\":\"c3\"");
        assertThat(run("decisions", "show", "c9")).isEqualTo(1);
    }

    @Test
    void aChangedLogIsNoticed() throws Exception {
        keep(3);
        assertThat(run("decisions", "verify")).isZero();
        assertThat(out.toString()).contains("3 entries, 1 to 3, are as they were written", "hash of the last: ");
        String hash = out.toString().strip().replaceAll("(?s).*: ", "");
        assertThat(run("decisions", "verify", "--has", hash)).isZero();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + home().data().resolve(DecisionWriter.FILE));
                var statement = connection.createStatement()) {
            statement.execute("update entry set at = 1 where id = 'c2'");
        }

        assertThat(run("decisions", "verify")).isEqualTo(1);
        assertThat(err.toString()).contains("entry 2 (decision c2)");
    }

    @Test
    void aReplayComparesWithTheRulesOfThen() throws Exception {
        keep(3);
        assertThat(run("replay", "c1")).isZero();
        assertThat(run("replay", "--all")).isZero();
        assertThat(out.toString()).contains("1 the same, 0 different, 0 not comparable", "3 the same, 0 different");
        assertThat(run("replay")).isEqualTo(2);
        assertThat(run("replay", "c1", "--all")).isEqualTo(2);
        assertThat(run("replay", "c9")).isEqualTo(2);

        Path before = folder.resolve("before");
        Files.move(home().rules(), before);
        rules(home().rules(), "avoid($c, 50)");
        assertThat(run("replay", "--last", "2")).isEqualTo(2);
        assertThat(out.toString()).contains("0 the same, 0 different, 2 not comparable", "are not there any more");
        assertThat(run("replay", "--last", "2", "--rules", before.toString())).isZero();
    }

    @Test
    void otherRulesAreTriedOnWhatWasDecided() throws Exception {
        keep(3);
        Path other = folder.resolve("other");
        rules(other, "forbid($c)");

        assertThat(run("rules", "backtest", "--rules", other.toString())).isZero();
        assertThat(out.toString()).contains("compared   3 decisions", "flipped    3: 3 to another model, 0 to denied",
                "  model    c1  home/one -> home/two", "unsafe     0 -> 0", "note       budgets");
        assertThat(run("rules", "backtest", "--rules", other.toString(), "--last", "1", "--json")).isZero();
        assertThat(out.toString()).contains("\"compared\":1", "\"flips\":[{\"id\":\"c3\",\"kind\":\"model\"");
        rules(other, "forbidden($c)");
        assertThat(run("rules", "backtest", "--rules", other.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("cost/one.drl:6");
        assertThat(run("rules", "backtest", "--rules", folder.resolve("nowhere").toString())).isEqualTo(2);
    }

    @Test
    void aDecisionIsExplainedWithoutAGateway() throws Exception {
        rules(home().rules(), "prefer($c, 5)");
        keep(1);

        assertThat(run("explain", "c1")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("allowed   home/", "says prefer home/one by 5", "why not   home/",
                "rules     ").doesNotContain("differs", "not kept any more");
        assertThat(run("explain", "c1", "--json", "--why-not", "home/two")).isZero();
        assertThat(out.toString()).contains("\"why_not\" : [", "\"dominated_by\" : \"\"");
        assertThat(run("explain", "c2")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no decision c2");

        rules(home().rules(), "prefer($c, 6)");
        assertThat(run("explain", "c1")).isZero();
        assertThat(out.toString()).contains("is not kept any more, so this is what was recorded");
    }

    private void keep(int count) {
        Ruling ruling = Objects.requireNonNull(Ruling.of(home().rules(), List.of()).ruling());
        List<Candidate> models = List.of(Samples.free("home", "one"), Samples.free("home", "two"));
        var situation = new Situation(Samples.NOON, Host.UNKNOWN, List.of(), 0, 0, Set.of());
        var settings = new Settings.Decisions(10, true, Duration.ofDays(3650), 64 << 20, "keep");
        try (var writer = new DecisionWriter(home().data(), home().cache(), settings, _ -> {}, Clock.systemUTC())) {
            for (int i = 1; i <= count; i++) {
                var call = new Call("c" + i, Dialect.OPENAI_CHAT, "http", "family", "key", "auto", false,
                        Priority.NORMAL, null, false, Samples.NOON, 60_000);
                var question = new Question(call, Context.unspecified(), situation, models);
                writer.decided(question, ruling.decide(question));
            }
        }
    }

    private static void rules(Path folder, String says) throws Exception {
        Files.createDirectories(folder.resolve("cost"));
        Files.writeString(folder.resolve("cost/one.drl"), RULE.replace("SAYS", says));
    }

    private Home home() {
        return terminal().home();
    }

    private int run(String... arguments) {
        return CommandLineOf.terminal(terminal(), Assembly.runner(Map.of()), Assembly.ruleCheck()).execute(arguments);
    }

    private Terminal terminal() {
        return new Terminal(InputStream.nullInputStream(), new PrintWriter(out, true), new PrintWriter(err, true),
                Map.of(), properties);
    }
}
