package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Reason;
import dev.formulary.spi.Usage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private final AtomicLong millis = new AtomicLong(1_000);
    private final Activity activity = new Activity(millis::get);

    private double value(Metric metric, String resource) {
        return activity.readings(Set.of("p"), Set.of("p/m")).stream()
                .filter(each -> each.metric() == metric && each.resource().equals(resource)).findFirst()
                .map(Reading::value).orElse(-1.0);
    }

    private void minutes(int count) {
        for (int i = 0; i < 12 * count; i++) {
            millis.addAndGet(5_000);
            activity.readings(Set.of("p"), Set.of("p/m"));
        }
    }

    private static Outcome outcome(long cost, Usage usage, Outcome.Tried... tried) {
        return new Outcome(Outcome.Status.ANSWERED, List.of(tried), usage, cost, 10, 10);
    }

    @Test
    void moneyAnHourIsOfTheLastTenMinutes() {
        assertThat(value(Metric.COST_RATE, "")).as("too soon to say").isNegative();
        activity.completed(outcome(500_000, Usage.NONE));
        activity.completed(outcome(-1, Usage.NONE,
                new Outcome.Tried("p/m", null, "", 5, null, 500_000L)));
        minutes(10);
        assertThat(value(Metric.COST_RATE, "")).isBetween(5.9, 6.1);
        minutes(2);
        assertThat(value(Metric.COST_RATE, "")).isZero();
    }

    @Test
    void callsOfAProviderAreThoseOfAMinute() {
        for (int i = 0; i < 240; i++) {
            activity.attempted("p");
            activity.attempted("gone");
            millis.addAndGet(1_000);
            if (i % 5 == 0) {
                activity.readings(Set.of("p"), Set.of());
            }
        }

        assertThat(value(Metric.PROVIDER_CALLS, "p")).isBetween(57.0, 63.0);
        assertThat(value(Metric.PROVIDER_CALLS, "gone")).isEqualTo(-1);
    }

    @Test
    void speedIsTokensByTheTimeOfTheirAnswers() {
        activity.completed(outcome(0, Usage.of(5, 100), new Outcome.Tried("p/m", null, "", 2_000)));
        activity.completed(outcome(0, Usage.of(5, 50), new Outcome.Tried("p/m", null, "", 1_000)));
        assertThat(value(Metric.MODEL_SPEED, "p/m")).isEqualTo(50);
        minutes(12);
        assertThat(value(Metric.MODEL_SPEED, "p/m")).as("nobody asks it").isEqualTo(-1);
    }

    @Test
    void aRefusalForSafetyIsOneByARuleOfContext() {
        deny("denied_by_policy", "deny", "context/crisis.drl");
        deny("denied_by_policy", "deny", "cost/limits.drl");
        deny("policy_failed", "fail", "");
        deny("no_model_allowed", "forbid", "context/privacy.drl");
        deny("no_model_allowed", "prefer", "context/privacy.drl");

        assertThat(value(Metric.SAFETY_REFUSALS, "")).isEqualTo(3);
        assertThat(value(Metric.SAFETY_CRISES, "")).isZero();
        minutes(62);
        assertThat(value(Metric.SAFETY_REFUSALS, "")).isZero();
    }

    private void deny(String code, String verb, String file) {
        activity.refused(new Decision.Deny("c", "r", code, "no", List.of(new Reason("rule", verb, "", "why", file, 1)),
                List.of(), List.of(), List.of()));
    }
}
