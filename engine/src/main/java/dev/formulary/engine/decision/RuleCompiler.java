package dev.formulary.engine.decision;

import dev.formulary.engine.transport.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns sources into byte code, through the gates. Knows compiled files from before by their key. Not thread-safe.
///
/// It works on a thread of its own, for a limited time: no file may keep its caller waiting for ever.
final class RuleCompiler {
    private static final Logger LOG = LoggerFactory.getLogger(RuleCompiler.class);
    /// Far more than any honest folder takes on a busy machine.
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final long STACK_BYTES = 8L << 20;
    /// Threads that did not end in time and can't be ended. More than two of them nobody waits for.
    private static final Set<Thread> STUCK = ConcurrentHashMap.newKeySet();
    private static final int MOST_STUCK = 2;

    private final CompiledStore store;
    private final Duration longest;

    RuleCompiler(CompiledStore store) {
        this(store, LONGEST);
    }

    /// @param longest how long a compilation may take
    RuleCompiler(CompiledStore store, Duration longest) {
        this.store = store;
        this.longest = longest;
    }

    /// @param files what became of the sources, by file
    /// @param problems empty when all went well
    /// @param compiled how many files the compiler saw; the others came from the store
    /// @param seen the rules of all files, good or not, as far as they could be read
    /// @param refused files which the gates do not let anybody read as rules
    record Output(Map<String, CompiledFile> files, List<Problem> problems, int compiled, List<RuleInfo> seen,
            Set<String> refused) {}

    /// Compiles together what the store does not have. A file that is refused keeps no other from being looked at. Blocks,
    /// for a limited time.
    Output compile(List<RuleSource> sources) {
        STUCK.removeIf(thread -> !thread.isAlive());
        if (sources.isEmpty() || STUCK.size() >= MOST_STUCK) {
            return refused(sources, sources.isEmpty()
                    ? List.of()
                    : List.of(Problem.of("",
                            "the compiler is still busy with rules that it was given before; they were too "
                                    + "complicated, and a restart ends it")));
        }
        var at = new AtomicReference<>("");
        var task = new FutureTask<>(() -> work(sources, at));
        Thread thread = Threads.computing("rule-compiler", STACK_BYTES, task);
        thread.start();
        try {
            return task.get(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            thread.interrupt();
            STUCK.add(thread);
            return refused(sources, List.of(Problem.of(at.get(), "the compiler took more than " + longest.toSeconds()
                    + " seconds; make the rules simpler or split them")));
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            return refused(sources, List.of(Problem.of("", "the compiler was stopped")));
        } catch (ExecutionException e) {
            LOG.warn("the compiler failed file={}", at.get(), e.getCause());
            return refused(sources, List.of(Problem.of(at.get(), e.getCause() instanceof StackOverflowError
                    ? "something is nested too deeply to be compiled, write several conditions or rules"
                    : "the compiler failed: " + e.getCause())));
        }
    }

    private static Output refused(List<RuleSource> sources, List<Problem> problems) {
        return new Output(Map.of(), problems, 0, List.of(),
                sources.stream().map(RuleSource::file).collect(Collectors.toSet()));
    }

    /// @param at always the file that is being looked at
    private Output work(List<RuleSource> sources, AtomicReference<String> at) {
        var files = new LinkedHashMap<String, CompiledFile>();
        var problems = new ArrayList<Problem>();
        var fresh = new ArrayList<RuleSource>();
        var passed = new HashMap<String, SyntaxGate.Passed>();
        var seen = new ArrayList<RuleInfo>();
        for (RuleSource source : sources) {
            at.set(source.file());
            Optional<CompiledFile> stored = store.find(source);
            if (stored.isPresent() && BytecodeGate.look(stored.get().classes()).isEmpty()) {
                files.put(source.file(), stored.get());
                seen.addAll(stored.get().rules());
            } else {
                SyntaxGate.Passed look = SyntaxGate.look(source);
                passed.put(source.file(), look);
                look.problems().forEach(problem -> problems.add(problem.coded("syntax")));
                seen.addAll(look.rules());
                fresh.add(source);
            }
        }
        List<RuleSource> harmless = fresh.stream().filter(source -> harmless(passed.get(source.file()))).toList();
        if (!harmless.isEmpty()) {
            at.set(harmless.size() == 1 ? harmless.getFirst().file() : "");
            compileFresh(harmless, passed, files, problems);
        }
        Set<String> refused = passed.entrySet().stream().filter(look -> !look.getValue().readable())
                .map(Map.Entry::getKey).collect(Collectors.toSet());
        return new Output(files, List.copyOf(problems), fresh.size(), seen, refused);
    }

    private static boolean harmless(SyntaxGate.@Nullable Passed look) {
        return look != null && look.harmless();
    }

    private void compileFresh(List<RuleSource> sources, Map<String, SyntaxGate.Passed> passed,
            Map<String, CompiledFile> files, List<Problem> problems) {
        Optional<Map<String, byte[]>> classes = build(sources);
        if (classes.isEmpty()) {
            Diagnosis.of(sources).forEach(problem -> problems.add(problem.coded("compile")));
            return;
        }
        for (RuleSource source : sources) {
            String prefix = source.packageName() + ".";
            var own = new HashMap<String, byte[]>();
            classes.get().forEach((name, bytes) -> {
                if (name.startsWith(prefix)) {
                    own.put(name, bytes);
                }
            });
            Set<BytecodeGate.Refusal> refusals = BytecodeGate.look(own);
            refusals.forEach(refusal -> problems.add(problem(source, refusal).coded("sandbox")));
            SyntaxGate.Passed look = passed.get(source.file());
            // when nobody waits any more, nothing is kept
            if (refusals.isEmpty() && look != null && look.problems().isEmpty()
                    && !Thread.currentThread().isInterrupted()) {
                var file = new CompiledFile(store.key(source), look.rules(), look.factTypes(), look.watchedTypes(),
                        Map.copyOf(own));
                files.put(source.file(), file);
                store.save(file);
            }
        }
    }

    /// Byte code has no lines of the author's text, but most often his words.
    private static Problem problem(RuleSource source, BytecodeGate.Refusal refusal) {
        String message = "a rule uses " + refusal.what();
        List<String> lines = source.text().lines().toList();
        Pattern word = Pattern.compile("(?<![\\w$])" + Pattern.quote(refusal.word()) + "(?![\\w$])");
        for (int i = 0; i < lines.size() && !refusal.word().isEmpty(); i++) {
            Matcher found = word.matcher(lines.get(i));
            if (found.find()) {
                return new Problem(source.file(), i + 1, found.start() + 1, "", message);
            }
        }
        return Problem.of(source.file(), message);
    }

    private static Optional<Map<String, byte[]>> build(List<RuleSource> sources) {
        var files = new LinkedHashMap<String, String>();
        sources.forEach(source -> files.put(source.path(), source.drl()));
        try {
            DrlBuild build = DrlBuild.run(files);
            return build.errors().isEmpty() ? Optional.of(build.classes()) : Optional.empty();
        } catch (RuntimeException e) {
            // the compiler throws for some type errors in place of reporting them
            return Optional.empty();
        }
    }
}
