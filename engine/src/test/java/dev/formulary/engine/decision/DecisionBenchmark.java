package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.store.DecisionStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// How long a decision takes. Run it with
///
/// ```
/// mvn -q -pl engine -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java -cp "engine/target/test-classes:engine/target/classes:$(cat engine/target/classpath)" \
///     org.openjdk.jmh.Main DecisionBenchmark
/// ```
///
/// The mix of rules is that of a grown
/// folder: most say something about some kind of call, a part of them joins the models.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.SampleTime, Mode.Throughput})
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 3)
@Fork(value = 1, jvmArgsAppend = {"-Xms512m", "-Xmx512m"})
public class DecisionBenchmark {
    private static final int RULES_A_FILE = 20;
    private static final int QUESTIONS = 64;

    /// Rules and models: `60x20`, `60x340` or `1000x100`.
    @Param({"60x20", "60x340", "1000x100"})
    public String size = "60x20";

    /// Which of them ask for models: `models` every tenth, `calls` none.
    @Param({"calls", "models"})
    public String mix = "calls";

    private Path folder = Path.of("");
    private Policy policy = new Policy(folder, Rules.SETTINGS, null, _ -> {});
    private DecisionStore store = store(folder, false);
    private final List<Question> questions = new ArrayList<>();
    private int next;

    /// Writes the rules and loads them.
    @Setup(Level.Trial)
    public void load() throws IOException {
        int rules = Integer.parseInt(size.substring(0, size.indexOf('x')));
        int models = Integer.parseInt(size.substring(size.indexOf('x') + 1));
        folder = Files.createTempDirectory("decision-benchmark");
        for (int file = 0; file * RULES_A_FILE < rules; file++) {
            var text = new StringBuilder();
            for (int i = file * RULES_A_FILE; i < Math.min(rules, (file + 1) * RULES_A_FILE); i++) {
                text.append(rule(i, mix.equals("models") && i % 10 == 0));
            }
            Rules.put(folder, "cost/file" + file + ".drl", text.toString());
        }
        policy = new Policy(folder, new Settings.Policy(false, 10_000, Duration.ofSeconds(1)), null, _ -> {});
        RuleSetReport report = policy.load();
        if (!report.accepted()) {
            throw new IllegalStateException(report.problems().toString());
        }
        store = store(Files.createDirectory(folder.resolve("data")), true);
        questions(models);
    }

    private static DecisionStore store(Path data, boolean kept) {
        return new DecisionStore(data, data, new Settings.Decisions(1_000, kept, Duration.ofDays(1), 64 << 20, "hash"),
                _ -> {}, Clock.systemUTC());
    }

    private static <T> T one(T[] values, int i) {
        return List.of(values).get(i % values.length);
    }

    static String rule(int i, boolean joinsModels) {
        String id = "rule-" + i;
        if (joinsModels) {
            return Rules.rule(id, "Context( need == Need." + one(Need.values(), i / 10)
                    + " )\n    $c : Candidate( labels contains \"l" + i % 7 + "\", quality < " + (i % 9 + 1) + " )",
                    "decision.avoid($c, " + i % 20 + ");");
        }
        return switch (i % 5) {
            case 0 -> Rules.rule(id, "Context( need == Need." + one(Need.values(), i / 5)
                    + ", promptTokens > " + i * 3 + " )", "decision.cap(Parameter.MAX_TOKENS, " + (500 + i) + ");");
            case 1 -> Rules.rule(id, "Call( tenant == \"tenant-" + i % 40 + "\", stream == true )",
                    "decision.weigh(Term.LATENCY, 1.1);");
            case 2 -> Rules.rule(id, "Context( privacy == Privacy." + one(Privacy.values(), i)
                    + ", maxTokens > " + i * 5 + " )", "decision.weigh(Term.COST, 1.2);");
            case 3 -> Rules.rule(id, "$b : Budget( usedRatio > 0." + (10 + i % 89) + " )\n    Context( risk == Risk."
                    + one(Risk.values(), i) + " )", "decision.lastResort(\"l" + i % 7 + "\");");
            default -> Rules.rule(id, "Host( cpu > 0." + (10 + i % 89) + " )\n    Call( via == \"mqtt\" )",
                    "decision.alert(Severity.INFO, \"a" + i % 10 + "\", \"busy\");");
        };
    }

    private void questions(int models) {
        var candidates = new ArrayList<Candidate>();
        for (int i = 0; i < models; i++) {
            candidates.add(Rules.candidate("p" + i % 7 + "/model-" + i, i % 10, i * 100_000L, "l" + i % 7));
        }
        Context plain = Context.unspecified();
        for (int i = 0; i < QUESTIONS; i++) {
            var context = new Context(one(Need.values(), i),
                    one(Risk.values(), i), plain.emotion(), plain.ageBand(),
                    one(Privacy.values(), i), plain.task(), false, false, false, "", "", i * 40,
                    i * 20, plain.needs(), false, Map.of());
            var now = Instant.parse("2026-05-01T12:00:00Z");
            var situation = new Situation(now, new Host(0.5, 0.5, 1L << 30, 0.5, 2),
                    List.of(new Budget("b", "total", 30 + i, 0, 100, now)), 3, 0, Set.of());
            questions.add(new Question(Rules.call("auto", false), context, situation, candidates));
        }
    }

    /// One decision.
    @Benchmark
    public Decision decide() {
        Question question = questions.get(next++ % QUESTIONS);
        return policy.decide(question);
    }

    /// One decision with all that it takes to explain it later, handed to the log that keeps it in a file. The writer works
    /// beside it; what comes faster than that writes is dropped, as in a gateway.
    @Benchmark
    public Decision decideAndKeep() {
        Question question = questions.get(next++ % QUESTIONS);
        Decision decision = policy.decide(question);
        store.record(question, decision);
        return decision;
    }

    /// Lets go of the rules.
    @TearDown(Level.Trial)
    public void close() throws IOException {
        store.close();
        policy.close();
        try (var files = Files.walk(folder)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
