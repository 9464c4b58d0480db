package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What only the compiler sees, which speaks about code that it made, is told of the author's rule and line.
class DiagnosisTest {
    private static final String GOOD = Rules.rule("good", "Host( cpu > 0.5 )", "decision.pin();");

    private static List<String> problems(String text) {
        return Corpus.problems(RuleSource.of("cost/a.drl", Kind.COST, text)).stream().map(Problem::toString).toList();
    }

    /// The second rule of the file begins on line 8; `/` is the end of a line.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Call()                   | String x = 5; decision.deny(x);              | 13:16 | cannot convert from int to String
        Call()                   | decision.pin();/    String x = 5;/    decision.deny(x); | 14:16 | cannot convert from int to String
        Call()                   | int x; decision.set(Parameter.ATTEMPTS, x);  | 13:9  | x may not have been initialized
        Call()                   | if ("x") { decision.pin(); }                 | 8:1   | cannot convert from String to boolean
        Call( $t : tenant )      | decision.balance($t * 2);                    | 11:11 | The operator * is undefined
        Call( $p : priority )    | decision.queue($p == 3 ? $p : Priority.BATCH); | 11:11 | Incompatible operand types
        accumulate( Candidate( $q : quality ); $n : sum( $q ) ) | decision.balance($n.length()); | 13:25 | length() is undefined
        Call( stream && tenant ) | decision.pin();                              | 8:1   | The operator && is undefined
        Call( received > 5 )     | decision.pin();                              | 8:1   | Comparison operation requires compatible types
        """)
    void isToldOfTheRule(String when, String then, String place, String message) {
        String bad = Rules.rule("bad", when, then.replace("/", "\n"));
        assertThat(problems(GOOD + bad)).singleElement().asString().startsWith("cost/a.drl:" + place + " [bad] ")
                .contains(message);
    }

    @Test
    void oneRuleDoesNotHideTheOtherAndWhatIsGoodIsNotBlamed() {
        String bad = Rules.rule("bad", "Call()", "String x = 5; decision.deny(x);");
        assertThat(problems(bad + GOOD + bad.replace("bad", "worse").replace("5", "true"))).satisfiesExactly(
                problem -> assertThat(problem).startsWith("cost/a.drl:6:16 [bad] Type mismatch"),
                problem -> assertThat(problem).startsWith("cost/a.drl:20:16 [worse] Type mismatch"));
    }

    @Test
    void filesThatCompileAloneAreToldAsSuch() {
        assertThat(Diagnosis.of(List.of(RuleSource.of("cost/a.drl", Kind.COST, GOOD)))).singleElement()
                .isEqualTo(Problem.of("", "the rule files compile alone and not together"));
    }
}
