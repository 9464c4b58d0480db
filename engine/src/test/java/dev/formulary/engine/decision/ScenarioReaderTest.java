package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Parameter;
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
        return new ScenarioReader("scenarios/s.yaml", text, problems).read();
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
        assertThat(scenario.expect().parameters()).containsEntry(Parameter.MAX_TOKENS, 5.0);
        assertThat(scenario.expect().fired()).containsExactly("x");
        assertThat(scenario.line()).isEqualTo(8);
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
        {name: n, situation: {at: noon}}            | noon
        {name: n, candidates: [nobody/there]}       | there is no candidate 'nobody/there'
        {name: n, candidates: [{id: noslash}]}      | a candidate's id is 'provider/model'
        {name: n, candidates: [{id: a/b, price: x}]}| 'candidates.price' must be a whole number
        {name: n, expect: {parameters: {x: 1}}}     | 'expect.parameters' must be one of
        {name: n, expect: {parameters: {top-p: x}}} | 'expect.parameters.top-p' must be a number
        {name: n, expect: {first: [a]}}             | 'expect.first' must be a text
        {expect: {}}                                | a scenario needs a name
        """)
    void aWrongScenarioIsRefusedWithTheReason(String scenario, String message) {
        assertThat(read("scenarios:\n  - " + scenario + "\n")).isEmpty();
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml").contains(message);
    }

    @Test
    void whatIsNotYamlIsToldWhere() {
        read("scenarios:\n  - {name: [}\n");
        assertThat(problems).singleElement().asString().startsWith("scenarios/s.yaml:2:").contains("not YAML");
        problems.clear();
        read("scenario: []\n");
        assertThat(problems).singleElement().asString().contains("'file.scenario' is not known");
    }
}
