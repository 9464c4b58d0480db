package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Scenarios of rules that watch say when an alert opens and when it is over.
class WatchScenarioTest {
    private static final String RULES = "rule \"hot\" @id(\"hot\") @reason(\"r\") @lasting(\"1m\") @recovery(\"30s\")"
            + " @cooldown(\"5m\") when $s : Signal( metric == Metric.HOST_CPU, value >= 0.9 ) then "
            + "if ($s.value() >= 0.95) { decision.alert($s.value() >= 0.99 ? Severity.CRITICAL : Severity.WARNING, "
            + "\"hot\", \"it is hot\"); decision.close(\"home\", \"10m\"); } else { decision.hold(\"hot\"); } end\n";

    @TempDir
    Path folder;

    private List<String> failures(String scenario) {
        put(folder, "alert/a.drl", RULES);
        put(folder, "scenarios/a.yaml", "scenarios:\n  - name: one\n    " + scenario.replace("\n", "\n    ") + "\n");
        return Policy.check(folder).problems().stream().map(Problem::toString).toList();
    }

    private static String cpu(String values) {
        return "watch: {signals: [{metric: host_cpu, values: " + values + "}]}\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        "0.5 for 1m, 0.96 for 2m, 0.5 for 1m"                             | {alerts: [{code: hot, opens: 2m, resolves: 210s, times: 1}]}
        "0.96 for 2m, 0.92 for 5m, 0.5 for 1m"                            | {alerts: [{code: hot, opens: 1m, resolves: 450s}]}
        "0.96 for 50s, 0.5 for 5s, 0.96 for 55s, 0.5 for 2m"              | {alerts: [], fired: [hot]}
        "0.92 for 10m"                                                    | {alerts: []}
        "0.96 for 2m, 0.5 for 20s, 0.96 for 1m"                           | {alerts: [{code: hot, resolves: never, times: 1}]}
        "0.96 for 2m, 0.5 for 1m, 0.96 for 3m"                            | {alerts: [{code: hot, times: 1}]}
        "0.96 for 2m, 0.5 for 1m, 0.96 for 9m"                            | {alerts: [{code: hot, times: 2}]}
        "0.96 for 2m, 0.5 for 1m, 0.99 for 3m"                            | {alerts: [{code: hot, severity: warning, times: 1}, {code: hot, severity: critical, opens: 4m}]}
        "0.96 for 2m, 0.5 for 1m, 0.96 for 90s, 0.5 for 1m, 0.96 for 5m"  | {alerts: [{code: hot, times: 2}, {code: hot, opens: 1m}, {code: hot, opens: 10m, resolves: never}]}
        "0.96 for 2m, 0.5 for 1m, 0.96 for 90s, 0.92 for 5m, 0.5 for 1m"  | {alerts: [{code: hot, times: 2}, {code: hot, opens: 450s, resolves: 10m}]}
        "0.96 for 2m, 0.5 for 1m, 0.96 for 90s, 0.5 for 7m, 0.96 for 2m"  | {alerts: [{code: hot, times: 2}, {code: hot, opens: 750s}]}
        "0.96 for 2m, 0.99 for 1m"                                        | {alerts: [{code: hot, severity: critical, opens: 1m}]}
        "0.9 to 1.0 for 200s"                                             | {alerts: [{code: hot, opens: 160s, close: home/*}]}
        "0.96 for 30s, silent for 2m"                                     | {alerts: [{code: hot, opens: 1m}]}
        [0.96, 0.97, 0.98]                                                | {alerts: [], firedExactly: [hot]}
        0.96                                                              | {alerts: [{code: hot, resource: "", message: is hot, opens: 1m, resolves: never}]}
        """)
    void timesHold(String values, String expect) {
        assertThat(failures(cpu(values) + "expect: " + expect)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        {alerts: [{code: hot, opens: 2m}]}               | 4:23 [one] alerts must contain hot opening after 2m and is [hot (warning, opens after 1m, stays open: it is hot)]
        {alerts: [{code: hot, severity: critical}]}      | alerts must contain hot (critical) and is
        {alerts: [{code: hot, resolves: 2m}]}            | alerts must contain hot resolved after 2m and is
        {alerts: [{code: hot, resource: home/a}]}        | alerts must contain hot of home/a and is
        {alerts: [{code: hot, demote: home/a}]}          | alerts must contain hot demote home/a and is
        {alerts: [cold]}                                 | alerts must contain cold and is
        {alerts: []}                                     | alerts must be [] and is
        {notAlerts: [hot]}                               | notAlerts must not contain hot and is
        {notAlerts: [{code: hot, resource: ""}]}         | notAlerts must not contain hot of nothing and is
        {notFired: [hot]}                                | notFired must not contain hot and is [hot]
        {firedExactly: []}                               | firedExactly must be [] and is [hot]
        {problems: [x]}                                  | problems must be [x] and is []
        {alerts: [{severity: info}]}                     | an alert needs a code
        {alerts: [{code: hot, opens: late}]}             | 'expect.alerts.opens' must be how long, such as "90s", "5m", "2h" or "1d", 30d at most after the beginning, not 'late'
        {decision: allow}                                | 'expect.decision' is not known, there are [alerts, fired, firedExactly, notAlerts, notFired, problems]
        """)
    void whatIsNotSoIsToldWithWhatIs(String expect, String message) {
        assertThat(failures(cpu("0.96") + "expect: " + expect)).singleElement().asString()
                .startsWith("scenarios/a.yaml:").contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        watch: {signals: [{values: 1}]}                                        | a signal needs a metric, such as HOST_CPU
        watch: {signals: [{metric: host_cpus, values: 1}]}                     | did you mean 'host_cpu'?
        watch: {signals: [{metric: host_cpu}]}                                 | 'watch.signals.values' must be a number, numbers, or steps
        watch: {signals: [{metric: host_cpu, values: "0.5 of 1m"}]}            | not '0.5 of 1m'
        watch: {signals: [{metric: host_cpu, values: "0.5 for long"}]}         | not '0.5 for long'
        watch: {signals: [{metric: host_cpu, values: 1, usual: 1}]}            | 'watch.signals.usual' is not known
        watch: {signals: [{metric: host_cpu, values: 1, baseline: {spread: 0}}]} | 'watch.signals.baseline.spread' must be above 0
        watch: {every: 0s}                                                     | 'watch.every' must be longer than nothing
        watch: {every: often}                                                  | 'watch.every' must be how long
        watch: {for: 30d}                                                      | a scenario may watch 500 signals for 20000 ticks
        watch: {evry: 5s}                                                      | 'watch.evry' is not known, there are [every, for, signals]
        {watch: {}, call: {tenant: a}}                                         | a scenario with 'watch' is about no call, so it has no 'call'
        """)
    void whatIsWrittenWronglyIsRefused(String scenario, String message) {
        String text = scenario.startsWith("{")
                ? scenario.substring(1, scenario.length() - 1).replace("}, ", "}\n")
                : scenario;
        assertThat(failures(text)).singleElement().asString().contains(message);
    }

    @Test
    void aRuleOfWhichItSpeaksMustExist() {
        assertThat(failures(cpu("0.96") + "expect: {fired: [hott]}")).first().asString()
                .contains("there is no rule 'hott'; did you mean 'hot'?");
    }

    @Test
    void whatTheDefaultsSayHoldsForAll() {
        var problems = new ArrayList<Problem>();
        List<Scenario> read = ScenarioReader.read("a.yaml", """
            defaults: {watch: {every: 30s, for: 2m}}
            scenarios:
              - {name: a, watch: {}}
              - {name: b, watch: {every: 1m}}
              - {name: c}
            """, problems);
        assertThat(problems).isEmpty();
        assertThat(read).extracting(one -> one.timeline() == null ? 0 : one.timeline().ticks()).containsExactly(5, 3,
                0);
    }

    @Test
    void coverageCountsWhatEachTickSees() throws IOException {
        assertThat(failures(cpu("\"0.5 for 10s, 0.96 for 10s\"") + "expect: {fired: [hot]}")).isEmpty();
        Coverage coverage = Tryout.of(folder, List.of(), null).coverage();
        assertThat(coverage.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.fired()).isEqualTo(1);
            assertThat(rule.conditions()).extracting(Coverage.OfCondition::text).containsExactly(
                    "Signal( metric == Metric.HOST_CPU )", "Signal( value >= 0.9 )");
            assertThat(rule.conditions()).extracting(Coverage.OfCondition::seenTrue).containsOnly(true);
            assertThat(rule.conditions()).extracting(Coverage.OfCondition::seenFalse).containsExactly(false, true);
        });
    }
}
