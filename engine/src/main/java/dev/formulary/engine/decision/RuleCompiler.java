package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns sources into byte code, through the gates. Knows compiled files from before by their key. Not thread-safe.
final class RuleCompiler {
    private final CompiledStore store;

    RuleCompiler(CompiledStore store) {
        this.store = store;
    }

    /// @param files what became of the sources, by file
    /// @param problems empty when all went well
    /// @param compiled how many files the compiler saw; the others came from the store
    /// @param seen the rules of all files, good or not, as far as they could be read
    record Output(Map<String, CompiledFile> files, List<Problem> problems, int compiled, List<RuleInfo> seen) {}

    /// Compiles together what the store does not have. A file that is refused keeps no other from being looked at.
    Output compile(List<RuleSource> sources) {
        var files = new LinkedHashMap<String, CompiledFile>();
        var problems = new ArrayList<Problem>();
        var fresh = new ArrayList<RuleSource>();
        var passed = new HashMap<String, SyntaxGate.Passed>();
        var seen = new ArrayList<RuleInfo>();
        for (RuleSource source : sources) {
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
            compileFresh(harmless, passed, files, problems);
        }
        return new Output(files, List.copyOf(problems), fresh.size(), seen);
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
            Set<String> refusals = BytecodeGate.look(own);
            refusals.forEach(refusal -> problems.add(Problem.of(source.file(), "a rule uses " + refusal)
                    .coded("sandbox")));
            SyntaxGate.Passed look = passed.get(source.file());
            if (refusals.isEmpty() && look != null && look.problems().isEmpty()) {
                var file = new CompiledFile(store.key(source), look.rules(), look.factTypes(), Map.copyOf(own));
                files.put(source.file(), file);
                store.save(file);
            }
        }
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
