package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.drools.drl.ast.descr.PackageDescr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A text may be put together once, so that no rule doubles one into gigabytes; numbers may be counted as one likes.
class JoinedTest {
    private static List<String> problems(String code) {
        RuleSource source = RuleSource.of("cost/a.drl", Kind.COST,
                Rules.rule("r", "Call( $t : tenant, $s : id + \"-\" )",
                        code));
        var complaints = new Complaints(source);
        var gate = new ConditionGate(complaints);
        PackageDescr tree = Objects.requireNonNull(SyntaxGate.parse(source, complaints));
        gate.look("r", tree.getRules().getFirst().getLhs(), false).consequence(5, code);
        return complaints.all().stream().map(Problem::message).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        String a = "x" + $t; String b = a + "y";                    | a
        String a = "x" + $t; String b = a; decision.deny(b + "y");  | b
        String a = "x" + $t; a = a + "y";                           | a
        String a = "x" + $t; a = "y" + $t;                          | a
        String a = "x" + $t; a += "y";                              | a
        String a = "x"; a += $t; a += "y";                          | a
        String a = "x"; a = $t + "y"; decision.deny(a + "z");       | a
        var a = "x" + $t; decision.deny("y" + a);                   | a
        decision.deny($s + "x");                                    | $s
        String a = $s; decision.deny(a + "x");                      | a
        String a = ("x" + $t).trim(); decision.deny(a + "y");       | a
        """)
    void whatWasPutTogetherIsNotPutTogetherAgain(String code, String name) {
        assertThat(problems(code)).singleElement().asString()
                .startsWith("'" + name + "' was already put together with '+'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"String a = \"x\" + $t; decision.deny(a);", "String a = $t; decision.deny(a + \"x\");",
            "String a = \"x\" + $t; a = \"y\"; decision.deny(a);", "String a = \"x\" + $t; a = $t; decision.deny(a);",
            "String a = $t; a += \"x\"; decision.deny(a);", "decision.deny($t + \"x\");",
            "int a = 1 + 2; int b = a + 3; b += a; decision.set(Parameter.ATTEMPTS, b + 1);",
            "double a = 1 + 2; a = a + 3; a = a + 4; decision.set(Parameter.ATTEMPTS, a);"})
    void whatIsPutTogetherOnceOrIsANumberPasses(String code) {
        assertThat(problems(code)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"int a = 1; { int a = 2; }", "String a = \"x\"; { String a = \"y\"; }"})
    void aNameIsGivenOnce(String code) {
        assertThat(problems(code)).singleElement().asString().startsWith("the name 'a' is given twice in this rule");
    }
}
