package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Severity;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The columns that there are.
class TableColumnsTest {
    @TempDir
    Path folder;

    private static List<String> cells(TableCondition condition) {
        return switch (condition.domain()) {
            case TableWords words -> List.of(words.names().getFirst(), "!" + words.names().getLast());
            case TableNumbers numbers ->
                numbers.unknown() ? List.of(">=1", "!unknown", "unknown") : List.of(">=1", "<1");
            case TableTexts _ -> List.of("name", "!name|pre-*");
            case TableMarks(TableWords words) -> words == null
                    ? List.of("one|two", "!three")
                    : List.of(words.names().getFirst(), "!" + words.names().getLast());
        };
    }

    private static String cell(TableAction action) {
        return switch (action.value()) {
            case TableAction.Value.Yes _ -> "yes";
            case TableAction.Value.Amount _ -> "1";
            case TableAction.Value.Word _ -> "label";
            case TableAction.Value.Constant constant -> constant.of() == Capability.class ? "vision" : "batch";
            case TableAction.Value.Reacting _ -> "stop";
            case TableAction.Value.Message _ -> "what is wrong";
            case TableAction.Value.Alarm _ -> "warning some-code";
        };
    }

    @Test
    @Tag("long")
    void everyConditionBecomesARuleThatCompiles() {
        for (TableCondition condition : TableCondition.ALL) {
            var table = new StringBuilder(condition.name()).append(",->,attempts,reason\n");
            List<String> cells = cells(condition);
            for (int i = 0; i < cells.size(); i++) {
                table.append('"').append(cells.get(i)).append("\",,").append(i + 1).append(",why\n");
            }
            put(folder, "cost/" + condition.name() + ".csv", table.toString());
        }
        RuleSetReport report = Policy.check(folder);
        assertThat(report.problems()).isEmpty();
        assertThat(report.rules()).isGreaterThan(2 * TableCondition.ALL.size());
    }

    @Test
    void everyActionBecomesARuleThatCompilesAndSpeaks() {
        var header = new StringBuilder("provider");
        var rows = new StringBuilder();
        header.append(",->");
        for (int i = 0; i < TableAction.ALL.size(); i++) {
            header.append(',').append(TableAction.ALL.get(i).name());
            rows.append("any,").append(",".repeat(i)).append(',').append(cell(TableAction.ALL.get(i)))
                    .append(",".repeat(TableAction.ALL.size() - i - 1)).append(",why\n");
        }
        put(folder, "cost/a.csv", header + ",reason\n" + rows);
        Ruling ruling = Objects.requireNonNull(Ruling.of(folder, List.of()).ruling());
        Findings findings = ruling.ruleSet().deliberate(Rules.question(Rules.candidate("x/a")), Rehearsal.BOUNDS, true);
        assertThat(findings.problems()).isEmpty();
        assertThat(findings.said()).hasSize(TableAction.ALL.size()).extracting(said -> said.rule().line())
                .doesNotHaveDuplicates();
    }

    @Test
    void conditionsOnModelsPickThem() {
        // each row forbids the first model and not the second
        put(folder, "cost/a.csv",
                """
                    provider,model,local,free,label,can,quality,safety,input-price,output-price,error-rate,calls,breaker,limit-left,first-byte-ms,->,forbid,reason
                    one,,,,,,,,,,,,,,,,yes,provider
                    ,gpt-*|x,,,,,,,,,,,,,,,yes,model
                    ,,no,,,,,,,,,,,,,,yes,local
                    ,,,no,,,,,,,,,,,,,yes,free
                    ,,,,dear|slow,,,,,,,,,,,,yes,label
                    ,,,,,!chat,,,,,,,,,,,yes,can
                    ,,,,,,>=7.5,,,,,,,,,,yes,quality
                    ,,,,,,,unknown,,,,,,,,,yes,safety
                    ,,,,,,,,2.5,,,,,,,,yes,input
                    ,,,,,,,,,9.999999-10,,,,,,,yes,output
                    ,,,,,,,,,,<=0.2,,,,,,yes,errors
                    ,,,,,,,,,,,>20,,,,,yes,calls
                    ,,,,,,,,,,,,open|half_open,,,,yes,breaker
                    ,,,,,,,,,,,,,0,,,yes,limit
                    ,,,,,,,,,,,,,,!0-99,,yes,wait
                    """);
        var vitals = new Candidate.Vitals(BreakerState.OPEN, 0.2, 21, 100, -1, 0, 0);
        var one = Candidate.of("one", new ModelCard("gpt-1", Set.of(Capability.EMBED), 0, 2_500_000, 10_000_000, false,
                Set.of("dear"), 7.5, -1, Map.of()), vitals);
        var two = Candidate.of("two",
                new ModelCard("other", Set.of(Capability.CHAT), 0, 0, 0, true, Set.of("cheap"), -1,
                        7, Map.of()),
                Candidate.Vitals.UNKNOWN);
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            List<Ranking> ranking = policy.decide(Rules.question(one, two)).ranking();
            assertThat(ranking).filteredOn(each -> each.candidate().equals("one/gpt-1")).singleElement()
                    .satisfies(
                            each -> assertThat(each.because()).filteredOn(rule -> rule.startsWith("a.")).hasSize(15));
            assertThat(ranking).filteredOn(each -> each.candidate().equals("two/other")).singleElement()
                    .satisfies(each -> assertThat(each.eligible()).isTrue());
        }
    }

    @Test
    void aConditionOnAModelWithoutAnActionOnOneAsksWhetherThereIsSuchAModel() {
        put(folder, "alert/a.csv", "error-rate,calls,->,alert,reason\n>0.5,>=10,,critical failing,a model fails\n");
        try (Policy policy = Rules.policy(folder)) {
            policy.load();
            var failing = new Candidate.Vitals(BreakerState.CLOSED, 0.6, 10, -1, -1, 0, -1);
            Candidate bad = Rules.candidate("x/a", Set.of(Capability.CHAT), 5, 0, 0, failing);
            Candidate worse = Rules.candidate("x/b", Set.of(Capability.CHAT), 5, 0, 0, failing);
            assertThat(policy.watch(Rules.situation(), List.of(bad, worse), List.of()))
                    .containsExactly(new Notice("a.2", Severity.CRITICAL, "failing", "a model fails"));
            assertThat(policy.watch(Rules.situation(), List.of(Rules.candidate("x/c")), List.of())).isEmpty();
            assertThat(policy.decide(Rules.question(bad, worse)).notices()).as("heard on a tick").isEmpty();
        }
    }
}
