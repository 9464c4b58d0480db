package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is told of models and providers.
class SignalSourcesTest {
    private final Identities identities = new Identities();

    private List<String> now(String... attributes) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < attributes.length; i += 2) {
            all.put(attributes[i], attributes[i + 1]);
        }
        return identities
                .replaced(List.of(Candidate.of("home", new ModelCard("m", Set.of(Capability.CHAT), 0, 0, 0, true,
                        Set.of(), -1, -1, all), Candidate.Vitals.UNKNOWN)));
    }

    @Test
    void anotherSizeOrQuantizationIsAnotherModel() {
        assertThat(now("family", "llama", "bytes", "100")).as("the first time").isEmpty();
        assertThat(now("family", "llama", "bytes", "100", "quantization", "q4")).as("more is told").isEmpty();
        assertThat(now("family", "llama", "bytes", "100", "quantization", "q4", "gpu-share", "0.5"))
                .as("where it lies is no part of it").isEmpty();
        assertThat(now("family", "llama", "bytes", "200", "quantization", "q8")).containsExactly("home/m");
        assertThat(now("family", "llama")).as("less is told").isEmpty();
    }

    @Test
    void aServerTellsHowMuchLiesOnTheCard() {
        assertThat(Residents.readings("home", new LoadedModel("m", 400, 100, 0, null))).containsExactly(
                new Reading(Metric.MODEL_GPU_MEMORY, "home/m", 100),
                new Reading(Metric.MODEL_GPU_SHARE, "home/m", 0.25));
        assertThat(Residents.readings("home", new LoadedModel("m", 400, 0, 0, null)))
                .contains(new Reading(Metric.MODEL_GPU_SHARE, "home/m", 0));
        assertThat(Residents.readings("home", new LoadedModel("m", 400, -1, 0, null))).as("unknown is not none")
                .isEmpty();
        assertThat(Residents.readings("home", new LoadedModel("m", -1, 100, 0, null)))
                .containsExactly(new Reading(Metric.MODEL_GPU_MEMORY, "home/m", 100));
    }

    private static Candidate model(String provider, BreakerState breaker) {
        return Candidate.of(provider, ModelCard.of("m" + breaker),
                new Candidate.Vitals(breaker, 0.25, 4, 120, 900, 0, -1));
    }

    @Test
    void aProviderIsUpWhileCallsPassToOneOfItsModels() {
        List<Candidate> candidates = List.of(model("a", BreakerState.OPEN), model("a", BreakerState.CLOSED),
                model("b", BreakerState.OPEN), model("c", BreakerState.HALF_OPEN));

        assertThat(SignalSources.ofProviders(candidates)).containsExactlyInAnyOrder(
                new Reading(Metric.PROVIDER_UP, "a", 1), new Reading(Metric.PROVIDER_UP, "b", 0),
                new Reading(Metric.PROVIDER_UP, "c", 0));
        assertThat(SignalSources.ofModels(candidates.subList(0, 1))).containsExactly(
                new Reading(Metric.MODEL_ERROR_RATE, "a/mOPEN", 0.25),
                new Reading(Metric.MODEL_FIRST_BYTE, "a/mOPEN", 120),
                new Reading(Metric.MODEL_LATENCY, "a/mOPEN", 900));
    }
}
