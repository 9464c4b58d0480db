package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static dev.formulary.engine.decision.Rules.rule;
import static dev.formulary.engine.decision.Verdicts.allowed;
import static dev.formulary.engine.decision.Verdicts.denied;
import static dev.formulary.engine.decision.Verdicts.tried;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import dev.formulary.spi.Capability;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What becomes of a decision that takes too long. The clock ticks once each time that it is read: at the beginning and
/// before each firing.
class OverBudgetTest {
    private static final Candidate FREE = candidate("x/free", 3, 0);
    private static final Candidate PAID = candidate("x/paid", 9, 1_000_000);
    private static final Candidate UNFIT = candidate("x/unfit", 10, 0, "unfit");
    private static final int PLENTY = 1_000;

    @TempDir
    Path folder;

    private Decision decide(Question question, int firings, long ticks) {
        var clock = new AtomicLong();
        try (Policy policy = Rules.policy(folder)) {
            assertThat(policy.load().problems()).isEmpty();
            return Objects.requireNonNull(policy.ruling()).ruleSet().decide(question,
                    new Bounds(firings, ticks, clock::incrementAndGet));
        }
    }

    /// Three rules about safety that fire in all, whatever their salience; then those about cost.
    private void rules() {
        put(folder, "context/safety.drl",
                rule("unfit", "$c : Candidate( labelled(\"unfit\") )", "decision.forbid($c);")
                        .replace("when", "salience -500 when")
                        + rule("told", "Context()", "decision.alert(Severity.INFO, \"told\", \"text\");")
                        + rule("cool", "Context()", "decision.set(Parameter.TEMPERATURE, 0.1);")
                                .replace("when", "salience 7 when"));
        put(folder, "cost/many.drl",
                rule("no-free", "$c : Candidate( free == true )", "decision.forbid($c);")
                        .replace("when", "salience 100000 when")
                        + rule("many", "$a : Candidate() $b : Candidate()", "decision.prefer($a, 1);"));
    }

    @Test
    void rulesAboutSafetyAreHeardFirstWhateverTheirSalience() {
        rules();
        Decision decision = decide(question(FREE, PAID, UNFIT), PLENTY, PLENTY);
        assertThat(tried(decision)).as("cost forbids what is free").containsExactly("x/paid");
        assertThat(decision.reasons()).extracting(Reason::rule).startsWith("cool", "told", "unfit", "no-free")
                .doesNotContain("engine");
    }

    @Test
    void pastTheFiringLimitTheDefaultPlanTakesThePlaceOfAllButSafety() {
        rules();
        Decision decision = decide(question(FREE, PAID, UNFIT), 6, PLENTY);
        assertThat(tried(decision)).as("what cost said is not heard, what safety said is").containsExactly("x/free");
        assertThat(decision.reasons()).extracting(Reason::rule).containsOnly("cool", "told", "unfit", "engine");
        assertThat(allowed(decision).plan().parameters()).hasSize(1);
        assertThat(decision.notices()).extracting(Notice::code).containsExactly("policy-over-budget", "told");
        assertThat(decision.problems()).containsExactly("policy-over-budget: the rules fired more than 6 times, last "
                + "'many'; only rules in context/ were heard, the rest is the gateway's default plan");
    }

    @Test
    void asManyFiringsAsAreAllowedAreHeardAndNoRuleSpeaksAfterThem() {
        put(folder, "cost/many.drl", rule("many", "$a : Candidate()", "decision.prefer($a, 1);"));
        Question three = question(FREE, PAID, UNFIT);
        assertThat(decide(three, 3, PLENTY).problems()).isEmpty();
        assertThat(decide(three, 2, PLENTY).problems()).hasSize(1);
        try (Policy policy = Rules.policy(folder)) {
            policy.load();
            assertThat(Objects.requireNonNull(policy.ruling()).ruleSet().deliberate(three,
                    new Bounds(1, PLENTY, () -> 0), true).fired()).hasSize(2);
        }
    }

