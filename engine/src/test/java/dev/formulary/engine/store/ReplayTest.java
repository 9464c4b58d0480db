package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Therapy;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Decides recorded calls again. `-Dformulary.replay=100000` makes it as many decisions.
class ReplayTest {
    private static final int DECISIONS = Integer.getInteger("formulary.replay", 1_500);
    private static final Path SHIPPED = Path.of("../rules");
    private static final int TICK = 200;

    @TempDir
    Path folder;
    private Logbook book = new Logbook(Path.of(""));

    @BeforeEach
    void open() {
        book = new Logbook(folder);
    }

    @Test
    void whatWasDecidedIsDecidedTheSameAgain() throws Exception {
        long began = System.nanoTime();
        record(shipped(), new RandomFacts(42), "keep");
        long recorded = System.nanoTime();
        Ruling later = shipped();
        var different = new ArrayList<Replay.Finding>();
        int[] same = {0};
        long start = System.nanoTime();
        double cpu = cpuSeconds();
        try (DecisionReader reader = book.reader()) {
            new Replay(hash -> later.hash().equals(hash) ? Optional.of(later::decide) : Optional.empty())
                    .each(reader, Long.MAX_VALUE, finding -> {
                        if (finding instanceof Replay.Same) {
                            same[0]++;
                        } else {
                            different.add(finding);
                        }
                    });
        }
        long end = System.nanoTime();
        double spent = cpuSeconds() - cpu;
        try (DecisionReader reader = book.reader()) {
            assertThat(reader.verify(null).broken()).isNull();
        }
        System.out.printf("RATE decisions=%d recordSeconds=%.1f replaySeconds=%.1f perSecond=%.0f perCpuSecond=%.0f"
                + " verifySeconds=%.1f bytes=%d%n", DECISIONS, (recorded - began) / 1e9, (end - start) / 1e9,
                DECISIONS / ((end - start)
                        / 1e9),
                DECISIONS / spent,
                (System.nanoTime() - end) / 1e9, Files.size(folder.resolve(DecisionWriter.FILE)));

        assertThat(different).isEmpty();
        assertThat(same[0]).isEqualTo(DECISIONS);
    }

    @Test
    void aDifferenceIsToldFieldByField() throws Exception {
        book.fill("d", 1);
        Kept kept = kept("d1");
        var other = new Decision.Deny("d1", "abc123", "denied_by_policy", "no", List.of(), List.of(), List.of(),
                List.of("odd"));

        assertThat(replay(other, kept)).isInstanceOfSatisfying(Replay.Different.class,
                different -> assertThat(different.differences()).containsExactly(
                        "attempts: [p0/m0, p1/m1] -> none: denied", "code: nothing -> denied_by_policy",
                        "message: nothing -> no", "problems 1: nothing -> odd"));
        assertThat(replay(kept.recorded().decision(), kept)).isEqualTo(new Replay.Same("d1"));
    }

    @Test
    void whatCantBeComparedIsSaid() throws Exception {
        book.fill("d", 1);
        Kept kept = kept("d1");
        Recorded recorded = kept.recorded();
        Decision limited = new Decision.Deny("d1", "abc123", "policy_failed", "no", List.of(), List.of(), List.of(),
                List.of("the rules took more than 500 microseconds, last 'x'"));
        Decision unruled = new Decision.Deny("d1", "", "policy_failed", "no", List.of(), List.of(), List.of(),
                List.of());

        assertThat(replay(limited, new Kept(1, recorded, List.of("tenant")))).isEqualTo(new Replay.Unknown("d1",
                "it comes out otherwise, but its tenant were not kept as they were"));
        assertThat(replay(unruled, new Kept(1, new Recorded(recorded.question(), limited, null), List.of())))
                .isEqualTo(new Replay.Unknown("d1",
                        "it hit the limit of time or firings, which another run may not"));
        assertThat(replay(limited, new Kept(1, new Recorded(recorded.question(), unruled, null), List.of())))
                .isEqualTo(new Replay.Unknown("d1", "no rules were in force"));
        assertThat(new Replay(_ -> Optional.empty()).of(kept)).isEqualTo(new Replay.Unknown("d1",
                "its rules abc123 are not there any more"));
    }

    @Test
    void factsOfAnotherVersionAreNotCompared() throws Exception {
        book.fill("d", 2);
        book.tamper("update entry set body = replace(body, '\"stream\"', '\"flow\"') where seq = 1");
        var findings = new ArrayList<Replay.Finding>();
        try (DecisionReader reader = book.reader()) {
            new Replay(_ -> Optional.of(question -> Logbook.allow(question.call().id()))).each(reader, 10,
                    findings::add);
        }

        assertThat(findings.getFirst()).isInstanceOfSatisfying(Replay.Unknown.class, unknown -> assertThat(
                unknown.why()).startsWith("decision d1 is damaged or was kept by another version"));
        assertThat(findings.getLast()).isEqualTo(new Replay.Same("d2"));
    }

