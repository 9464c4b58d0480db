package dev.formulary.engine.store;

import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Prints what the log costs a caller: time of its own thread for a decision and its outcome, in nanoseconds, at about
/// 5,000 calls a second.
final class LogCost {
    private static final int CALLS = 60_000;

    private LogCost() {}

    public static void main(String[] args) throws IOException {
        Path folder = Files.createTempDirectory("log-cost");
        var book = new Logbook(folder);
        List<Question> questions = new ArrayList<>();
        var facts = new RandomFacts(1);
        for (int i = 0; i < CALLS; i++) {
            questions.add(facts.question("d" + i, Decisions.SITUATION, Logbook.MODELS));
        }
        long[] nanos = new long[CALLS];
        try (var writer = new DecisionWriter(folder, folder, Logbook.keeping("keep", 1L << 32), book.notices::add,
                book.clock, 0)) {
            for (int i = 0; i < CALLS; i++) {
                long start = System.nanoTime();
                writer.decided(questions.get(i), Logbook.allow("d" + i));
                writer.completed("d" + i, Decisions.outcome());
                nanos[i] = System.nanoTime() - start;
                if (i % 50 == 0) {
                    LockSupport.parkNanos(10_000_000);
                }
            }
            System.out.println("lost " + writer.lost());
        }
        long[] warm = Arrays.copyOfRange(nanos, CALLS / 3, CALLS);
        Arrays.sort(warm);
        System.out.println("caller ns: p50 " + warm[warm.length / 2] + " p90 " + warm[warm.length * 9 / 10] + " p99 "
                + warm[warm.length * 99 / 100] + " mean " + (long) Arrays.stream(warm).average().orElse(0));
        System.out.println("file bytes " + Files.size(folder.resolve(DecisionWriter.FILE)));
    }
}
