package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What a rule must not be is seen before anything is compiled of it, and what it may be passes.
class GatesTest {
    private static final Pattern REFUSED = Pattern.compile("refused at (\\d+): (.+)");

    private static List<Problem> problems(Corpus.Entry entry) {
        return SyntaxGate.look(RuleSource.of("cost/a.drl", Kind.COST, entry.text())).problems();
    }

    private static boolean seen(Corpus.Entry entry, Matcher refused) {
        return problems(entry).stream().anyMatch(problem -> problem.line() == Integer.parseInt(refused.group(1))
                && problem.message().contains(refused.group(2)));
    }

    @Test
    void hostileRulesAreRefusedWithLineAndReasonBeforeTheyAreCompiled() {
        assertThat(Corpus.of("hostile")).filteredOn(entry -> {
            Matcher refused = REFUSED.matcher(entry.expectation());
            return refused.matches() && !seen(entry, refused);
        }).extracting(Corpus.Entry::name).as("only the compiler or the gate behind it sees these")
                .containsExactly("condition-nested-accessor.drl", "condition-semicolon.drl", "condition-shift.drl",
                        "math-random-field.drl");
    }

    @Test
    void honestAndContainedRulesPass() {
        assertThat(Corpus.of("benign")).allSatisfy(entry -> assertThat(problems(entry)).isEmpty());
        assertThat(Corpus.of("hostile")).filteredOn(entry -> entry.expectation().startsWith("contained: "))
                .isNotEmpty().allSatisfy(entry -> assertThat(problems(entry)).isEmpty());
    }
}