    @Test
    void thePlanIsTheSameWhereverAmongTheOtherRulesTheTimeRunsOut() {
        rules();
        Question question = question(FREE, PAID, UNFIT);
        Decision.Allow first = allowed(decide(question, PLENTY, 4));
        assertThat(first.problems()).singleElement().asString().startsWith("policy-over-budget: the rules took more");
        for (int ticks = 5; ticks < 13; ticks++) {
            Decision.Allow later = allowed(decide(question, PLENTY, ticks));
            assertThat(later.plan()).isEqualTo(first.plan());
            assertThat(later.ranking()).isEqualTo(first.ranking());
            assertThat(later.reasons()).isEqualTo(first.reasons());
        }
    }

    @Test
    void amongTheRulesAboutSafetyItFailsClosed() {
        rules();
        for (int ticks = 0; ticks < 3; ticks++) {
            Decision decision = decide(question(FREE, PAID, UNFIT), PLENTY, ticks);
            assertThat(denied(decision)).startsWith("policy_failed");
            assertThat(decision.problems()).singleElement().asString().contains("microseconds");
        }
        assertThat(denied(decide(question(FREE, PAID, UNFIT), 2, PLENTY))).startsWith("policy_failed");
        assertThat(tried(decide(question(FREE, PAID, UNFIT), PLENTY, 3))).as("all three were heard in time")
                .containsExactly("x/free");
    }

    @Test
    void theDefaultPlanAsksNobodyWhoCanNotAnswerAndSpendsNothingThatIsSpent() {
        put(folder, "cost/slow.drl", rule("slow", "Context()", "decision.keepModel();"));
        Candidate broken = asked("x/broken", BreakerState.OPEN, -1);
        Candidate drained = asked("x/drained", BreakerState.CLOSED, 0);
        Candidate echo = candidate("sim/echo", 10, 0, "simulated");
        var spent = new Budget("b", "provider:x", 100, 0, 100, Instant.EPOCH);
        var question = new Question(Rules.call("auto", false), question().context(), Rules.situation(spent),
                List.of(broken, drained, PAID, echo, candidate("y/paid", 1, 1_000_000)));
        Decision decision = decide(question, PLENTY, 0);
        assertThat(tried(decision)).containsExactly("y/paid");
        assertThat(decision.reasons()).extracting(Reason::verb, Reason::subject).containsExactlyInAnyOrder(
                tuple("forbid", "x/broken"),
                tuple("spare", "x/drained"),
                tuple("forbid", "x/paid"),
                tuple("keep-free", ""),
                tuple("last-resort", "simulated"));
    }

    private static Candidate asked(String id, BreakerState breaker, int left) {
        return candidate(id, Set.of(Capability.CHAT), 9, 0, 0,
                new Candidate.Vitals(breaker, -1, 0, -1, -1, 0, left));
    }

    @Test
    void tooManyRulesThatThrowGetTheDefaultPlanToo() {
        rules();
        var throwing = new StringBuilder();
        for (int i = 0; i < 10; i++) {
            throwing.append(rule("throws-" + i, "$c : Candidate( id == \"x/free\" )",
                    "decision.prefer($c, 1 / $c.inFlight());").replace("when", "salience 200000 when"));
        }
        put(folder, "load/a.drl", throwing.toString());
        Decision decision = decide(question(FREE, PAID, UNFIT), PLENTY, PLENTY);
        assertThat(tried(decision)).containsExactly("x/free");
        assertThat(decision.problems()).hasSize(9).last().asString()
                .startsWith("policy-over-budget: more than 8 rules failed, last 'throws-");
        assertThat(decision.notices()).extracting(Notice::code).containsExactlyInAnyOrder("policy-over-budget",
                "rule-failed", "told");
    }

    @Test
    void aRuleThatThrowsWhenTheTimeIsUpChangesNothing() {
        put(folder, "cost/a.drl", rule("throws", "$c : Candidate( id == \"x/free\" )",
                "decision.prefer($c, 1 / $c.inFlight());"));
        Decision decision = decide(question(FREE), PLENTY, 0);
        assertThat(tried(decision)).containsExactly("x/free");
        assertThat(decision.problems()).singleElement().asString().startsWith("policy-over-budget");
    }
}
