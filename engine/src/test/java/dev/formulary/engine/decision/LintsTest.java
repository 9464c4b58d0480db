package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintsTest {
    private static List<Problem> lint(String text) {
        return lint(text, null);
    }

    private static List<Problem> lint(String text, @org.jspecify.annotations.Nullable ModelCards cards) {
        return new Lints(List.of(RuleSource.of("cost/a.drl", Kind.COST, text)), List.of(), cards).all();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host( cpu > 0.9, cpu < 0.5 )", "Host( cpu > 90 )", "Situation( hour > 22, hour < 23 )",
            "Context( risk == Risk.HIGH, risk == Risk.LOW )",
            "Context( risk in (Risk.HIGH, Risk.LOW), risk == Risk.CRITICAL )",
            "Context( risk == Risk.HIGH && (risk == Risk.LOW || risk == Risk.CRITICAL) )",
            "Context( risk == Risk.HIGH ) Context( risk != Risk.HIGH )", "exists Budget( exhausted, !exhausted )",
            "Candidate( id == \"a\", id not in (\"a\", \"b\") )", "Context( !(promptTokens > 5), promptTokens >= 6 )",
            "Context( 5 < promptTokens, promptTokens <= 5 )", "Candidate( vitals.calls == 1, vitals.calls == 2 )",
            "Context( consent == true, !consent )", "Situation( hour < 0, hour > -1 )"})
    void aRuleThatNothingCanMeetIsFound(String condition) {
        assertThat(lint(rule("never", condition, "decision.keepFree();"))).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("contradictory-conditions");
            assertThat(problem.toString()).startsWith("cost/a.drl:").contains("[never] the rule never fires: ");
            assertThat(problem.line()).isIn(1, 4);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host( cpu > 0.5, cpu < 0.9 )", "Context( risk == Risk.HIGH || risk == Risk.LOW )",
            "Candidate( quality > 5 ) Candidate( quality < 3 )", "Situation( hour >= 22 || hour < 6 )",
            "not Budget( exhausted, !exhausted ) Call( stream )", "Context( promptTokens > 5, promptTokens < 7 )",
            "Call( session != null, session!.length > 3 )", "Candidate( labels contains \"crisis\", free == false )",
            "Context( $t : promptTokens, promptTokens > 3, maxTokens > $t )",
            "Candidate( errorRate > 0.05, vitals.calls >= 20 )",
            "accumulate( Candidate( local ); $n : count(); $n > 1 )", "Candidate( quality >= 10 )",
            "Context( risk not in (Risk.HIGH), risk == Risk.LOW )", "( Call( stream ) or Host( cpu > 0.9 ) )"})
    void aRuleThatMayFireIsLeftAlone(String condition) {
        assertThat(lint(rule("may", condition, "decision.keepFree();"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        $c : Candidate()                 | decision.avoid($c, 1);     | no-condition        | 1
        $c : Candidate() Call( stream )  | decision.forbid($c);       | forbids-everything  | 6
        Call()                           | int x = 1;                 | says-nothing        | 1
        Call()                           | decision.requireLabel("crysis"); | unknown-label | 6
        Candidate( labelled("simulatd") )| decision.keepFree();       | unknown-label       | 4
        Candidate( labels contains "x" ) | decision.keepFree();       | unknown-label       | 4
        """)
    void whatIsProbablyNotMeantIsFound(String when, String then, String code, int line) {
        assertThat(lint(rule("odd", when, then))).singleElement().extracting("code", "line", "rule")
                .containsExactly(code, line, "odd");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Host( cpu > 0.9, memory > 0.1, cpu < 0.5 )          | cpu > 0.9 and cpu < 0.5
        Context( promptTokens >= 3, promptTokens > 5, promptTokens < 5 ) | promptTokens > 5 and promptTokens < 5
        Situation( hour > 23 )                              | hour > 23 and that it goes from 0 to 23
        """)
    void onlyWhatContradictsIsNamed(String condition, String why) {
        assertThat(lint(rule("never", condition, "decision.keepFree();"))).singleElement().asString()
                .contains("nothing can meet " + why).doesNotContain("memory", ">= 3");
    }

    @Test
    void aNearLabelIsNamedAndKnownOnesAreLeftAlone() {
        assertThat(lint(rule("odd", "Call()", "decision.requireLabel(\"crysis\");"))).singleElement().asString()
                .isEqualTo("cost/a.drl:6:27 [odd] no model bears the label 'crysis'; did you mean 'crisis'?");
        assertThat(lint(rule("good", "Call()", "decision.requireLabel(\"crisis\");"))).isEmpty();
        var problems = new ArrayList<Problem>();
        List<Scenario> scenarios = ScenarioReader.read("s.yaml",
                "scenarios: [{name: a, candidates: [{id: a/b, labels: [mine]}], expect: {first: a/b}}]", problems);
        assertThat(new Lints(List.of(RuleSource.of("cost/a.drl", Kind.COST, rule("good", "Call()",
                "decision.lastResort(\"mine\");"))), scenarios, null).all()).isEmpty();
    }

    @Test
    void modelsAreComparedWithCardsWhenThereAreAny() {
        String text = rule("one", "Candidate( id == \"a/small\" )", "decision.requireLabel(\"crisis\");")
                + rule("two", "Candidate( id in (\"a/smal\", \"a/small\") )", "decision.keepFree();")
                + rule("three", "Candidate( provider == \"b\" )", "decision.keepFree();");
        assertThat(lint(text, new ModelCards(Set.of("a/small"), Set.of("other")))).extracting(Problem::toString)
                .containsExactly("cost/a.drl:6:27 [one] no model bears the label 'crisis'",
                        "cost/a.drl:11:23 [two] there is no model 'a/smal'; did you mean 'a/small'?",
                        "cost/a.drl:18:28 [three] there is no provider 'b'; did you mean 'a'?");
    }

    @Test
    void rulesThatAreTheSameAreFound() {
        assertThat(lint(rule("one", "$c : Candidate( local, free )", "decision.prefer($c, 5);")
                + rule("two", "$other : Candidate( free,  local )", "decision.prefer( $other, 5 );")
                + rule("three", "$c : Candidate( local, free )", "decision.prefer($c, 6);"))).extracting(
                        Problem::toString)
                .containsExactly(
                        "cost/a.drl:8:1 [two] the rule asks and says the same as 'one' at cost/a.drl:1");
    }

    @Test
    void aRuleThatIsNotEnabledIsFound() {
        assertThat(lint(
                "rule \"off\" @id(\"off\") @reason(\"r\") enabled false when Call() then decision.keepFree(); end"))
                .singleElement().extracting(Problem::code).isEqualTo("disabled-rule");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Call( stream )                        | Context( consent )                     | true
        Context( risk == Risk.HIGH )          | Context( risk == Risk.LOW )            | false
        Context( risk == Risk.HIGH )          | Context( risk != Risk.LOW )            | true
        Situation( !(hour >= 6 && hour < 22) ) | Situation( hour >= 6, hour < 22 )      | false
        exists Budget( usedRatio >= 0.8 )     | not Budget( usedRatio >= 0.8 )         | false
        Candidate( local )                    | Candidate( local == false )            | true
        """)
    void twoValuesForOneParameterAreAConflictUnlessTheRulesAreApart(String one, String other, boolean conflict) {
        List<Problem> problems = lint(rule("one", one, "decision.set(Parameter.MAX_TOKENS, 100);")
                + rule("two", other, "decision.set(Parameter.MAX_TOKENS, 200);"));
        if (conflict) {
            assertThat(problems).singleElement().asString().startsWith("cost/a.drl:13:14 [two] the rule says MAX_TOKENS"
                    + " 200.0 and 'one' at cost/a.drl:1 says 100.0, both may fire");
        } else {
            assertThat(problems).isEmpty();
        }
    }

    @Test
    void equalValuesOtherParametersAndOtherSaliencesAreNoConflict() {
        assertThat(lint(rule("one", "Call()", "decision.set(Parameter.MAX_TOKENS, 100);")
                + rule("two", "Context()", "decision.set(Parameter.MAX_TOKENS, 100.0);")
                + rule("three", "Host( cpu > 0.5 )", "decision.set(Parameter.ATTEMPTS, 1);")
                + rule("four", "Host( cpu > 0.6 )", "decision.set(Parameter.MAX_TOKENS, 5);")
                        .replace("\nwhen", " salience 5\nwhen")))
                .isEmpty();
        assertThat(lint(rule("one", "Call()", "decision.balance(0.2);")
                + rule("two", "Context()", "decision.balance(0.7);"))).singleElement().extracting(Problem::code)
                .isEqualTo("conflicting-values");
    }

    @ParameterizedTest
    @ValueSource(strings = {"insert($c);", "update($c);", "modify($c) { }", "delete($c);", "retract($c);",
            "insertLogical($c);", "drools.insert($c);", "kcontext.getKieRuntime().insert($c);"})
    void noRuleMakesAnotherFireSoThereAreNoLoops(String code) {
        RuleSource source = RuleSource.of("cost/a.drl", Kind.COST, rule("loop", "$c : Call()", code));
        assertThat(SyntaxGate.look(source).problems()).isNotEmpty();
    }

    @Test
    void whatScenariosLeaveOutIsFound() {
        var rules = List.of(new RuleInfo("a", "the a", "", "r", Kind.COST, "cost/a.drl", 3));
        assertThat(Lints.ofScenarios(rules, List.of(), Set.of())).extracting(Problem::code)
                .containsExactly("no-scenarios");
        List<Scenario> scenarios = ScenarioReader.read("s.yaml",
                "scenarios:\n- {name: a, expect: {first: b}}\n- {name: a}\n", new ArrayList<>());
        assertThat(Lints.ofScenarios(rules, scenarios, Set.of())).extracting(Problem::toString).containsExactly(
                "cost/a.drl:3:1 [the a] no scenario fires the rule 'a'",
                "s.yaml:3:3 [a] another scenario of this file has this name, at line 2",
                "s.yaml:3:3 [a] the scenario expects nothing, so it can't fail");
    }
}
