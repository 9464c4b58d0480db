package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.provider.PluginStatus;
import dev.formulary.engine.provider.PluginStatus.ProviderStatus;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

    private static PluginStatus plugin(PluginStatus.State state, ProviderStatus... providers) {
        return new PluginStatus("p.jar", "p", "1", "", state, "", List.of(providers));
    }

    @Test
    void aConfiguredProviderThatNeverToldItsModelsCantBeCalled() {
        List<ProviderEntry> entries = Stream.of("silent", "wrong", "empty", "replaced", "nowhere")
                .map(id -> new ProviderEntry(id, "kind", Map.of())).toList();
        List<PluginStatus> plugins = List.of(plugin(PluginStatus.State.SERVING,
                new ProviderStatus("silent", "kind", 0, "no connection"),
                new ProviderStatus("wrong", "kind", 0, "no key"),
                new ProviderStatus("empty", "kind", 0, null), new ProviderStatus("unasked", "kind", 0, "no connection"),
                new ProviderStatus("replaced", "kind", 0, "no connection")),
                plugin(PluginStatus.State.DRAINING, new ProviderStatus("replaced", "kind", 3, null)));

        assertThat(SignalSources.outOfReach(entries, plugins)).containsExactlyInAnyOrder("silent", "wrong", "replaced",
                "nowhere");
    }

    private static Candidate model(String provider, BreakerState breaker) {
        return Candidate.of(provider, ModelCard.of("m" + breaker),
                new Candidate.Vitals(breaker, 0.25, 4, 120, 900, 0, -1));
    }

    @Test
    void itIsCountedHowOftenCallsBeganToBeKeptAwayFromAModel() {
        Instant since = Instant.parse("2026-11-20T12:00:00Z");
        List<BreakerHistory.Change> history = List.of(
                change(since.plusSeconds(30), "a/mCLOSED", BreakerState.HALF_OPEN, BreakerState.OPEN, false),
                change(since.plusSeconds(20), "a/mCLOSED", BreakerState.OPEN, BreakerState.HALF_OPEN, false),
                change(since.plusSeconds(10), "a/mCLOSED", BreakerState.CLOSED, BreakerState.OPEN, false),
                change(since.plusSeconds(5), "a/mOPEN", BreakerState.CLOSED, BreakerState.OPEN, true),
                change(since, "a/mCLOSED", BreakerState.CLOSED, BreakerState.OPEN, false));
        Candidate unused = Candidate.of("a", ModelCard.of("unused"), Candidate.Vitals.UNKNOWN);

        assertThat(SignalSources.closedOff(
                List.of(model("a", BreakerState.CLOSED), model("a", BreakerState.OPEN), unused), history, since))
                .containsExactly(new Reading(Metric.MODEL_CLOSED_OFF, "a/mCLOSED", 2),
                        new Reading(Metric.MODEL_CLOSED_OFF, "a/mOPEN", 0));
    }

    private static BreakerHistory.Change change(Instant at, String model, BreakerState from, BreakerState to,
            boolean forced) {
        return new BreakerHistory.Change(at, model, from, to, forced);
    }

    @Test
    void aProviderIsUpWhileCallsPassToOneOfItsModels() {
        List<Candidate> candidates = List.of(model("a", BreakerState.OPEN), model("a", BreakerState.CLOSED),
                model("b", BreakerState.OPEN), model("c", BreakerState.HALF_OPEN));

        assertThat(SignalSources.ofProviders(candidates, Set.of("a", "d"))).containsExactlyInAnyOrder(
                new Reading(Metric.PROVIDER_UP, "a", 1), new Reading(Metric.PROVIDER_UP, "b", 0),
                new Reading(Metric.PROVIDER_UP, "c", 0), new Reading(Metric.PROVIDER_UP, "d", 0));
        assertThat(SignalSources.ofModels(candidates.subList(0, 1))).containsExactly(
                new Reading(Metric.MODEL_ERROR_RATE, "a/mOPEN", 0.25),
                new Reading(Metric.MODEL_FIRST_BYTE, "a/mOPEN", 120),
                new Reading(Metric.MODEL_LATENCY, "a/mOPEN", 900));
    }
}
