package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
    private static final String RULES = rule("no-b", "$c : Candidate( id == \"x/b\" )", "decision.forbid($c);")
            + rule("cool", "Context( task == Task.GENERAL_CHAT )",
                    "decision.set(Parameter.TEMPERATURE, 0.5); decision.cap(Parameter.TEMPERATURE, 1);")
            + rule("told", "Host( cpu > 0.9 )", "decision.alert(Severity.WARNING, \"hot\", \"it is hot\");")
            + rule("night", "Situation( hour < 6 )", "decision.deny(\"come back by day\");")
            + rule("kept", "Call( tenant == \"kept\" )", "decision.set(Parameter.CACHE_SECONDS, 60); "
                    + "decision.onFailure(FailureClass.SERVER, Reaction.RETRY);")
            + rule("breaks", "Call( tenant == \"broken\" )", "int x = 1 / (int) Math.floor(0.5);");

    @TempDir
    Path folder;

    @BeforeEach
    void rules() {
        put(folder, "load/a.drl", RULES);
    }

    private List<ScenarioResult> run(String scenario) throws IOException {
        put(folder, "scenarios/s.yaml", """
            defaults:
              candidates:
                - {id: x/a, quality: 9, price: 0}
                - {id: x/b, quality: 9, price: 0}
                - {id: x/c, quality: 1, price: 0}
            scenarios:
              - name: it
            """ + scenario.indent(4));
        Tryout tryout = Tryout.of(folder, List.of(), null);
        assertThat(tryout.obstacles()).isEmpty();
        return tryout.scenarios();
    }

    @Test
    void everythingThatCanBeExpectedCanBeMet() throws IOException {
        assertThat(run("""
            context: {task: general_chat}
            call: {tenant: kept}
            situation: {cpu: 0.95}
            expect:
              decision: allow
              first: x/a
              attempts: [x/a, x/c]
              order: [x/a, x/c, x/b]
              better: [[x/a, x/c], [x/c, x/b]]
              forbidden: x/b
              eligible: [x/a, x/c]
              parameters: {temperature: {preset: 0.5, cap: 1}, top-p: none, cache-seconds: 60}
              cacheSeconds: 60
              balance: none
              onFailure: {server: retry, auth: none}
              alerts: [hot, {code: hot, severity: warning, message: is hot}]
              notAlerts: [cold]
              fired: [no-b, cool]
              notFired: night
              firedExactly: [told, no-b, kept, cool]
              reasons: [{rule: no-b, verb: forbid, subject: x/b, text: reason of}, {rule: cool}]
            """)).singleElement().matches(ScenarioResult::passed);
        assertThat(
                run("""
                    situation: {at: "05:00"}
                    expect: {decision: deny, code: denied_by_policy, message: [by day, come back], alerts: [], firedExactly: [no-b, night]}
                    """))
                .singleElement().matches(ScenarioResult::passed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {decision: deny}                      | decision   | be     | deny           | allow
        {decision: no_model_allowed}          | decision   | be     | no_model_allowed | allow
        {code: no_model_allowed}              | code       | be     | no_model_allowed | none, the call is allowed
        {message: later}                      | message    | contain | later         | none, the call is allowed
        {first: x/c}                          | first      | be     | x/c            | x/a
        {attempts: [x/c]}                     | attempts   | be     | [x/c]          | [x/a, x/c]
        {order: [x/c, x/a]}                   | order      | be     | [x/c, x/a]     | [x/a, x/c]
        {better: [x/c, x/b]}                  | -          | -      | -              | -
        {better: [x/b, x/c]}                  | better     | be     | x/b > x/c      | x/b may not answer
        {forbidden: [x/a]}                    | forbidden  | contain | x/a           | [x/b]
        {forbidden: []}                       | forbidden  | be     | []             | [x/b]
        {eligible: [x/b]}                     | eligible   | contain | x/b           | [x/a, x/c]
        {parameters: {temperature: 1}}        | parameters.temperature | be | 1      | none
        {parameters: {top-p: {cap: 0.5}}}     | parameters.top-p.cap | be | 0.5      | none
        {cacheSeconds: 5}                     | cacheSeconds | be   | 5              | 0
        {balance: 0.5}                        | balance    | be     | 0.5            | none
        {alerts: [hot]}                       | alerts     | contain | hot           | []
        {alerts: [{code: a, severity: info}]} | alerts     | contain | a (info)      | []
        {fired: [cool]}                       | fired      | contain | cool          | [no-b]
        {fired: []}                           | fired      | be     | []             | [no-b]
        {notFired: [no-b]}                    | notFired   | not contain | no-b      | [no-b]
        {firedExactly: []}                    | firedExactly | be   | []             | [no-b]
        {onFailure: {dns: stop}}              | onFailure.dns | be  | STOP          | none
        {problems: [oh]}                      | problems   | be     | [oh]           | []
        {reasons: [{rule: cool}]}             | reasons    | contain | cool          | [no-b forbid x/b]
        """)
    void whatIsNotSoIsToldWithWhatIs(String expect, String field, String relation, String expected, String actual)
            throws IOException {
        ScenarioResult result = run("expect:\n  " + expect.substring(1, expect.length() - 1) + "\n").getFirst();
        if (field.equals("-")) {
            assertThat(result.differences()).isEmpty();
            return;
        }
        assertThat(result.line()).isEqualTo(7);
        assertThat(result.differences()).singleElement().satisfies(difference -> {
            assertThat(difference).extracting("field", "relation", "expected", "line").containsExactly(field, relation,
                    expected, 9);
            assertThat(difference.actual()).startsWith(actual);
        });
    }

    @Test
    void aWrongSeverityAndADeniedCallAreTold() throws IOException {
        assertThat(run("""
            situation: {cpu: 0.95}
            expect: {alerts: [{code: hot, severity: critical}], notAlerts: [hot]}
            """).getFirst().differences()).extracting("expected", "actual").containsExactly(
                tuple("hot (critical)", "[hot (warning: it is hot)]"), tuple("hot", "[hot]"));
        assertThat(run("""
            situation: {at: "05:00"}
            expect: {decision: allow, first: x/a, message: tomorrow}
            """).getFirst().differences()).extracting("field", "actual").containsExactly(
                tuple("decision", "denied_by_policy"), tuple("message", "come back by day"),
                tuple("first", "nothing, the call is denied: come back by day"));
    }

    @Test
    void problemsOfADecisionAreExpectedOrAFailure() throws IOException {
        assertThat(run("call: {tenant: broken}\nexpect: {problems: ['''breaks'' failed']}\n").getFirst().passed())
                .isTrue();
        assertThat(run("call: {tenant: broken}\nexpect: {first: x/a}\n").getFirst().differences()).singleElement()
                .asString().startsWith("problems must be [] and is [rule 'breaks' failed");
    }

    @Test
    void scenariosMayLieBesideTheRules() throws IOException {
        put(folder, "load/a.scenarios.yaml", "scenarios: [{name: beside, expect: {fired: [told]}}]");
        put(folder, "load/notes.yaml", "no: scenario");
        put(folder, "lexicon/b.scenarios.yaml", "no: scenario");
        assertThat(run("expect: {decision: allow}")).extracting(ScenarioResult::file)
                .containsExactly("load/a.scenarios.yaml", "scenarios/s.yaml");
        assertThat(Policy.check(folder).problems()).singleElement().asString()
                .startsWith("load/a.scenarios.yaml:1:45 [beside] fired must contain told and is []");
    }
}
