package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules that end the process are not tried at every start.
class RuleAttemptsTest {
    private static final Question A_OR_B = question(candidate("x/a", 9, 0), candidate("x/b", 5, 0));

    @TempDir
    Path folder;
    @TempDir
    Path kept;

    private Policy open() {
        return new Policy(folder, Rules.SETTINGS, null, _ -> {}, List.of(), new RuleLedger(kept, Clock.systemUTC()));
    }

    private static String forbid(String model) {
        return rule("no", "$c : Candidate( id == \"" + model + "\" )", "decision.forbid($c);");
    }

    private static List<String> tried(Policy policy) {
        return policy.decide(A_OR_B) instanceof Decision.Allow allow
                ? allow.plan().attempts().stream().map(Candidate::id).toList()
                : List.of();
    }

    /// As if the process had ended in the middle.
    private void endsWhileTrying(String hash, int times) {
        for (int i = 0; i < times; i++) {
            new RuleAttempts(kept.resolve("attempts")).begin(hash);
        }
    }

    private String hash() throws IOException {
        var now = new RuleFolder(folder);
        return now.read(now.survey()).hash();
    }

    @Test
    void theThirdStartServesTheLastGoodRulesAndSaysWhy() throws IOException {
        put(folder, "cost/a.drl", forbid("x/a"));
        String good;
        try (Policy policy = open()) {
            good = policy.load().hash();
        }
        put(folder, "cost/a.drl", forbid("x/b"));
        endsWhileTrying(hash(), 1);
        endsWhileTrying(hash(), 1);
        try (Policy policy = open()) {
            RuleSetReport report = policy.load();
            assertThat(report.accepted()).isFalse();
            assertThat(report.lastGood()).isTrue();
            assertThat(report.hash()).isEqualTo(good);
            assertThat(report.problems()).singleElement().satisfies(problem -> {
                assertThat(problem.code()).isEqualTo("given-up");
                assertThat(problem.message()).contains("the process ended twice while it tried these rules")
                        .contains("delete the file 'attempts'");
            });
            assertThat(tried(policy)).containsExactly("x/b");

            put(folder, "cost/a.drl", forbid("x/b") + "// changed");
            policy.reconcile();
            assertThat(policy.report().accepted()).as("what was changed is tried").isTrue();
        }
    }

    @Test
    void oneEndMayHaveAnotherCauseAndWhatComesToAnEndIsForgotten() throws IOException {
        put(folder, "cost/a.drl", forbid("x/a"));
        endsWhileTrying(hash(), 1);
        try (Policy policy = open()) {
            assertThat(policy.load().accepted()).isTrue();
        }
        assertThat(kept.resolve("attempts")).doesNotExist();
        put(folder, "cost/a.drl", "rule nonsense");
        try (Policy policy = open()) {
            assertThat(policy.load().accepted()).isFalse();
        }
        assertThat(kept.resolve("attempts")).as("a refusal is an end too").doesNotExist();
    }

    @Test
    void aLastGoodSetThatEndsTheProcessIsPassedOver() throws IOException {
        put(folder, "cost/a.drl", forbid("x/a"));
        try (Policy policy = open()) {
            policy.load();
            put(folder, "cost/a.drl", forbid("x/b"));
            policy.reconcile();
        }
        endsWhileTrying(hash(), 2);
        try (Policy policy = open()) {
            assertThat(policy.load().lastGood()).isTrue();
            assertThat(tried(policy)).containsExactly("x/b");
        }
        Files.delete(kept.resolve("attempts"));
        try (Policy policy = open()) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(tried(policy)).containsExactly("x/a");
        }
    }

    @Test
    void theNoteIsThereWhileTheAttemptGoesOnAndStaysSmall() throws IOException {
        var attempts = new RuleAttempts(kept.resolve("deep/attempts"));
        String one = "a".repeat(64);
        attempts.trying(one, () -> {
            assertThat(kept.resolve("deep/attempts")).hasContent(one + " 1");
            return "";
        });
        assertThat(kept.resolve("deep/attempts")).doesNotExist();
        for (int i = 0; i < 40; i++) {
            attempts.begin(Digest.of("" + i));
        }
        assertThat(Files.readAllLines(kept.resolve("deep/attempts"))).hasSize(16);
        Files.writeString(kept.resolve("deep/attempts"),
                one + " 2\nnonsense\n\u0000 9\n" + one.toUpperCase(Locale.ROOT) + " 3");
        assertThat(attempts.givenUp(one)).isTrue();
        assertThat(attempts.givenUp(Digest.of("0"))).isFalse();
        attempts.end(one);
        assertThat(attempts.givenUp(one)).isFalse();
    }
}