    @Test
    void aPlantedChangeShowsExactlyTheCallsThatItShould() throws Exception {
        Map<String, Recorded> recorded = record(shipped(), new RandomFacts(11), "keep");
        Path changed = copy(SHIPPED, folder.resolve("rules"));
        Files.writeString(changed.resolve("cost/planted.drl"), """
            rule "the kitchen asks nobody"
                @id("planted") @reason("the kitchen asks nobody")
            when
                Context( zone == "kitchen" )
            then
                decision.deny("the kitchen asks nobody");
            end
            """);
        Ruling candidate = Objects.requireNonNull(Ruling.of(changed, List.of()).ruling());
        var expected = new TreeSet<String>();
        recorded.forEach((id, one) -> {
            if (one.question().context().zone().equals("kitchen") && one.decision() instanceof Decision.Allow) {
                expected.add(id);
            }
        });

        BacktestReport report;
        long start = System.nanoTime();
        double cpu = cpuSeconds();
        try (DecisionReader reader = book.reader()) {
            report = new Backtest(candidate::decide, candidate.hash()).run(reader, Long.MAX_VALUE);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("RATE backtest perSecond=%.0f perCpuSecond=%.0f%n", DECISIONS / seconds,
                DECISIONS / (cpuSeconds() - cpu));

        assertThat(expected).as(() -> recorded.values().stream().map(one -> one.decision() instanceof Decision.Deny deny
                ? deny.code() + deny.message()
                : "allow").distinct().limit(20).toList().toString()).hasSizeGreaterThan(20);
        assertThat(report.changed()).isEqualTo(Map.of("denied", (long) expected.size()));
        assertThat(report.flips()).extracting(BacktestReport.Flip::id)
                .hasSize(Math.min(Backtest.LISTED, expected.size())).isSubsetOf(expected);
        assertThat(report.compared()).isEqualTo(DECISIONS);
        assertThat(report.candidate().denied() - report.recorded().denied()).isEqualTo(expected.size());
        assertThat(report.unsafeMore()).isZero();
    }

    @Test
    void whatABacktestReadsOfADecisionIsWhatWasDecided() throws Exception {
        record(shipped(), new RandomFacts(13), "hash");
        int[] denied = {0};
        try (DecisionReader reader = book.reader()) {
            reader.each(500, row -> row, row -> {
                Kept kept = kept(row);
                Row.Brief brief = brief(row);
                assertThat(brief.question()).isEqualTo(kept.recorded().question());
                assertThat(brief.outcome()).isEqualTo(kept.recorded().outcome());
                assertThat(brief.hidden()).isEqualTo(kept.hidden());
                switch (kept.recorded().decision()) {
                    case Decision.Allow allow ->
                        assertThat(brief.attempts()).isEqualTo(allow.plan().all()).isNotEmpty();
                    case Decision.Deny deny -> {
                        denied[0]++;
                        assertThat(brief.attempts()).isNull();
                        assertThat(brief.code()).isEqualTo(deny.code());
                    }
                }
            });
        }
        assertThat(denied[0]).isBetween(1, 499);
    }

    private static Kept kept(Row row) {
        try {
            return row.kept();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Row.Brief brief(Row row) {
        try {
            return row.brief();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void unsafeRoutesAndCostsOfACandidateAreShown() throws Exception {
        Map<String, Recorded> recorded = record(shipped(), new RandomFacts(12), "hash");
        Path careless = folder.resolve("rules");
        Files.createDirectories(careless.resolve("cost"));
        Files.writeString(careless.resolve("cost/any.drl"), """
            rule "anything goes"
                @id("anything") @reason("anything goes")
            when
                Call( stream == true )
            then
                decision.weigh(Term.COST, 0);
            end
            """);
        Ruling candidate = Objects.requireNonNull(Ruling.of(careless, List.of()).ruling());

        BacktestReport report;
        try (DecisionReader reader = book.reader()) {
            report = new Backtest(candidate::decide, candidate.hash()).run(reader, DECISIONS / 2);
        }

        assertThat(report.compared() + report.incomparable().values().stream().mapToLong(each -> each).sum())
                .isEqualTo(DECISIONS / 2);
        assertThat(report.unsafeMore()).isPositive();
        assertThat(report.unsafe()).filteredOn(BacktestReport.Unsafe::isNew)
                .extracting(BacktestReport.Unsafe::why).contains("crisis", "privacy");
        assertThat(report.unsafe()).allSatisfy(one -> assertThat(models(recorded, one.id())).contains(one.model()));
        assertThat(report.recorded().costs()).isEqualTo(report.candidate().costs()).isPositive();
        assertThat(report.hidden()).isPositive();
        assertThat(report.flipped()).isPositive();
    }

    /// A model that is not fit for it answers nobody in a crisis, whichever way the caller told of it.
    @Test
    void aCrisisThatTheCallerDeclaresMakesARouteUnsafe() throws Exception {
        Candidate plain = Logbook.MODELS.stream().filter(model -> !model.labelled("crisis")).findFirst().orElseThrow();
        Plan plan = new Plan(List.of(plain), Map.of(), 0);
        try (DecisionWriter writer = book.writer()) {
            for (String id : List.of("calm", "crisis")) {
                CrisisType crisis = id.equals("calm") ? null : CrisisType.PANIC_ATTACK;
                writer.decided(
                        new Question(Decisions.call(id), declaring(crisis), Decisions.SITUATION, List.of(plain)),
                        new Decision.Allow(id, "abc", plan, List.of(), List.of(), List.of(), List.of()));
            }
        }
        BacktestReport report;
        try (DecisionReader reader = book.reader()) {
            report = new Backtest(
                    question -> new Decision.Allow(question.call().id(), "def", plan, List.of(), List.of(),
                            List.of(), List.of()),
                    "def").run(reader, 2);
        }
        assertThat(report.unsafe())
                .containsExactly(new BacktestReport.Unsafe("crisis", plain.id(), "crisis", false));
    }

    private static Context declaring(@Nullable CrisisType crisis) {
        Context plain = Context.unspecified();
        Therapy said = plain.therapy();
        return new Context(plain.need(), plain.risk(), plain.emotion(), plain.ageBand(), plain.privacy(), plain.task(),
                false, false, false, "", "", 100, 0, plain.needs(), false,
                new Therapy(said.approach(), said.difficulty(), said.session(), said.intervention(), crisis),
                plain.requirements(), -1, plain.traits(), plain.screening(), Map.of());
    }

    /// What all threads of this process have taken; where others use the processors, this tells more than the time.
    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    private static List<String> models(Map<String, Recorded> recorded, String id) {
        return Objects.requireNonNull(recorded.get(id)).question().candidates().stream().map(Candidate::id).toList();
    }

    private static Replay.Finding replay(Decision again, Kept kept) {
        return new Replay(_ -> Optional.of(_ -> again)).of(kept);
    }

    private Kept kept(String id) throws IOException {
        try (DecisionReader reader = book.reader()) {
            return Objects.requireNonNull(reader.find(id));
        }
    }

    private static Ruling shipped() {
        return Objects.requireNonNull(Ruling.of(SHIPPED, List.of()).ruling());
    }

    /// Lets rules decide calls of all kinds, a few ticks long, and keeps that.
    private Map<String, Recorded> record(Ruling rules, RandomFacts facts, String personal) {
        var all = new java.util.HashMap<String, Recorded>();
        try (DecisionWriter writer = book.writer(Logbook.keeping(personal, 1L << 32))) {
            Situation situation = quiet(facts);
            List<Candidate> candidates = facts.candidates(20);
            for (int i = 0; i < DECISIONS; i++) {
                if (i % TICK == 0) {
                    situation = i % (2 * TICK) == 0 ? facts.make(Situation.class) : quiet(facts);
                    candidates = facts.candidates(20);
                    writer.tick();
                }
                Question question = facts.question("d" + i, situation, candidates);
                Decision decision = rules.decide(question);
                writer.decided(question, decision);
                if (i % 3 == 0) {
                    writer.completed("d" + i, Decisions.outcome());
                }
                all.put("d" + i, new Recorded(question, decision, null));
            }
        }
        return all;
    }

    /// A moment at which nothing stands against a call but what alerts and operators do about some models.
    private static Situation quiet(RandomFacts facts) {
        Situation any = facts.make(Situation.class);
        return new Situation(any.at(), Decisions.SITUATION.host(), List.of(), any.inFlight(), any.waiting(),
                any.openAlerts(), List.of(measure("p1/*", Measure.Kind.CLOSE, Measure.Origin.ALERT, any.at()),
                        measure("p2/m2", Measure.Kind.CLOSE, Measure.Origin.OPERATOR, any.at()),
                        measure("p3/*", Measure.Kind.AVOID, Measure.Origin.ALERT, any.at())));
    }

    private static Measure measure(String model, Measure.Kind kind, Measure.Origin origin, Instant at) {
        return new Measure("m1", model, kind, 17.5, "why", origin, "who", at.plusSeconds(60));
    }

    private static Path copy(Path from, Path to) throws IOException {
        for (String kind : List.of("context", "cost", "load", "alert")) {
            Files.createDirectories(to.resolve(kind));
            try (var files = Files.list(from.resolve(kind))) {
                for (Path file : files.filter(each -> Files.isRegularFile(each)).toList()) {
                    Files.copy(file, to.resolve(kind).resolve(file.getFileName().toString()));
                }
            }
        }
        return to;
    }
}
