package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.policy;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {
    private static final String FORBID_B = rule("no-b", "$c : Candidate( id == \"x/b\" )", "decision.forbid($c);");
    private static final String FORBID_A = rule("no-a", "$c : Candidate( id == \"x/a\" )", "decision.forbid($c);");

    @TempDir
    Path folder;

    private static Decision decide(Policy policy, Question question) {
        return policy.decide(question);
    }

    private static List<String> tried(Decision decision) {
        return switch (decision) {
            case Decision.Allow allow -> allow.plan().attempts().stream().map(Candidate::id).toList();
            case Decision.Deny deny -> List.of(deny.code());
        };
    }

    private static final Question A_OR_B = question(candidate("x/a", 9, 0), candidate("x/b", 5, 0));

    @Test
    void everyLineOfADecisionNamesTheRuleThatWroteIt() {
        put(folder, "load/some.drl", "\n\n" + FORBID_A);
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().accepted()).isTrue();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).containsExactly("x/b");
            assertThat(decision.reasons()).containsExactly(
                    new Reason("no-a", "forbid", "x/a", "reason of no-a", "load/some.drl", 3));
            assertThat(decision.ruleSet()).isEqualTo(policy.report().hash()).hasSize(64);
            assertThat(decision.ranking()).extracting("candidate").containsExactly("x/b", "x/a");
            assertThat(decision.ranking().get(1).because()).containsExactly("no-a");
        }
    }

    @Test
    void anEditTakesEffectAndNothingToDoIsNoticed() throws IOException {
        put(folder, "cost/a.drl", FORBID_A);
        put(folder, "cost/kept.drl", rule("kept", "Call( tenant == \"nobody\" )", "decision.deny(\"no\");"));
        try (Policy policy = policy(folder)) {
            policy.load();
            RuleSetReport first = policy.report();
            assertThat(policy.reconcile()).isFalse();
            assertThat(policy.report()).isSameAs(first);

            put(folder, "cost/a.drl", FORBID_B);
            assertThat(policy.reconcile()).isFalse();
            assertThat(policy.report().generation()).isEqualTo(2);
            assertThat(policy.report().times().compiledFiles()).isEqualTo(1);
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/a");

            Files.delete(folder.resolve("cost/a.drl"));
            policy.reconcile();
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/a", "x/b");

            Files.setLastModifiedTime(folder.resolve("cost/kept.drl"),
                    FileTime.from(Instant.now().minusSeconds(5)));
            policy.reconcile();
            assertThat(policy.report().generation()).as("touching a file changes nothing").isEqualTo(3);
        }
    }

    @Test
    void aFileThatWasWrittenJustNowIsLookedAtAgainSoon() throws IOException {
        put(folder, "cost/a.drl", FORBID_A);
        try (Policy policy = policy(folder)) {
            policy.load();
            Files.writeString(folder.resolve("cost/b.drl"), FORBID_B);
            Awaitility.await().until(() -> !policy.reconcile() && policy.report().rules() == 2);
        }
    }

    @Test
    void aBrokenEditLeavesTheOldRulesAndSaysWhere() {
        put(folder, "cost/a.drl", FORBID_A);
        var told = new ArrayList<RuleSetReport>();
        try (Policy policy = new Policy(folder, Rules.SETTINGS, null, told::add)) {
            String hash = policy.load().hash();
            put(folder, "cost/a.drl", rule("no-a", "$c : Candidate( id == \"x/a\" )", "decision.forbit($c);"));
            policy.reconcile();
            assertThat(policy.report().accepted()).isFalse();
            assertThat(policy.report().hash()).isEqualTo(hash);
            assertThat(policy.report().problems()).singleElement().asString()
                    .startsWith("cost/a.drl:6:14 [no-a] ").contains("forbit");
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/b");

            put(folder, "cost/a.drl", FORBID_B);
            policy.reconcile();
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/a");
            assertThat(told).extracting(RuleSetReport::accepted).containsExactly(true, false, true);
        }
    }

    @Test
    void withoutGoodRulesEveryCallIsDenied() {
        try (Policy policy = policy(folder.resolve("missing"))) {
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("policy_failed");
            assertThat(policy.load().problems()).singleElement().asString().contains("no rules");
        }
        put(folder, "cost/a.drl", "rule nonsense");
        put(folder, "other/b.drl", FORBID_B);
        try (Policy policy = policy(folder)) {
            policy.load();
            assertThat(decide(policy, A_OR_B)).asInstanceOf(type(Decision.Deny.class)).satisfies(deny -> {
                assertThat(deny.code()).isEqualTo("policy_failed");
                assertThat(deny.problems()).anyMatch(problem -> problem.startsWith("cost/a.drl:1:"));
                assertThat(deny.problems()).anyMatch(problem -> problem.startsWith("other/b.drl "));
            });
        }
    }

    @Test
    void aListenerThatFailsHarmsNothing() {
        put(folder, "cost/a.drl", FORBID_A);
        try (Policy policy = new Policy(folder, Rules.SETTINGS, null, _ -> {
            throw new IllegalStateException("listener");
        })) {
            assertThat(policy.load().accepted()).isTrue();
        }
    }

    @Test
    void aSafetyRuleThatThrowsFailsTheDecision() {
        put(folder, "context/a.drl", rule("throws", "$c : Candidate( id == \"x/a\" )",
                "decision.prefer($c, 1 / $c.inFlight());"));
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().accepted()).isTrue();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).containsExactly("policy_failed");
            assertThat(decision.problems()).singleElement().asString().contains("'throws'", "ArithmeticException");
        }
    }

    @Test
    void anotherRuleThatThrowsIsSkippedAndReported() {
        put(folder, "load/a.drl", rule("throws", "$c : Candidate( id == \"x/b\" )",
                "decision.forbid($c); decision.prefer($c, 1 / $c.inFlight());") + FORBID_A);
        try (Policy policy = policy(folder)) {
            policy.load();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).as("what it said before it failed is taken back").containsExactly("x/b");
            assertThat(decision.problems()).singleElement().asString().contains("'throws' failed and was skipped");
            assertThat(decision.notices()).extracting(Notice::severity, Notice::code, Notice::rule)
                    .containsExactly(tuple(Severity.WARNING, "rule-failed", "throws"));
        }
    }

    @Test
    void whereTheOnlyFileHasAConditionThatThrowsThereAreNoRules() {
        put(folder, "load/a.drl", rule("throws", "Call( session.length() > 3 )", "decision.deny(\"never\");"));
        try (Policy policy = policy(folder)) {
            policy.load();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).containsExactlyInAnyOrder("x/a", "x/b");
            assertThat(decision.problems()).singleElement().asString().contains("'throws'");
        }
    }

    @Test
    void aConditionThatThrowsLeavesOutItsFileUnlessItIsAboutSafety() {
        String throwing = rule("throws", "Call( session.length() > 3 )", "decision.deny(\"never\");");
        put(folder, "load/a.drl", throwing);
        put(folder, "cost/b.drl", FORBID_A);
        try (Policy policy = policy(folder)) {
            policy.load();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).containsExactly("x/b");
            assertThat(decision.problems()).singleElement().asString().contains("'throws'");
            assertThat(decision.notices()).singleElement().extracting(Notice::code).isEqualTo("rule-failed");
            // the session that failed goes back to the pool and must be clean
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/b");
        }
        put(folder, "context/c.drl", throwing.replace("throws", "throws-too"));
        try (Policy policy = policy(folder)) {
            policy.load();
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("policy_failed");
        }
    }

    @Test
    void tooManyFiringsGetTheDefaultPlanAndLeaveTheSessionClean() {
        put(folder, "load/a.drl", rule("many", "$a : Candidate() $b : Candidate()", "decision.prefer($a, 1);"));
        Candidate[] many = new Candidate[20];
        for (int i = 0; i < many.length; i++) {
            many[i] = candidate("x/" + i);
        }
        try (Policy policy = new Policy(folder, new Settings.Policy(false, 100, Duration.ofSeconds(5)), null,
                _ -> {})) {
            policy.load();
            Decision decision = decide(policy, question(many));
            assertThat(tried(decision)).hasSize(3);
            assertThat(decision.problems()).singleElement().asString().contains("more than 100 times", "'many'");
            assertThat(decision.notices()).extracting(Notice::code).containsExactly("policy-over-budget");
            Decision next = decide(policy, A_OR_B);
            assertThat(next.problems()).as("the session is clean afterwards").isEmpty();
            assertThat(tried(next)).hasSize(2);
        }
    }

    @Test
    void aDecisionThatTakesTooLongFailsWhereItIsAboutSafety() {
        put(folder, "context/a.drl", FORBID_A);
        try (Policy policy = new Policy(folder, new Settings.Policy(false, 100, Duration.ofNanos(1)), null, _ -> {})) {
            policy.load();
            Decision decision = decide(policy, A_OR_B);
            assertThat(tried(decision)).containsExactly("policy_failed");
            assertThat(decision.problems()).singleElement().asString().contains("microseconds");
        }
    }

    @Test
    void aFailingScenarioRefusesTheRules() {
        put(folder, "load/a.drl", FORBID_A);
        put(folder, "scenarios/a.yaml", """
            scenarios:
              - name: b answers
                candidates: [{id: x/a}, {id: x/b}]
                expect: {first: x/b, forbidden: [x/a], fired: [no-a]}
            """);
        try (Policy policy = policy(folder)) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(policy.report().scenarios()).isEqualTo(1);
            assertThat(policy.report().untested()).isEmpty();
            put(folder, "load/a.drl", FORBID_B);
            policy.reconcile();
            assertThat(policy.report().problems()).extracting(Problem::toString)
                    .anyMatch(text -> text.startsWith(
                            "scenarios/a.yaml:4:14 [b answers] first must be x/b and is x/a"));
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/b");
        }
        assertThat(Policy.check(folder).problems()).isNotEmpty();
    }

    @Test
    void rulesThatNoScenarioFiresAreNamed() {
        put(folder, "load/a.drl", FORBID_A);
        assertThat(Policy.check(folder).untested()).containsExactly("no-a");
        assertThat(Policy.check(folder).accepted()).isTrue();
    }

    @Test
    @Tag("long")
    void manyDecideAtOnceWhileRulesChange() throws Exception {
        put(folder, "load/a.drl", FORBID_A);
        try (Policy policy = policy(folder); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            policy.load();
            var wrong = new ArrayList<Future<List<String>>>();
            for (int i = 0; i < 8; i++) {
                wrong.add(threads.submit(() -> {
                    var seen = new ArrayList<String>();
                    for (int j = 0; j < 500; j++) {
                        List<String> tried = tried(decide(policy, A_OR_B));
                        if (!tried.equals(List.of("x/a")) && !tried.equals(List.of("x/b"))) {
                            seen.add(tried.toString());
                        }
                    }
                    return seen;
                }));
            }
            put(folder, "load/a.drl", FORBID_B);
            policy.reconcile();
            for (Future<List<String>> one : wrong) {
                assertThat(one.get()).isEmpty();
            }
            assertThat(tried(decide(policy, A_OR_B))).containsExactly("x/a");
        }
    }

    @Test
    void nothingServesAfterClosing() {
        put(folder, "load/a.drl", FORBID_A);
        Policy policy = policy(folder);
        policy.load();
        policy.close();
        assertThat(tried(decide(policy, A_OR_B))).containsExactly("policy_failed");
    }
}
