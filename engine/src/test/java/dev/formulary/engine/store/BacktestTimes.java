package dev.formulary.engine.store;

import com.sun.management.OperatingSystemMXBean;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/// Records decisions of the shipped rules as a gateway with some models makes them, decides all of them again, and prints how
/// many that were in a second, and in a second of one processor. A program, since others may use the machine.
///
/// Three calls in four say nothing about themselves and differ in length only; the others declare a need, a risk, and how
/// private they are. What is known of models and machine changes every 200 calls.
///
/// A log that lies in the folder is used; so the second run tells what a process that has just started takes.
///
/// usage: BacktestTimes FOLDER [DECISIONS [MODELS [ROUNDS]]]
final class BacktestTimes {
    private static final int TICK = 200;

    private final Random random = new Random(5);
    private final List<ModelCard> cards = new ArrayList<>();

    private BacktestTimes(int models) {
        for (int i = 0; i < models; i++) {
            boolean local = i % 3 == 0;
            cards.add(new ModelCard("model-" + i, Set.of(Capability.CHAT, Capability.JSON), 128_000,
                    local ? 0 : 1_000_000L * i, local ? 0 : 4_000_000L * i, local,
                    i % 2 == 0 ? Set.of("crisis") : Set.of(), 3 + i % 6, 5, Map.of()));
        }
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        int decisions = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        int models = args.length > 2 ? Integer.parseInt(args[2]) : 8;
        int rounds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        Ruling rules = Objects.requireNonNull(Ruling.of(Path.of("../rules"), List.of()).ruling());
        var book = new Logbook(folder);
        if (!Files.exists(folder.resolve(DecisionWriter.FILE))) {
            new BacktestTimes(models).record(book, rules, decisions);
        }
        System.out.printf(Locale.ROOT, "%d MB%n", Files.size(folder.resolve(DecisionWriter.FILE)) >> 20);
        for (int round = 0; round < rounds; round++) {
            measure(book, rules);
        }
    }

    private void record(Logbook book, Ruling rules, int decisions) {
        try (DecisionWriter writer = book.writer(Logbook.keeping("keep", 1L << 34))) {
            Situation situation = situation(0);
            List<Candidate> candidates = candidates();
            for (int i = 0; i < decisions; i++) {
                if (i % TICK == 0) {
                    situation = situation(i);
                    candidates = candidates();
                    writer.tick();
                }
                var question = new Question(Decisions.call("d" + i), context(), situation, candidates);
                writer.decided(question, rules.decide(question));
                writer.completed("d" + i, Decisions.outcome());
            }
        }
    }

    private Situation situation(int call) {
        return new Situation(Decisions.NOON.plusMillis(call), Decisions.SITUATION.host(), List.of(),
                random.nextInt(20), random.nextInt(3), Set.of());
    }

    private List<Candidate> candidates() {
        return cards.stream().map(card -> Candidate.of("p", card, new Candidate.Vitals(BreakerState.CLOSED, 0.01,
                random.nextInt(1_000), 100 + random.nextInt(400), 1_000 + random.nextInt(4_000), random.nextInt(4),
                -1)))
                .toList();
    }

    private Context context() {
        Context plain = Context.unspecified();
        boolean declares = random.nextInt(4) == 0;
        return new Context(declares ? one(Need.values()) : plain.need(), declares ? one(Risk.values()) : plain.risk(),
                plain.emotion(), plain.ageBand(), declares ? one(Privacy.values()) : plain.privacy(), plain.task(),
                declares, false, declares, "", "", 10 + random.nextInt(2_000), 0, Set.of(Capability.CHAT), false,
                Map.of());
    }

    private <T> T one(T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }

    private static void measure(Logbook book, Ruling rules) throws IOException, InterruptedException {
        long began = System.nanoTime();
        double cpu = cpuSeconds();
        BacktestReport report;
        try (DecisionReader reader = book.reader()) {
            report = new Backtest(rules::decide, rules.hash()).run(reader, Long.MAX_VALUE);
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(Locale.ROOT, "backtest: %d compared in %.1f s, %.0f a second, %.0f a processor second; %d"
                + " flipped, %d denied%n", report.compared(), seconds, report.compared() / seconds,
                report.compared() / (cpuSeconds() - cpu), report.flipped(), report.candidate().denied());
    }

    /// What all threads of this process have taken.
    private static double cpuSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }
}
