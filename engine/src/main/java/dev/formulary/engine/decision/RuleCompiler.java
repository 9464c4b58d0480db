package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns sources into byte code, through the gates. Knows compiled files from before by their key. Not thread-safe.
final class RuleCompiler {
    private final CompiledStore store;

    RuleCompiler(CompiledStore store) {
        this.store = store;
    }

    /// @param files what became of the sources, by file
    /// @param problems empty when all went well
    /// @param compiled how many files the compiler saw; the others came from the store
    record Output(Map<String, CompiledFile> files, List<Problem> problems, int compiled) {}

    /// Compiles together what the store does not have.
    Output compile(List<RuleSource> sources) {
        var files = new LinkedHashMap<String, CompiledFile>();
        var problems = new ArrayList<Problem>();
        var fresh = new ArrayList<RuleSource>();
        var passed = new HashMap<String, SyntaxGate.Passed>();
        for (RuleSource source : sources) {
            Optional<CompiledFile> stored = store.find(source);
            if (stored.isPresent() && BytecodeGate.look(stored.get().classes()).isEmpty()) {
                files.put(source.file(), stored.get());
            } else {
                SyntaxGate.Passed look = SyntaxGate.look(source);
                passed.put(source.file(), look);
                problems.addAll(look.problems());
                fresh.add(source);
            }
        }
        if (problems.isEmpty() && !fresh.isEmpty()) {
            compileFresh(fresh, passed, files, problems);
        }
        return new Output(files, List.copyOf(problems), fresh.size());
    }

    private void compileFresh(List<RuleSource> sources, Map<String, SyntaxGate.Passed> passed,
            Map<String, CompiledFile> files, List<Problem> problems) {
        Optional<Map<String, byte[]>> classes = build(sources);
        if (classes.isEmpty()) {
            problems.addAll(Diagnosis.of(sources));
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
            refusals.forEach(refusal -> problems.add(Problem.of(source.file(), "a rule uses " + refusal)));
            SyntaxGate.Passed look = passed.get(source.file());
            if (refusals.isEmpty() && look != null) {
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
