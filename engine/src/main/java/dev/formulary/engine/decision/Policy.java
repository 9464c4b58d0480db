package dev.formulary.engine.decision;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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
/// wrong. A folder that is broken at the start is replaced by the last good rule set of the ledger, until it is repaired.
/// While no rules have been good yet, every call is denied.
public final class Policy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Policy.class);

    private final Path rules;
    private final RuleFolder folder;
    private final RuleSetBuilder builder;
    private final @Nullable RuleLedger ledger;
    private final @Nullable RuleReturn goingBack;
    private final ArchivedRulings archived;
    private final Bounds bounds;
    private final Consumer<RuleSetReport> listener;
    private final ReentrantLock reconciling = new ReentrantLock();
    private final Lookout lookout = new Lookout();
    private final AtomicReference<@Nullable Ruling> serving = new AtomicReference<>();
    private final AtomicReference<RuleSetReport> report;
    private RuleFolder.@Nullable Survey seen;
    private @Nullable String seenHash;
    private @Nullable Supplier<List<Problem>> lints;

    /// @param rulesFolder where rules and scenarios lie; it may be missing for now
    /// @param settings the limits of a decision
    /// @param cacheFolder where compiled rules are kept for the next start, or null for nowhere
    /// @param listener told about every rule set that was accepted or refused, on the thread that reconciles
    /// @param companions what else takes effect with the rules
    /// @param ledger where rule sets and their history are kept, or null for nowhere
    public Policy(Path rulesFolder, Settings.Policy settings, @Nullable Path cacheFolder,
            Consumer<RuleSetReport> listener, List<Companion> companions, @Nullable RuleLedger ledger) {
        this.rules = rulesFolder;
        this.folder = new RuleFolder(rulesFolder);
        this.ledger = ledger;
        this.builder = new RuleSetBuilder(new CompiledStore(cacheFolder),
                Manifest.with(companions),
                settings.scenarios());
        this.goingBack = ledger == null ? null : new RuleReturn(rulesFolder, folder, builder, ledger);
        this.bounds = new Bounds(settings.firingLimit(), settings.timeBudget().toNanos());
        this.archived = new ArchivedRulings(ledger, cacheFolder, bounds);
        this.listener = listener;
        this.report = new AtomicReference<>(RuleSetReport.nothing());
    }

    /// Decides without keeping anything of the rules.
    public Policy(Path rulesFolder, Settings.Policy settings, @Nullable Path cacheFolder,
            Consumer<RuleSetReport> listener, List<Companion> companions) {
        this(rulesFolder, settings, cacheFolder, listener, companions, null);
    }

    /// Decides by rules alone, without companions.
    public Policy(Path rulesFolder, Settings.Policy settings, @Nullable Path cacheFolder,
            Consumer<RuleSetReport> listener) {
        this(rulesFolder, settings, cacheFolder, listener, List.of());
    }

    /// Takes the folder as it is now. Blocks; for the start.
    public RuleSetReport load() {
        if (goingBack != null) {
            goingBack.finish();
        }
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
            RuleFolder.Survey survey = folder.survey();
            if (survey.equals(seen)) {
                lint();
                return false;
            }
            if (patient && survey.unsettled(Instant.now())) {
                return true;
            }
            RuleFolder.Contents contents = folder.read(survey);
            if (!contents.hash().equals(seenHash) || seen == null || !survey.problems().equals(seen.problems())) {
                take(contents);
            } else {
                report.updateAndGet(known -> known.unread(survey.warnings()));
            }
            seen = survey;
            seenHash = contents.hash();
            return !folder.survey().equals(survey);
        } catch (IOException | RuntimeException | LinkageError | VirtualMachineError e) {
            // a folder that changes while it is walked; also whatever the compiler may throw, and more memory than there is
            List<Problem> problems = List.of(Problem.of("", "the rules folder can't be read: " + e));
            if (!problems.equals(report().problems())) {
                refuse(problems, List.of(), 0, RuleSetReport.Times.NONE);
            }
            return false;
        } finally {
            reconciling.unlock();
        }
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
        if (ledger != null && serving.get() == null && ledger.attempts().givenUp(contents.hash())) {
            refuse(List.of(Problem.of("", RuleAttempts.GIVEN_UP).coded("given-up")), List.of(), 0,
                    RuleSetReport.Times.NONE);
            return;
        }
        RuleSetBuilder.Built built = attempt(contents);
        RuleSet ruleSet = built.ruleSet();
        boolean now = built.times().compiledFiles() > 0;
        lints = now ? null : built.lints();
        var warnings = new ArrayList<>(built.warnings());
        if (now) {
            warnings.addAll(built.lints().get());
        }
        if (ruleSet == null) {
            refuse(built.problems(), warnings, built.rules().size(), built.times());
            if (ledger != null) {
                ledger.refused(rules, contents.hash(), contents.files(), built.problems());
            }
            return;
        }
        serve(ruleSet, built);
        RuleSetReport accepted = report().accepted(ruleSet.hash(), built, Manifest.of(contents.files()), warnings);
        LOG.info("rules accepted generation={} hash={} manifest=\"{}\" rules={} scenarios={} warnings={} "
                + "compiledFiles={} compileMs={} checkMs={}", accepted.generation(), ruleSet.hash(),
                accepted.manifest(), accepted.rules(), accepted.scenarios(), warnings.size(),
                built.times().compiledFiles(), built.times().compileMs(), built.times().checkMs());
        tell(accepted);
        if (ledger != null) {
            ledger.accepted(rules, contents.hash(), contents.files());
        }
    }

    private RuleSetBuilder.Built attempt(RuleFolder.Contents contents) {
        return ledger == null
                ? builder.build(contents)
                : ledger.attempts().trying(contents.hash(), () -> builder.build(contents));
    }

    private void serve(RuleSet ruleSet, RuleSetBuilder.Built built) {
        built.activate().forEach(Runnable::run);
        serving.set(new Ruling(ruleSet, bounds));
        built.failed().forEach(problem -> LOG.warn("rules serve although a scenario fails problem={}", problem));
    }

    private void refuse(List<Problem> problems, List<Problem> warnings, int found, RuleSetReport.Times times) {
        problems.forEach(problem -> LOG.warn("rules refused, those before go on problem={}", problem));
        RuleSetReport refused = report().refused(problems, warnings, found, times);
        tell(serving.get() == null && ledger != null ? lastGood(refused, ledger) : refused);
    }

    /// The latest set of the archive that is whole and compiles serves in the place of a broken folder.
    private RuleSetReport lastGood(RuleSetReport refused, RuleLedger sets) {
        for (String hash : sets.good()) {
            RuleFolder.Contents contents = sets.files(hash)
                    .map(files -> RuleFolder.contents(new TreeMap<>(files), new ArrayList<>())).orElse(null);
            if (contents == null || sets.attempts().givenUp(hash)) {
                continue;
            }
            RuleSetBuilder.Built built = attempt(contents);
            if (built.ruleSet() != null) {
                serve(built.ruleSet(), built);
                LOG.warn("the rules folder is broken, the last good rules serve until it is repaired hash={}", hash);
                return refused.fallenBack(hash, built, Manifest.of(contents.files()));
            }
            LOG.warn("archived rules are not in order any more hash={} problem={}", hash, built.problems().getFirst());
        }
        return refused;
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
        return ruling == null ? Unruled.deny(question, report()) : ruling.decide(question);
    }

    /// Hears the rules that watch. Never throws for what a rule does, and never blocks for long.
    ///
    /// @return all that holds now, the worst first: what tells of an alert, and what only keeps one open
    public List<Notice> watch(Situation situation, List<Candidate> candidates, List<Signal> signals) {
        return lookout.look(serving.get(), new Sighting(situation, candidates, signals));
    }

    /// The rules that serve, or null while none have been good.
    public @Nullable Ruling ruling() {
        return serving.get();
    }

    /// The rules of that hash, to decide with as they did: those that serve, or those of the archive, which are compiled when
    /// they are asked for. Blocks then, for some hundred milliseconds; not for the way of a request.
    ///
    /// @return nothing when they are not kept, or do not compile any more
    public Optional<Ruling> ruling(String hash) {
        Ruling now = serving.get();
        return now != null && now.hash().equals(hash) ? Optional.of(now) : archived.find(hash);
    }

    /// The changes of the folder, the latest first; empty without a ledger. Reads a file.
    public List<RuleChange> history() {
        return ledger == null ? List.of() : ledger.history();
    }

    /// Puts a rule set of before back into the folder; it takes effect at once. What stood there is kept. Blocks.
    ///
    /// @param target a number of the history, or at least four digits of a hash
    /// @param who asks for it, for the history
    public Rollback rollback(String target, String who) {
        if (goingBack == null) {
            return new Rollback.Refused("no rule sets are kept here");
        }
        reconciling.lock();
        try {
            Optional<String> reason = goingBack.to(target, who);
            if (reason.isPresent()) {
                return new Rollback.Refused(reason.get());
            }
            reconcile(false);
            return new Rollback.Done(report());
        } catch (IOException e) {
            return new Rollback.Refused("the rules folder can't be written: " + e);
        } finally {
            reconciling.unlock();
        }
    }

    /// How it stands with the rules.
    public RuleSetReport report() {
        return report.get();
    }

    /// Checks a folder without companions.
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
        archived.clear();
    }
}
