package dev.formulary.engine.boot;

import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.OwnWords;
import dev.formulary.engine.decision.Companion;
import dev.formulary.engine.decision.Problem;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Lets the authors' own words be checked with the rules and be understood from the moment that the rules serve.
final class WordsCompanion implements Companion {
    private final Consumer<OwnWords> understood;

    private WordsCompanion(Consumer<OwnWords> understood) {
        this.understood = understood;
    }

    /// For a gateway that serves.
    static Stream<Companion> of(Assessor assessor) {
        return Stream.of(new WordsCompanion(assessor::use));
    }

    /// For looking at folders.
    static Stream<Companion> checking() {
        return Stream.of(new WordsCompanion(_ -> {}));
    }

    @Override
    public Prepared prepare(Map<String, byte[]> files) {
        OwnWords.Read read = OwnWords.of(files);
        List<Problem> problems = read.problems().stream().map(problem -> new Problem(problem.file(), problem.line(),
                problem.column(), "", problem.message())).toList();
        return new Prepared(problems, () -> understood.accept(read.words()));
    }
}
