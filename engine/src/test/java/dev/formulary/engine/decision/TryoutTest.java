package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TryoutTest {
    private static final String BARE = """
        rule "bare"
        when
            Call()
        then
            decision.keepFree();
        end
        """;

    @TempDir
    Path folder;

    @Test
    void oneRunTellsAllThatCanBeKnown() throws IOException {
        put(folder, "cost/syntax.drl", "rule \"x\" when Call( then end");
        put(folder, "cost/fenced.drl", rule("fenced", "Call()", "System.exit(1);"));
        put(folder, "cost/type.drl", rule("typo", "Call()", "decision.denyy(\"x\");"));
        put(folder, "cost/bare.drl", BARE.replace("Call()", "Call( tennant == \"x\" )"));
        put(folder, "cost/good.drl", rule("good", "Call()", "decision.keepFree();"));
        put(folder, "scenarios/bad.yaml", "scenarios: [{name: a, expect: {frist: x}}]");
        put(folder, "scenarios/worse.yaml", "scenarios: [");
        put(folder, "other/lost.drl", rule("lost", "Call()", "decision.keepFree();"));

        Tryout tryout = Tryout.of(folder, List.of(files -> new Companion.Prepared(
                List.of(Problem.of("lexicon/a.yaml", "is empty")), () -> {})), null);

        assertThat(tryout.report().accepted()).isFalse();
        assertThat(tryout.report().problems()).extracting(Problem::file, Problem::code).contains(
                tuple("cost/syntax.drl", "syntax"), tuple("cost/fenced.drl", "syntax"),
                tuple("cost/type.drl", "compile"), tuple("cost/bare.drl", "syntax"),
                tuple("cost/bare.drl", "compile"), tuple("scenarios/bad.yaml", "scenario-file"),
                tuple("scenarios/worse.yaml", "scenario-file"), tuple("other/lost.drl", "folder"),
                tuple("lexicon/a.yaml", "companion")).doesNotContain(tuple("cost/good.drl", "compile"));
    }

    @Test
    void aBadScenarioFileHidesNoOther() throws IOException {
        put(folder, "cost/good.drl", rule("good", "Call()", "decision.keepFree();"));
        put(folder, "scenarios/bad.yaml", "scenarios: [{name: a, expect: {frist: x}}]");
        put(folder, "scenarios/fails.yaml", "scenarios: [{name: b, expect: {decision: deny}}]");

        Tryout tryout = Tryout.of(folder, List.of(), null);

        assertThat(tryout.report().problems()).extracting(Problem::code).containsExactly("scenario-file", "scenario");
        assertThat(tryout.obstacles()).extracting(Problem::code).containsExactly("scenario-file");
        assertThat(tryout.scenarios()).hasSize(1);
    }

    @Test
    void whatDoesNotCompileRunsNoScenarios() throws IOException {
        put(folder, "cost/type.drl", rule("typo", "Call()", "decision.denyy(\"x\");"));
        put(folder, "scenarios/a.yaml", "scenarios: [{name: b, expect: {decision: deny, fired: [tpyo, typo]}}]");

        Tryout tryout = Tryout.of(folder, List.of(), null);

        assertThat(tryout.notRun()).isEqualTo(1);
        assertThat(tryout.report().problems()).extracting(Problem::toString).hasSize(2).contains(
                "scenarios/a.yaml:1:56 [b] there is no rule 'tpyo'; did you mean 'typo'?");
    }

    @Test
    void aFileWithoutNotesIsNotTakenWhenNothingElseIsWrong() {
        put(folder, "cost/bare.drl", BARE);
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().accepted()).isFalse();
            put(folder, "cost/more.drl", rule("more", "Call()", "decision.keepFree();"));
            policy.reconcile();
            assertThat(policy.report().problems()).extracting(Problem::toString).containsExactly(
                    "cost/bare.drl:1:1 [bare] the rule needs an @id(\"...\"), unique in the folder",
                    "cost/bare.drl:1:1 [bare] the rule needs a @reason(\"...\"): callers are told it when the rule "
                            + "refuses them");
        }
    }

    @Test
    void someProblemsMayOnlyWarn() throws IOException {
        put(folder, "cost/good.drl", rule("good", "Call()", "decision.keepFree();"));
        put(folder, "scenarios/fails.yaml", "scenarios: [{name: b, expect: {decision: deny}}]");
        var files = new RuleFolder(folder);

        RuleSetBuilder.Built built = new RuleSetBuilder(new CompiledStore(null), List.of(), Set.of("scenario"), true)
                .build(files.read(files.survey()));

        assertThat(built.ruleSet()).isNotNull();
        assertThat(built.problems()).isEmpty();
        assertThat(built.warnings()).extracting(Problem::code).containsExactly("scenario");
    }

    @Test
    void theReportOfAServingSetHasItsWarnings(@TempDir Path cache) {
        put(folder, "cost/a.drl", rule("a", "$c : Candidate()", "decision.forbid($c);"));
        try (Policy policy = Rules.policy(folder, cache)) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(policy.report().warnings()).extracting(Problem::code)
                    .containsExactlyInAnyOrder("no-scenarios", "no-condition", "forbids-everything");
        }
        try (Policy policy = Rules.policy(folder, cache)) {
            assertThat(policy.load().warnings()).as("a start looks at nothing that was compiled before")
                    .extracting(Problem::code).containsExactly("no-scenarios");
            policy.reconcile();
            assertThat(policy.report().warnings()).hasSize(3);
            policy.reconcile();
            assertThat(policy.report().warnings()).hasSize(3);
        }
    }

    @Test
    void coverageTellsRulesAndConditions() throws IOException {
        put(folder, "cost/a.drl", rule("dead", "Call( tenant == \"x\", model == \"m\" )", "decision.keepFree();")
                + rule("half", "Call( session != null, session!.length > 3 ) Context( paidAllowed == true && consent )",
                        "decision.keepFree();")
                + rule("whole",
                        "$h : Host( $cpu : cpu, cpu > 0.5 ) not Budget( exhausted == true ) $c : Candidate( local )",
                        "decision.avoid($c, 1);")
                + rule("sum", "accumulate( Candidate( local ); $n : count(); $n > 1 )", "decision.keepFree();"));
        put(folder, "scenarios/a.yaml", """
            defaults: {candidates: [{id: a/a, local: true}, {id: a/b, local: true}, {id: a/c}]}
            scenarios:
              - {name: plain, expect: {decision: allow}}
              - {name: session, call: {session: abcd}, context: {paidAllowed: true}, expect: {decision: allow}}
              - {name: hot, situation: {cpu: 0.9}, expect: {decision: allow}}
              - {name: spent, situation: {cpu: 0.9, budgets: [{spent: 9, limit: 9}]}, expect: {decision: allow}}
              - {name: fresh, situation: {cpu: 0.9, budgets: [{spent: 0, limit: 9}]}, expect: {decision: allow}}
            """);

        Coverage coverage = Tryout.of(folder, List.of(), null).coverage();

        assertThat(coverage.rules()).extracting("id", "line", "fired").containsExactlyInAnyOrder(tuple("dead", 1, 0),
                tuple("half", 8, 0), tuple("whole", 15, 2), tuple("sum", 22, 5));
        assertThat(conditions(coverage, "dead")).containsExactly(tuple("Call( tenant == \"x\" )", 4, false, true),
                tuple("Call( model == \"m\" )", 4, false, false));
        assertThat(conditions(coverage, "half")).containsExactly(tuple("Call( session != null )", 11, true, true),
                tuple("Call( session!.length > 3 )", 11, true, false),
                tuple("Context( paidAllowed == true )", 11, true, false),
                tuple("Context( consent )", 11, false, true));
        assertThat(conditions(coverage, "whole")).containsExactly(tuple("Host( cpu > 0.5 )", 18, true, true),
                tuple("Budget( exhausted == true )", 18, true, true),
                tuple("not( Budget( exhausted == true ) )", 18, true, true),
                tuple("Candidate( local )", 18, true, true));
        assertThat(conditions(coverage, "sum")).singleElement().extracting(one -> one.toList().subList(2, 4))
                .isEqualTo(List.of(true, false));
        assertThat(coverage.ofRules()).isEqualTo(new Coverage.Share(2, 4));
        assertThat(coverage.ofConditions()).isEqualTo(new Coverage.Share(15, 22));
        assertThat(coverage.ofRows().percent()).isEqualTo(100);
    }

    private static List<org.assertj.core.groups.Tuple> conditions(Coverage coverage, String id) {
        return coverage.rules().stream().filter(rule -> rule.id().equals(id))
                .flatMap(rule -> rule.conditions().stream())
                .peek(condition -> assertThat(condition.measured()).isTrue())
                .map(one -> tuple(one.text(), one.line(), one.seenTrue(), one.seenFalse())).toList();
    }
}
