package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules that watch are heard on a tick, apart from those that are heard with calls.
class WatchingRulesTest {
    private static final String HOT = "rule \"hot\" @id(\"hot\") @reason(\"r\") @lasting(\"2m\") @recovery(\"90s\")"
            + " @cooldown(\"1h\") when $s : Signal( metric == Metric.HOST_CPU, value >= 0.9 ) then "
            + "if ($s.value() >= 0.95) { decision.alert(Severity.WARNING, \"hot\", \"it is hot\"); } "
            + "else { decision.hold(\"hot\"); } end\n";

    @TempDir
    Path folder;

    private static List<Notice> watch(Policy policy, Signal... signals) {
        return policy.watch(Rules.situation(), List.of(Rules.candidate("home/a")), List.of(signals));
    }

    private Policy policy(String... rules) {
        put(folder, "alert/a.drl", String.join("", rules));
        Policy policy = Rules.policy(folder);
        assertThat(policy.load().problems()).isEmpty();
        return policy;
    }

    @Test
    void itTellsWhatIsSoWithItsTimesAndHoldsBetweenTwoThresholds() {
        try (Policy policy = policy(HOT)) {
            var timing = new AlertTiming(Duration.ofMinutes(2), Duration.ofSeconds(90), Duration.ofHours(1));
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.97))).containsExactly(
                    new Notice("hot", Severity.WARNING, "hot", "", "it is hot", timing, false, List.of()));
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.92))).containsExactly(
                    new Notice("hot", Severity.INFO, "hot", "", "", timing, true, List.of()));
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.5))).isEmpty();
            assertThat(watch(policy)).isEmpty();
        }
    }

    @Test
    void onlyWhatAsksNothingOfCallsWatchesAndNothingOfItIsHeardWithThem() {
        try (Policy policy = policy(
                rule("machine", "Situation()", "decision.alert(Severity.INFO, \"machine\", \"m\");"),
                rule("caller", "Call( tenant == \"alice\" )", "decision.alert(Severity.INFO, \"caller\", \"c\");"),
                rule("context", "not Context( promptTokens > 5 )",
                        "decision.alert(Severity.INFO, \"context\", \"c\");"),
                rule("session", "exists Continuity()", "decision.alert(Severity.INFO, \"session\", \"s\");"))) {
            assertThat(watch(policy)).extracting(Notice::code).containsExactly("machine");
            assertThat(policy.decide(Rules.question(Rules.candidate("home/a"))).notices()).extracting(Notice::code)
                    .containsExactlyInAnyOrder("caller", "context", "session");
            RuleSet ruleSet = Objects.requireNonNull(policy.ruling()).ruleSet();
            assertThat(ruleSet.watching()).extracting(RuleInfo::id).containsExactly("machine");
            assertThat(ruleSet.rules()).hasSize(4);
            assertThat(policy.report().rules()).isEqualTo(4);
        }
    }

    @Test
    void oneRuleCodeAndResourceAreOneAlertAndTheWorstOfIt() {
        try (Policy policy = policy(rule("each",
                "$s : Signal( metric in ( Metric.MODEL_LATENCY, Metric.MODEL_FIRST_BYTE ), value > 10 )",
                "decision.alert($s.value() > 20 ? Severity.CRITICAL : Severity.INFO, \"slow\", $s.resource(), \"\" + "
                        + "$s.value());"))) {
            assertThat(watch(policy, Signals.of(Metric.MODEL_LATENCY, "home/a", 30),
                    Signals.of(Metric.MODEL_FIRST_BYTE, "home/a", 11), Signals.of(Metric.MODEL_LATENCY, "home/b", 12)))
                    .extracting(notice -> notice.resource() + " " + notice.severity() + " " + notice.message())
                    .containsExactly("home/a CRITICAL 30.0", "home/b INFO 12.0");
        }
    }

    @Test
    void whatIsWantedStandsWithTheAlertOfTheSameFiring() {
        try (Policy policy = policy(rule("slow", "$c : Candidate() $s : Signal( metric == Metric.MODEL_LATENCY, "
                + "resource == $c.id, value > 10 )",
                "decision.close($c, \"30m\"); decision.demote(\"home\", 20, \"2h\"); "
                        + "decision.alert(Severity.INFO, \"slow\", $c.id(), \"m\"); "
                        + "decision.demote(\"cloud/b\", 5, \"1d\");"))) {
            assertThat(watch(policy, Signals.of(Metric.MODEL_LATENCY, "home/a", 30))).singleElement()
                    .satisfies(notice -> assertThat(notice.wanted()).containsExactlyInAnyOrder(
                            new Notice.Wanted("home/a", Measure.Kind.CLOSE, 0, Duration.ofMinutes(30)),
                            new Notice.Wanted("home/*", Measure.Kind.AVOID, 20, Duration.ofHours(2)),
                            new Notice.Wanted("cloud/b", Measure.Kind.AVOID, 5, Duration.ofDays(1))));
        }
    }

    @Test
    void aRuleThatFailsIsToldOnceTheOthersAreHeardAndItsAlertGoesOn() {
        String fragile = rule("fragile", "$s : Signal( metric == Metric.QUEUE_WAITING )",
                "decision.alert(Severity.WARNING, \"line\", $s.resource(), \"\" + 1 / (int) $s.value());");
        try (Policy policy = policy(fragile, HOT)) {
            assertThat(watch(policy, Signals.of(Metric.QUEUE_WAITING, "a", 1), Signals.of(Metric.HOST_CPU, "", 0.97)))
                    .extracting(Notice::code).containsExactly("line", "hot");
            assertThat(watch(policy, Signals.of(Metric.QUEUE_WAITING, "a", 0), Signals.of(Metric.QUEUE_WAITING, "b", 0),
                    Signals.of(Metric.HOST_CPU, "", 0.97)))
                    .extracting(notice -> notice.code() + " " + notice.resource() + " " + notice.holds())
                    .containsExactly("rule-failed  false", "hot  false", "line a true");
            assertThat(watch(policy, Signals.of(Metric.QUEUE_WAITING, "a", 0))).as("and on")
                    .extracting(Notice::code).containsExactly("rule-failed", "line");
            assertThat(watch(policy)).as("until it is heard again").isEmpty();
        }
    }

    @Test
    void aConditionThatFailsLeavesOnlyItsOwnFileUnheard() {
        put(folder, "alert/b.drl", rule("odd", "Situation( 1 / inFlight > 0 )",
                "decision.alert(Severity.INFO, \"odd\", \"o\");"));
        try (Policy policy = policy(HOT)) {
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.97))).extracting(Notice::code)
                    .containsExactlyInAnyOrder("hot", "rule-failed");
        }
    }

    @Test
    void aRoundBeyondItsLimitsIsToldAndWhatWasOpenGoesOn() {
        put(folder, "alert/a.drl", HOT + rule("many", "$s : Signal( metric == Metric.MODEL_LATENCY )",
                "decision.alert(Severity.INFO, \"many\", $s.resource(), \"m\");"));
        var few = new Settings.Policy(false, 3, Duration.ofSeconds(5));
        try (var policy = new Policy(folder, few, null, _ -> {})) {
            policy.load();
            watch(policy, Signals.of(Metric.HOST_CPU, "", 0.97));
            Signal[] models = IntStream.range(0, 20).mapToObj(i -> Signals.of(Metric.MODEL_LATENCY, "m/" + i, 1))
                    .toArray(Signal[]::new);
            List<Notice> told = watch(policy, models);
            assertThat(told).extracting(Notice::code).contains("policy-over-budget");
            assertThat(told).filteredOn(notice -> notice.code().equals("hot")).singleElement()
                    .satisfies(notice -> assertThat(notice.holds()).isTrue());
        }
    }

    @Test
    void theLeastSevereOfTooManyAreLeftOutAndThatIsTold() {
        try (Policy policy = policy(rule("many", "$s : Signal( metric == Metric.MODEL_LATENCY )",
                "decision.alert($s.value() > 600 ? Severity.CRITICAL : Severity.INFO, \"many\", $s.resource(), \"m\");"))) {
            Signal[] models = IntStream.range(0, 700).mapToObj(i -> Signals.of(Metric.MODEL_LATENCY, "m/" + i, i))
                    .toArray(Signal[]::new);
            List<Notice> told = watch(policy, models);
            assertThat(told).hasSize(500);
            assertThat(told).filteredOn(notice -> notice.severity() == Severity.CRITICAL).hasSize(99);
            assertThat(told.getLast().code()).isEqualTo("too-many-alerts");
            assertThat(told.getLast().message()).contains("700 things at once, of which 500 are kept");
        }
    }

    @Test
    void whatIsToldDoesNotDependOnTheOrderOfWhatIsSeen() {
        try (Policy policy = policy(HOT, rule("each", "$s : Signal( metric == Metric.MODEL_LATENCY )",
                "decision.alert(Severity.INFO, \"each\", $s.resource(), \"\" + $s.value());"))) {
            List<Signal> signals = IntStream.range(0, 30)
                    .mapToObj(i -> Signals.of(Metric.MODEL_LATENCY, "m/" + i % 10, i)).toList();
            List<Notice> told = policy.watch(Rules.situation(), List.of(), signals);
            assertThat(told).hasSize(10);
            assertThat(policy.watch(Rules.situation(), List.of(), signals.reversed())).isEqualTo(told);
        }
    }

    @Test
    void theyFollowTheFolderAndAreKeptForTheNextStart(@TempDir Path cache) {
        put(folder, "alert/a.drl", HOT);
        try (Policy policy = Rules.policy(folder, cache)) {
            policy.load();
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.93)).getFirst().holds()).isTrue();
            put(folder, "alert/a.drl", HOT.replace("0.95", "0.93").replace("2m", "3m"));
            policy.reconcile();
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.93)).getFirst().holds()).isFalse();
        }
        try (Policy policy = Rules.policy(folder, cache)) {
            assertThat(policy.load().times().compiledFiles()).isZero();
            assertThat(watch(policy, Signals.of(Metric.HOST_CPU, "", 0.93)).getFirst().timing().lasting())
                    .isEqualTo(Duration.ofMinutes(3));
        }
    }

    @Test
    void whileThereAreNoRulesNothingIsTold() {
        try (Policy policy = Rules.policy(folder.resolve("missing"))) {
            assertThat(policy.watch(Rules.situation(), List.<Candidate>of(), Collections.emptyList())).isEmpty();
        }
    }

    @Test
    void aSafetyRuleThatFailsIsToldAndItsCallDenied() {
        put(folder, "context/a.drl", rule("careful", "$c : Call()", "decision.cap(Parameter.MAX_TOKENS, "
                + "1 / $c.model().indexOf(\"auto\"));"));
        try (Policy policy = Rules.policy(folder)) {
            policy.load();
            assertThat(policy.decide(Rules.question(Rules.candidate("home/a"))).notices()).singleElement()
                    .satisfies(notice -> {
                        assertThat(notice.code()).isEqualTo("safety-rule-failed");
                        assertThat(notice.severity()).isEqualTo(Severity.CRITICAL);
                        assertThat(notice.rule()).isEqualTo("careful");
                    });
        }
    }
}
