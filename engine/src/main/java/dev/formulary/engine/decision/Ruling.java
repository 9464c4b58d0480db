package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One rule set to decide with: the one that serves, one that did, or one that is only tried. Never changes. Thread-safe.
public final class Ruling {
    private static final Logger LOG = LoggerFactory.getLogger(Ruling.class);

    private final RuleSet ruleSet;
    private final Bounds bounds;
    /// Sessions are pooled, and the pool never shrinks.
    private final Semaphore permits = new Semaphore(2 * Runtime.getRuntime().availableProcessors());
    private final ReentrantLock explaining = new ReentrantLock();

    Ruling(RuleSet ruleSet, Bounds bounds) {
        this.ruleSet = ruleSet;
        this.bounds = bounds;
    }

    /// A folder that was compiled and checked without serving it.
    ///
    /// @param ruling null when the folder is not in order; the report says why
    public record Tried(@Nullable Ruling ruling, RuleSetReport report) {}

    /// Compiles a folder and runs its scenarios, without serving it.
    ///
    /// @param companions are asked whether their files are in order; nothing of theirs takes effect
    public static Tried of(Path rulesFolder, List<Companion> companions) {
        List<Companion> inert = companions.stream().map(Ruling::inert).toList();
        var generous = new Settings.Policy(false, Rehearsal.BOUNDS.firings(),
                Duration.ofNanos(Rehearsal.BOUNDS.nanos()));
        try (var policy = new Policy(rulesFolder, generous, null, _ -> {}, inert)) {
            RuleSetReport report = policy.load();
            return new Tried(policy.ruling(), report);
        }
    }

    private static Companion inert(Companion companion) {
        return files -> new Companion.Prepared(companion.prepare(files).problems(), () -> {});
    }

    /// The content hash of the rule set, in hexadecimal.
    public String hash() {
        return ruleSet.hash();
    }

    RuleSet ruleSet() {
        return ruleSet;
    }

    /// Explains how that question is decided, by deciding again. Takes up to 2,000 decisions, for people who wait; one
    /// explanation at a time, so that calls have the machine. Blocks.
    public Explanation explain(Question question) {
        return explain(question, null);
    }

    /// Explains how that question is decided, with a search for what would have made one model the choice first.
    ///
    /// @param whyNot `provider/model`, or null for no model in particular
    public Explanation explain(Question question, @Nullable String whyNot) {
        explaining.lock();
        try {
            Findings findings = permitted(() -> ruleSet.deliberate(question, patient(), true));
            return new Explainer(ruleSet, question, findings).explain(whyNot,
                    changed -> permitted(() -> ruleSet.decide(changed, patient())));
        } finally {
            explaining.unlock();
        }
    }

    /// Nobody's call waits, and what is slow because it is not warm yet must not look different for that.
    private Bounds patient() {
        return new Bounds(bounds.firings(), Math.max(bounds.nanos(), Rehearsal.BOUNDS.nanos()));
    }

    /// Hears the rules that watch. Never throws for what a rule does.
    Watched watch(Sighting sighting) {
        try {
            return permitted(() -> ruleSet.watch(sighting, bounds));
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            LOG.error("watching failed", e);
            return Watched.failed(ruleSet.watching(), "watching failed: " + e);
        }
    }

    private <T> T permitted(Supplier<T> work) {
        permits.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            permits.release();
        }
    }

    /// Decides. Equal questions get equal decisions. Never throws for what a rule does, and never blocks for long.
    public Decision decide(Question question) {
        permits.acquireUninterruptibly();
        try {
            return ruleSet.decide(question, bounds);
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            // errors too: a rule may ask for more memory than there is, or for a class that it may not see
            LOG.error("decision failed id={}", question.call().id(), e);
            return Verdict.of(question, ruleSet.hash(), Findings.failed("deciding failed: " + e));
        } finally {
            permits.release();
        }
    }
}
