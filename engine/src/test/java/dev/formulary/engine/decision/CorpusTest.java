package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Hostile rules are refused, each with a line and a reason, or can do no harm; honest ones that look like them pass.
class CorpusTest {
    private static final Pattern REFUSED = Pattern.compile("refused at (\\d+): (.+)");

    private static List<Corpus.Entry> hostile() {
        return Corpus.of("hostile");
    }

    private static List<Corpus.Entry> benign() {
        return Corpus.of("benign");
    }

    private static RuleSource source(String text) {
        return RuleSource.of("cost/a.drl", Kind.COST, text);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileRuleIsRefusedWithLineAndReasonOrDoesNoHarm(Corpus.Entry entry) {
        RuleSource source = source(entry.text());
        List<Problem> problems = Corpus.problems(source);
        Matcher refused = REFUSED.matcher(entry.expectation());
        if (refused.matches()) {
            int line = Integer.parseInt(refused.group(1));
            assertThat(problems).anySatisfy(problem -> {
                assertThat(problem.line()).isEqualTo(line);
                assertThat(problem.message()).contains(refused.group(2));
                assertThat(problem.file()).isEqualTo("cost/a.drl");
            });
        } else {
            assertThat(entry.expectation()).startsWith("contained: ");
            assertThat(problems).isEmpty();
            DrlBuild build = DrlBuild.run(Map.of(source.path(), source.drl()));
            assertThat(Corpus.run(source, build.classes()).failure()).isNull();
        }
        assertThat(Corpus.canarySang()).as("forbidden code ran").isFalse();
    }

    @ParameterizedTest
    @MethodSource("benign")
    void anHonestRulePasses(Corpus.Entry entry) {
        assertThat(Corpus.problems(source(entry.text()))).isEmpty();
    }

    @Test
    void theCorpusIsLarge() {
        assertThat(hostile()).hasSizeGreaterThan(250);
    }

    @Test
    void aFileMayHoldManyRules() {
        String rules = IntStream.range(0, 120)
                .mapToObj(i -> Rules.rule("r" + i, "Situation( hour > " + i % 24 + " )", "decision.keepFree();"))
                .collect(Collectors.joining());
        assertThat(Corpus.problems(source(rules))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u0000", "\u001b", "\u0085", "\u2028",
            "\u000c", "\r "})
    void whatCantBeSeenIsRefusedWhereverItStands(String hidden) {
        String rule = Rules.rule("hidden", "Call( tenant == \"a\" ) // b", "decision.deny(\"c\");");
        for (String place : List.of("a\"", "b", "c\"", "reason of")) {
            assertThat(Corpus.problems(source(rule.replaceFirst(place, hidden + place)))).singleElement()
                    .satisfies(problem -> {
                        assertThat(problem.line()).isPositive();
                        assertThat(problem.message()).contains("the invisible character U+");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 5_000, 50_000})
    void whatIsTooLongIsRefused(int length) {
        String text = "x".repeat(length);
        assertThat(Corpus.problems(source(Rules.rule("long", "Call()", "decision.deny(\"" + text + "\");")))
                .isEmpty()).isEqualTo(length == 500);
        assertThat(Corpus.problems(source(Rules.rule("long", "Call( tenant == \"" + text + "\" )", "")))
                .isEmpty()).isEqualTo(length == 500);
        assertThat(Corpus.problems(source(Rules.rule("long", "Call()", "").replace("reason of", text))))
                .anySatisfy(problem -> assertThat(problem.message()).contains("at most 500 characters"));
        assertThat(Corpus.problems(source(Rules.rule("long", "Call()", "").replaceFirst("long", text))))
                .anySatisfy(problem -> assertThat(problem.message()).contains("1 to 120 characters"));
    }
}
