package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides by the rules in a folder, and follows the folder as it changes. Thread-safe.
///
/// A changed folder is compiled and checked aside and then takes over at once; decisions under way end with the rules with
/// which they began. A folder that is not in order changes nothing: the last good rules go on, and [#report] says what is
/// wrong. While no rules have been good yet, every call is denied.
public final class Policy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Policy.class);
    /// A file that was written so lately may not be complete.
    private static final Duration SETTLED = Duration.ofMillis(30);

    private final RuleFolder folder;
    private final RuleSetBuilder builder;
    private final Bounds bounds;
    private final Consumer<RuleSetReport> listener;
    private final ReentrantLock reconciling = new ReentrantLock();
    private final AtomicReference<@Nullable Ruling> serving = new AtomicReference<>();
    private final AtomicReference<RuleSetReport> report;
    private @Nullable Map<String, RuleFolder.Stamp> seen;
    private @Nullable String seenHash;
    private @Nullable Supplier<List<Problem>> lints;

    /// @param rulesFolder where rules and scenarios lie; it may be missing for now
    /// @param settings the limits of a decision
    /// @param cacheFolder where compiled rules are kept for the next start, or null for nowhere
    /// @param listener told about every rule set that was accepted or refused, on the thread that reconciles
    /// @param companions what else takes effect with the rules
    public Policy(Path rulesFolder, Settings.Policy settings, @Nullable Path cacheFolder,
            Consumer<RuleSetReport> listener, List<Companion> companions) {
        this.folder = new RuleFolder(rulesFolder);
        this.builder = new RuleSetBuilder(new CompiledStore(cacheFolder), List.copyOf(companions));
        this.bounds = new Bounds(settings.firingLimit(), settings.timeBudget().toNanos());
        this.listener = listener;
        this.report = new AtomicReference<>(new RuleSetReport("", 0, false, 0, 0, List.of(),
                List.of(Problem.of("", "the rules were not loaded yet")), List.of(), Instant.EPOCH,
                RuleSetReport.Times.NONE));
    }

    /// Decides by rules alone, without companions.
    public Policy(Path rulesFolder, Settings.Policy settings, @Nullable Path cacheFolder,
            Consumer<RuleSetReport> listener) {
        this(rulesFolder, settings, cacheFolder, listener, List.of());
    }

    /// Takes the folder as it is now. Blocks; for the start.
    public RuleSetReport load() {
        reconcile(false);
        return report();
    }

    /// Takes the folder as it is now, if it has changed; when nothing has, this is cheap. Blocks.
    ///
    /// @return true when files are changing right now, so that it should be called again soon
    public boolean reconcile() {
        return reconcile(true);
    }

    private boolean reconcile(boolean patient) {
        reconciling.lock();
        try {
            Map<String, RuleFolder.Stamp> stamps = folder.stamps();
            if (stamps.equals(seen)) {
                lint();
                return false;
            }
            if (patient && unsettled(stamps)) {
                return true;
            }
            RuleFolder.Contents contents = folder.read(stamps);
            if (!contents.hash().equals(seenHash)) {
                take(contents);
            }
            seen = stamps;
            seenHash = contents.hash();
            return !folder.stamps().equals(stamps);
        } catch (IOException | RuntimeException e) {
            // a folder that changes while it is walked; also whatever the compiler may throw
            List<Problem> problems = List.of(Problem.of("", "the rules folder can't be read: " + e));
            if (!problems.equals(report().problems())) {
                refuse(problems, List.of(), 0, RuleSetReport.Times.NONE);
            }
            return false;
        } finally {
            reconciling.unlock();
        }
    }

    private static boolean unsettled(Map<String, RuleFolder.Stamp> stamps) {
        Instant now = Instant.now();
        return stamps.values().stream().map(stamp -> stamp.modified().toInstant())
                .anyMatch(modified -> !modified.isAfter(now) && modified.isAfter(now.minus(SETTLED)));
    }

    /// A start from compiled rules must be quick, so their texts are looked at afterwards.
    private void lint() {
        Supplier<List<Problem>> late = lints;
        if (late != null) {
            lints = null;
            report.updateAndGet(known -> known.warning(Stream.concat(known.warnings().stream(), late.get().stream())
                    .toList()));
            LOG.info("rules looked at warnings={}", report().warnings().size());
        }
    }

    private void take(RuleFolder.Contents contents) {
        RuleSetBuilder.Built built = builder.build(contents);
        RuleSet ruleSet = built.ruleSet();
        boolean now = built.times().compiledFiles() > 0;
        lints = now ? null : built.lints();
        var warnings = new ArrayList<>(built.warnings());
        if (now) {
            warnings.addAll(built.lints().get());
        }
        if (ruleSet == null) {
            refuse(built.problems(), warnings, built.rules().size(), built.times());
            return;
        }
        built.activate().forEach(Runnable::run);
        serving.set(new Ruling(ruleSet, bounds));
        var accepted = new RuleSetReport(ruleSet.hash(), report().generation() + 1, true, built.rules().size(),
                built.rehearsal().results().size(), built.untested(), List.of(), warnings, Instant.now(),
                built.times());
        LOG.info("rules accepted generation={} hash={} rules={} scenarios={} warnings={} compiledFiles={} "
                + "compileMs={} checkMs={}",
                accepted.generation(), ruleSet.hash(), accepted.rules(), accepted.scenarios(), warnings.size(),
                built.times().compiledFiles(), built.times().compileMs(), built.times().checkMs());
        tell(accepted);
    }

    private void refuse(List<Problem> problems, List<Problem> warnings, int rules, RuleSetReport.Times times) {
        RuleSetReport before = report();
        problems.forEach(problem -> LOG.warn("rules refused, those before go on problem={}", problem));
        tell(new RuleSetReport(before.hash(), before.generation(), false, rules, 0, List.of(), problems,
                warnings, Instant.now(), times));
    }

    private void tell(RuleSetReport next) {
        report.set(next);
        try {
            listener.accept(next);
        } catch (RuntimeException e) {
            LOG.warn("a listener to rule sets failed", e);
        }
    }

    /// Decides. Never throws for what a rule does, and never blocks for long.
    public Decision decide(Question question) {
        Ruling ruling = serving.get();
        return ruling == null ? noRules(question) : ruling.decide(question);
    }

    /// The rules that serve, or null while none have been good.
    public @Nullable Ruling ruling() {
        return serving.get();
    }

    private Decision noRules(Question question) {
        List<String> problems = report().problems().stream().map(Problem::toString).toList();
        return new Decision.Deny(question.call().id(), "", Verdict.FAILED,
                "there are no valid rules, so every call is refused; the operator finds the problems in the log",
                List.of(), List.of(), List.of(), problems);
    }

    /// How it stands with the rules.
    public RuleSetReport report() {
        return report.get();
    }

    /// Compiles a folder's rules and runs their scenarios, without serving them.
    ///
    /// @return what is wrong; nothing when it is in order
    public static RuleSetReport check(Path rulesFolder) {
        return check(rulesFolder, List.of());
    }

    /// Compiles a folder and runs its scenarios, without serving it.
    ///
    /// @return what is wrong; nothing when it is in order
    public static RuleSetReport check(Path rulesFolder, List<Companion> companions) {
        return Ruling.of(rulesFolder, companions).report();
    }

    /// Lets go of the rules; every call is denied afterwards.
    @Override
    public void close() {
        serving.set(null);
    }
}
