package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// An explanation tries out what the rules look at, and nothing else.
class RelevanceTest {
    private static Relevance of(String... conditions) {
        var rules = new StringBuilder();
        for (int i = 0; i < conditions.length; i++) {
            rules.append(Rules.rule("r" + i, conditions[i], "decision.keepFree();"));
        }
        return new Relevance(Conditions.of(RuleSource.of("cost/a.drl", Kind.COST, rules.toString())).values());
    }

    @Test
    void aFieldMattersWhenARuleAsksForItAndIsTriedWithWhatItIsComparedWith() {
        Relevance relevance = of("Host( cpu > 0.9 )", "Host( cpu > 0.5, memory < 0.25 )",
                "exists Call( tenant == \"alice\" || tenant == \"bob\" )");
        assertThat(relevance.of("Host", "cpu")).isTrue();
        assertThat(relevance.of("Host", "disk")).isFalse();
        assertThat(relevance.of("Budget", "spent")).isFalse();
        assertThat(relevance.comparedWith("Host", "cpu")).containsExactly("0.5", "0.9");
        assertThat(relevance.comparedWith("Host", "memory")).containsExactly("0.25");
        assertThat(relevance.comparedWith("Call", "tenant")).containsExactly("alice", "bob");
        assertThat(relevance.comparedWith("Call", "model")).isEmpty();
        assertThat(relevance.comparedWith("Budget", "spent")).isEmpty();
        assertThat(relevance.texts()).containsExactly("0.25", "0.5", "0.9", "alice", "bob");
    }

    @Test
    void whatTheGatewayItselfLooksAtAlwaysMatters() {
        Relevance relevance = of();
        assertThat(relevance.of("Call", "substitute")).isTrue();
        assertThat(relevance.of("Context", "requirements")).isTrue();
        assertThat(relevance.of("Context", "risk")).isFalse();
        assertThat(relevance.texts()).isEmpty();
        assertThat(relevance.ownWords()).isEmpty();
    }

    @Test
    void aMethodMayLookAtAnyFieldAndAPathAtItsFirst() {
        Relevance relevance = of("Host( busierThan(0.5) )", "Context( therapy.approach == Approach.CBT )");
        assertThat(relevance.comparedWith("Host", "cpu")).containsExactly("0.5");
        assertThat(relevance.comparedWith("Host", "disk")).containsExactly("0.5");
        assertThat(relevance.of("Context", "therapy")).isTrue();
        assertThat(relevance.of("Context", "traits")).isFalse();
    }

    @Test
    void aWordOfTheAuthorsOwnIsNoTextToCompareWith() {
        Relevance relevance = of("Context( says(\"need\", \"grief\"), zone == \"study\" )",
                "Context( says( \"need\" , \"anger\" ) )", "Context( says(\"mood\", \"blue\") )");
        assertThat(relevance.ownWords()).containsExactly(new Relevance.OwnWord("mood", "blue"),
                new Relevance.OwnWord("need", "anger"), new Relevance.OwnWord("need", "grief"));
        assertThat(relevance.of("Context", "words")).isTrue();
        assertThat(relevance.of("Context", "risk")).isFalse();
        assertThat(relevance.texts()).containsExactly("study");
    }

    @Test
    void theWorkIsBounded() {
        String many = IntStream.range(100, 300).mapToObj(i -> "zone == \"z" + i + "\"")
                .collect(Collectors.joining(" || "));
        Relevance relevance = of("Context( " + many + " )");
        assertThat(relevance.comparedWith("Context", "zone")).hasSize(96).startsWith("z100").endsWith("z195");
        assertThat(relevance.texts()).hasSize(96).endsWith("z195");
    }
}
