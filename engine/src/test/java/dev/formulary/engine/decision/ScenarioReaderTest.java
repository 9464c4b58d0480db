package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Risk;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioReaderTest {
    private final List<Problem> problems = new ArrayList<>();

    private List<Scenario> read(String text) {
        return ScenarioReader.read("scenarios/s.yaml", text, problems);
    }

    @Test
    void whatAScenarioDoesNotSayComesFromTheDefaults() {
        Scenario scenario = read("""
            defaults:
              call: {tenant: alice}
              context: {risk: low, prompt-tokens: 7}
              candidates:
                - {id: a/one, quality: 3, capabilities: [chat, vision]}
                - {id: a/two}
            scenarios:
              - name: first
                call: {model: a/one, session: s, substitute: true}
                context: {risk: HIGH}
                situation: {cpu: 0.5, budgets: [{id: day, spent: 5, limit: 10}], at: "2026-02-01T23:30:00Z"}
                candidates: [a/two, {id: a/one, breaker: half-open, firstByteMs: 9}, {id: b/new, price: 3}]
                expect: {decision: allow, parameters: {max-tokens: 5}, fired: x}
            """).getFirst();
        assertThat(problems).isEmpty();
        Question question = scenario.question();
        assertThat(question.call()).extracting("tenant", "model", "session", "substitute")
                .containsExactly("alice", "a/one", "s", true);
        assertThat(question.context()).extracting("risk", "promptTokens").containsExactly(Risk.HIGH, 7);
        assertThat(question.situation().hour()).isEqualTo(23);
        assertThat(question.situation().budgets().getFirst().usedRatio()).isEqualTo(0.5);
        assertThat(question.candidates()).extracting(Candidate::id).containsExactly("a/two", "a/one", "b/new");
        Candidate changed = question.candidates().get(1);
        assertThat(changed.can(Capability.VISION)).isTrue();
        assertThat(changed.breaker()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(changed.firstByteMs()).isEqualTo(9);
        assertThat(question.call().received()).isEqualTo(question.situation().at());
        assertThat(scenario.expects()).extracting("field", "expected").containsExactly(tuple("decision", "allow"),
                tuple("parameters.max-tokens", "5"), tuple("fired", "x"), tuple("problems", "[]"));
        assertThat(scenario.expects()).allMatch(expected -> expected.place().line() == 13);
        assertThat(scenario.named()).containsExactly(new Scenario.Named("x", new YamlTree.Place(13, 67)));
        assertThat(scenario.place()).isEqualTo(new YamlTree.Place(8, 5));
    }

    @Test
    void whatCameBeforeInASessionIsSaidAsFarAsItMatters() {
        List<Scenario> scenarios = read(
                """
                    defaults:
                      session: {model: a/one}
                    scenarios:
                      - {name: usual}
                      - {name: more, session: {calls: 7, in-row: 2, switches: 1, idle-seconds: 5, criticalSeconds: 90, emotions: [calm, crisis]}}
                    """);
        assertThat(problems).isEmpty();
        assertThat(scenarios).extracting(one -> one.question().continuity()).containsExactly(
                new Continuity("a/one", 1, 1, 0, 60, -1, -1, -1),
                new Continuity("a/one", 2, 7, 1, 5, 90, 90, 90,
                        List.of(EmotionalState.CALM, EmotionalState.CRISIS)));
        assertThat(read("scenarios: [{name: a}, {name: b, call: {session: s}}, {name: c, session: {calls: 0}}]"))
                .extracting(one -> one.question().continuity())
                .containsExactly(Continuity.NONE, Continuity.NEW, Continuity.NEW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {name: n, expects: {}}                      | 'scenario.expects' is not known
        {name: n, context: {risk: huge}}            | 'context.risk' must be one of
        {name: n, context: {promptTokens: many}}    | 'context.promptTokens' must be a whole number
        {name: n, call: {stream: maybe}}            | 'call.stream' must be true or false
        {name: n, call: {colour: red}}              | 'call.colour' is not known
        {name: n, call: 3}                          | 'call' must have members
        {name: n, situation: {cpu: high}}           | 'situation.cpu' must be a number
        {name: n, situation: {at: noon}}            | 'situation.at' must be a time such as 2026-01-01T23:00:00Z or 23:00, not 'noon'
        {name: n, situation: {budgets: [{resetsAt: soon}]}} | 'budgets.resetsAt' must be a time
        {name: n, situation: {budgets: {spent: 1}}} | 'situation.budgets' must be a list
        {name: n, session: {modle: a/one}}          | 'session.modle' is not known, there are [calls,
        {name: n, session: {inRow: often}}          | 'session.inRow' must be a whole number, not 'often'
        {name: n, session: {emotions: [cross]}}     | 'session.emotions' must be one of
        {name: n, session: a/one}                   | 'session' must have members
        {name: n, expect: {frist: a}}               | 'expect.frist' is not known, there are [alerts,
        {name: n, expect: {frist: a}}               | did you mean 'first'?
        {name: n, context: {risk: hihg}}            | did you mean 'high'?
        {name: n, expect: {better: [a]}}            | must name two models or more
        {name: n, expect: {fired: [[a]]}}           | must be a list of texts
        {name: n, expect: {alerts: [{message: a}]}} | an alert needs a code
        {name: n, expect: {parameters: 3}}          | 'expect.parameters' must be names with values
        {name: n, candidates: [nobody/there]}       | there is no candidate 'nobody/there'
        {name: n, candidates: [{id: noslash}]}      | a candidate's id is 'provider/model'
        {name: n, candidates: [{id: a/b, price: x}]}| 'candidates.price' must be a whole number
        {name: n, expect: {parameters: {x: 1}}}     | 'expect.parameters' must be one of
        {name: n, expect: {parameters: {top-p: x}}} | 'expect.parameters.top-p' must be a number or 'none'
        {name: n, expect: {first: [a]}}             | 'expect.first' must be a text
        {expect: {}}                                | a scenario needs a name
        """)
    void aWrongScenarioIsRefusedWithTheReason(String scenario, String message) {
        assertThat(read("scenarios:\n  - " + scenario + "\n")).isEmpty();
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml").contains(message);
    }

    @Test
    void theClockIsTheScenarios() {
        Scenario scenario = read("""
            scenarios:
              - name: late
                situation:
                  at: 23:30
                  budgets: [{resetsAt: +2d}, {resetsAt: +30m}, {resetsAt: "2026-03-01T00:00:00+01:00"}, {}]
                expect: {decision: allow}
            """).getFirst();
        assertThat(problems).isEmpty();
        assertThat(scenario.question().situation().at()).isEqualTo("2026-01-01T23:30:00Z");
        assertThat(scenario.question().situation().budgets()).extracting(budget -> budget.resetsAt().toString())
                .containsExactly("2026-01-03T23:30:00Z", "2026-01-02T00:00:00Z", "2026-02-28T23:00:00Z",
                        "2026-01-02T00:30:00Z");
    }

    @Test
    void whatIsWrongIsToldAtItsLineAndColumn() {
        read("""
            scenarios:
              - name: one
                context:
                  need: crisis_intervention
                  # a comment
                  riks: high
              - name: two
                candidates:
                  - id: a/b
                    quality: good
              - name: three
                candidates: [nobody]
            """);
        assertThat(problems).extracting(Problem::line, Problem::column, Problem::rule).containsExactly(
                tuple(6, 7, "one"), tuple(10, 9, "two"), tuple(12, 18, "three"));
        assertThat(problems).extracting(Problem::code).containsOnly("scenario-file");
    }

    @Test
    void whatIsNotYamlIsToldWhere() {
        read("scenarios:\n  - {name: [}\n");
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml:2:").contains("not YAML");
        problems.clear();
        read("scenario: []\n");
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml:1:1")
                .contains("'file.scenario' is not known").contains("did you mean 'scenarios'?");
        problems.clear();
        read("scenarios: [{name: a, name: b}]\n");
        assertThat(problems).singleElement().asString().contains("Duplicate field 'name'");
        problems.clear();
        read("defaults: {call: &usual {model: auto}}\nscenarios: [{name: a, call: *usual}]\n");
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml:2:").contains("aliases");
        problems.clear();
        read("scenarios: []\n---\nscenarios: []\n");
        assertThat(problems).singleElement().asString().contains("more than one document");
        problems.clear();
        assertThat(read("")).isEmpty();
        assertThat(problems).isEmpty();
    }
}
