package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A folder of rules that was compiled, checked and run against its scenarios without serving it; for people and machines
/// who ask before they save. Not thread-safe.
public final class Tryout {
    private final RuleFolder.Contents contents;
    private final RuleSetBuilder.Built built;
    private final List<Problem> warnings;

    private Tryout(RuleFolder.Contents contents, RuleSetBuilder.Built built, List<Problem> warnings) {
        this.contents = contents;
        this.built = built;
        this.warnings = warnings;
    }

    /// Tries a folder out. Blocks: the compiler takes from a tenth of a second to some seconds.
    ///
    /// @param companions are asked whether their files are in order; nothing of theirs takes effect
    /// @param cards which models there are, or null when nobody knows
    /// @throws IOException when the folder can't be read
    public static Tryout of(Path rulesFolder, List<Companion> companions, @Nullable ModelCards cards)
            throws IOException {
        var folder = new RuleFolder(rulesFolder);
        RuleFolder.Contents contents = folder.read(folder.survey());
        RuleSetBuilder.Built built = new RuleSetBuilder(new CompiledStore(null), Manifest.with(companions))
                .build(contents);
        var warnings = new ArrayList<>(built.warnings());
        warnings.addAll(new Lints(built.readable(), built.scenarios(), cards).all());
        return new Tryout(contents, built, List.copyOf(warnings));
    }

    /// What is wrong, and what should be looked at.
    public RuleSetReport report() {
        return new RuleSetReport(contents.hash(), 0, built.problems().isEmpty(), built.rules().size(),
                built.watching(),
                built.rehearsal().results().size(), built.untested(), built.problems(), warnings, Instant.now(),
                built.times(), Manifest.of(contents.files()), false);
    }

    /// How the scenarios went, in the order of files and lines; empty when the rules did not compile.
    public List<ScenarioResult> scenarios() {
        return built.rehearsal().results();
    }

    /// How many scenarios were not run, because the rules did not compile.
    public int notRun() {
        return built.scenarios().size() - built.rehearsal().results().size();
    }

    /// What is wrong besides scenarios that came out otherwise.
    public List<Problem> obstacles() {
        Set<Problem> failed = new HashSet<>();
        built.rehearsal().results().forEach(result -> failed.addAll(result.problems()));
        return built.problems().stream().filter(problem -> !failed.contains(problem)).toList();
    }

    /// What the scenarios try of the rules.
    public Coverage coverage() {
        return CoverageProbes.measure(built.readable(), built.rules(), built.scenarios(), built.rehearsal().fired());
    }
}
