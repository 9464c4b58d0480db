package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is kept of each rule that fired, where somebody asks why.
class FiringTest {
    private static final Candidate MODEL = Rules.candidate("x/a", 5, 0);
    private static final Question QUESTION = Rules.question(MODEL);

    @TempDir
    Path folder;

    private Findings deliberate(boolean trace) {
        Rules.put(folder, "cost/a.drl",
                Rules.rule("two",
                        "$a : Candidate( $q : quality, local == false ) not Budget() $c : Call( $s : session )",
                        "decision.prefer($a, $q); decision.keepFree();").replace("when", "salience 9 when")
                        + Rules.rule("one", "exists Call( tenant == \"alice\" )", "decision.pin();")
                        + Rules.rule("none", "accumulate( Candidate(); $n : count(); $n > 0 )",
                                "if ($n.intValue() > 5) { decision.move(); }").replace("when", "salience 20 when"));
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            return Objects.requireNonNull(policy.ruling()).ruleSet().deliberate(QUESTION, Rehearsal.BOUNDS, trace);
        }
    }

    @Test
    void eachFiringTellsWhatItMatchedWhatItsNamesStoodForAndWhatItSaid() {
        List<Firing> trace = deliberate(true).trace();
        assertThat(trace).extracting(firing -> firing.rule().id(),
                firing -> firing.said().stream().map(Said::verb).toList()).containsExactly(
                        tuple("none", List.of()), tuple("two", List.of("prefer", "keep-free")),
                        tuple("one", List.of("pin")));
        Firing two = trace.get(1);
        assertThat(two.facts()).contains(MODEL, QUESTION.call());
        assertThat(two.bindings()).as("what is nothing stands for nothing")
                .isEqualTo(Map.of("$a", MODEL, "$q", 5.0, "$c", QUESTION.call()));
        assertThat(trace.getFirst().bindings()).containsOnlyKeys("$n");
        assertThat(trace.getLast().bindings()).isEmpty();
    }

    @Test
    void whereNobodyAsksNothingIsKept() {
        Findings findings = deliberate(false);
        assertThat(findings.trace()).isEmpty();
        assertThat(findings.fired()).isEmpty();
        assertThat(findings.said()).extracting(Said::verb).containsExactly("prefer", "keep-free", "pin");
    }
}
