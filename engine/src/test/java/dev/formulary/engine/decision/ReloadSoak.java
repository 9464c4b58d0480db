package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// Edits a rule file again and again while two threads decide, and tells what it costs: metaspace, heap, threads, classes.
/// The full run of 5,000 edits takes some ten minutes:
///
/// ```
/// mvn -q -pl engine -am test-compile dependency:build-classpath -Dmdep.outputFile=target/classpath
/// java -Xmx512m -cp "engine/target/test-classes:engine/target/classes:$(cat engine/target/classpath)" \
///     dev.formulary.engine.decision.ReloadSoak 5000 500
/// ```
final class ReloadSoak {
    private static final MemoryPoolMXBean METASPACE = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Metaspace")).findFirst().orElseThrow();

    private final Path folder;
    private final Policy policy;
    private final Question question = Rules.question(Rules.candidate("home/a"), Rules.candidate("cloud/b"));
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private final AtomicLong decisions = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicBoolean over = new AtomicBoolean();

    /// What the process holds after a collection.
    ///
    /// @param metaspace bytes
    /// @param heap bytes
    /// @param loaders of replaced and serving rules that are not collected
    record Sample(int reloads, long metaspace, long heap, int threads, int classes, long loaders, long decisions) {
        @Override
        public String toString() {
            return String.format("reloads=%d metaspaceKiB=%d heapKiB=%d threads=%d classes=%d loaders=%d decisions=%d",
                    reloads, metaspace >> 10, heap >> 10, threads, classes, loaders, decisions);
        }
    }

    ReloadSoak(Path folder, Path cache) {
        this.folder = folder;
        this.policy = Rules.policy(folder, cache);
    }

    /// @param every how many reloads between two samples
    List<Sample> run(int reloads, int every) throws InterruptedException {
        put(folder, "cost/other.drl", rule("other", "Call( tenant == \"nobody\" )", "decision.deny(\"x\");"));
        edit(0);
        if (!policy.load().accepted()) {
            throw new IllegalStateException(policy.report().toString());
        }
        List<Thread> deciding = List.of(Thread.ofPlatform().start(this::decide),
                Thread.ofPlatform().start(this::decide));
        try {
            for (int i = 1; i <= reloads; i++) {
                edit(i);
                policy.reconcile();
                if (policy.report().generation() != i + 1 || !policy.report().accepted()) {
                    throw new IllegalStateException("edit " + i + ": " + policy.report());
                }
                remember();
                if (i % every == 0) {
                    sample(i);
                }
            }
        } finally {
            over.set(true);
            for (Thread thread : deciding) {
                thread.join();
            }
        }
        return samples;
    }

    /// Decisions in which one rule spoke of another edit than the other.
    long wrong() {
        return wrong.get();
    }

    private void edit(int number) {
        // a cap is at least one
        int cap = number + 1;
        put(folder, "cost/edited.drl", rule("first", "Call()", "decision.cap(Parameter.MAX_TOKENS, " + cap + ");")
                + rule("second", "$c : Candidate( local == true )",
                        "decision.alert(Severity.INFO, \"edit\", \"\" + " + cap + ");"));
    }

    private void decide() {
        while (!over.get()) {
            Decision decision = policy.decide(question);
            boolean right = decision instanceof Decision.Allow allow && consistent(allow);
            if (!right) {
                wrong.incrementAndGet();
            }
            decisions.incrementAndGet();
            // leaves the processors to the compiler
            LockSupport.parkNanos(200_000);
        }
    }

    private static boolean consistent(Decision.Allow allow) {
        Plan.Limit limit = allow.plan().parameters().get(Parameter.MAX_TOKENS);
        return limit != null && allow.notices().size() == 1
                && allow.notices().getFirst().message().equals(Integer.toString((int) limit.cap()));
    }

    private void remember() {
        Ruling ruling = policy.ruling();
        if (ruling != null) {
            ruling.ruleSet().loaders().forEach(loader -> loaders.add(new WeakReference<>(loader)));
        }
        if (loaders.size() > 10_000) {
            loaders.removeIf(loader -> loader.get() == null);
        }
    }

    private void sample(int reloads) {
        System.gc();
        System.gc();
        loaders.removeIf(loader -> loader.get() == null);
        var sample = new Sample(reloads, METASPACE.getUsage().getUsed(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                loaders.stream().map(WeakReference::get).distinct().count(), decisions.get());
        System.out.println(sample);
        samples.add(sample);
    }

    /// @param args how many reloads, and how many between two samples
    public static void main(String[] args) throws IOException, InterruptedException {
        Instant start = Instant.now();
        var soak = new ReloadSoak(Files.createTempDirectory("reload-soak"), Files.createTempDirectory("reload-cache"));
        soak.run(Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        System.out.println("wrong=" + soak.wrong() + " took=" + Duration.between(start, Instant.now()));
        System.exit(soak.wrong() == 0 ? 0 : 1);
    }
}
