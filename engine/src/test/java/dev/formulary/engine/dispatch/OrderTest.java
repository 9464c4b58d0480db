package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.capped;
import static dev.formulary.engine.dispatch.Dispatching.model;
import static dev.formulary.engine.dispatch.Dispatching.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Plan.Limit;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Sampling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderTest {
    private static final Sampling ASKED = new Sampling(1.5, 0.9, 500, 7L, 4_096, List.of("END"));

    @TempDir
    private Path folder;

    /// What the provider gets.
    private ChatRequest asked(Sampling sampling, Map<Parameter, Limit> parameters) throws Exception {
        var all = new Dispatching(folder, 1_000_000);
        ScriptedProvider provider = all.provider("a").answers("fine");
        Order like = order(new Plan(List.of(model("a")), parameters, 0));
        all.dispatcher.collect(new Order(like.call(), Context.unspecified(), Dispatching.request(sampling), like.plan(),
                Presence.CONSTANT, System.nanoTime(), _ -> {}), new Words());
        return provider.requests.element();
    }

    @Test
    void theProviderGetsItsOwnNameOfTheModelAndWhatTheCallerAsked() throws Exception {
        ChatRequest request = asked(ASKED, Map.of());
        assertThat(request.model()).isEqualTo("m");
        assertThat(request.sampling()).isEqualTo(ASKED);
    }

    @Test
    void capsHoldWhoeverSetTheValue() throws Exception {
        var caps = Map.of(Parameter.TEMPERATURE, new Limit(Double.NaN, 0.3), Parameter.TOP_P, new Limit(Double.NaN, 1),
                Parameter.MAX_TOKENS, new Limit(800, 200), Parameter.CONTEXT_TOKENS, new Limit(Double.NaN, 2_048));
        assertThat(asked(ASKED, caps).sampling()).isEqualTo(new Sampling(0.3, 0.9, 200, 7L, 2_048, List.of("END")));
        assertThat(asked(Sampling.DEFAULT, caps).sampling())
                .isEqualTo(new Sampling(0.3, 1.0, 200, null, 2_048, List.of()));
    }

    @Test
    void presetsFillOnlyWhatTheCallerLeftOut() throws Exception {
        var presets = Map.of(Parameter.TEMPERATURE, new Limit(0.2, Double.NaN), Parameter.MAX_TOKENS,
                new Limit(0, Double.NaN), Parameter.TOP_P, new Limit(Double.NaN, Double.NaN));
        assertThat(asked(ASKED, presets).sampling()).isEqualTo(ASKED);
        assertThat(asked(Sampling.DEFAULT, presets).sampling())
                .isEqualTo(new Sampling(0.2, null, 1, null, null, List.of()));
    }

    @ParameterizedTest
    @CsvSource({", 60, NaN, PT1M", "PT5M, 60, NaN, PT5M", "PT5M, NaN, 60, PT1M", "PT10S, NaN, 60, PT10S",
            "PT-1S, NaN, 60, PT1M", "PT-1S, 60, NaN, PT-1S", ", NaN, 60, PT1M", "PT0S, NaN, 60, PT0S"})
    void policyMaySayHowLongAModelStaysInMemory(@Nullable Duration asked, double preset, double cap,
            @Nullable Duration expected) throws Exception {
        var all = new Dispatching(folder, 1_000_000);
        ScriptedProvider provider = all.provider("a").answers("fine");
        Order like = order(new Plan(List.of(model("a")),
                Map.of(Parameter.KEEP_ALIVE_SECONDS, new Limit(preset, cap)), 0));
        ChatRequest request = Dispatching.request(Sampling.DEFAULT);
        all.dispatcher.collect(new Order(like.call(), Context.unspecified(),
                request.with("m", Sampling.DEFAULT, ChatRequest.Options.NONE.keeping(asked)), like.plan(),
                Presence.CONSTANT, System.nanoTime(), _ -> {}), new Words());

        assertThat(provider.requests.element().options().keepAlive()).isEqualTo(expected);
    }

    @Test
    void policyMayShortenTheDeadlineAndNotLengthenIt() {
        assertThat(order(new Plan(List.of(), capped(Parameter.DEADLINE_MS, 5_000), 0)).deadlineMs()).isEqualTo(5_000);
        assertThat(order(new Plan(List.of(), capped(Parameter.DEADLINE_MS, 90_000), 0)).deadlineMs())
                .isEqualTo(60_000);
        assertThat(order(new Plan(List.of(), Map.of(), 0)).deadlineMs()).isEqualTo(60_000);
        assertThat(order(new Plan(List.of(), Map.of(), 0)).late()).isFalse();
    }

    @Test
    void policyMaySayHowLongToWaitForTheFirstByte() throws Exception {
        assertThat(order(new Plan(List.of(), capped(Parameter.FIRST_BYTE_MS, 700), 0)).firstByteMs(
                Dispatching.model("a"), 60_000, true))
                .isEqualTo(700);
        assertThat(order(new Plan(List.of(), Map.of(), 0)).firstByteMs(Dispatching.model("a"), 60_000, false))
                .isEqualTo(60_000);

        var all = new Dispatching(folder, 1_000_000);
        ScriptedProvider provider = all.provider("a").answers("fine");
        all.dispatcher.collect(order(new Plan(List.of(model("a")), capped(Parameter.FIRST_BYTE_MS, 700), 0)),
                new Words());
        assertThat(provider.attempts.element().firstByte()).isLessThanOrEqualTo(Duration.ofMillis(700));
    }

    @Test
    void aModelMayNotTakeTheTimeOfThoseBehindIt() {
        Order order = Dispatching.order(Dispatching.plan("a", "b"), Presence.CONSTANT, 10_000);
        Candidate unknown = Dispatching.model("a");
        Candidate slow = Candidate.of("a", unknown.card(),
                new Candidate.Vitals(BreakerState.CLOSED, 0, 9, 20_000, -1, 0,
                        -1));

        assertThat(order.firstByteMs(unknown, 60_000, true)).isPositive().isLessThanOrEqualTo(5_000);
        assertThat(order.firstByteMs(unknown, 60_000, false)).isEqualTo(60_000);
        assertThat(order.firstByteMs(slow, 60_000, true)).isEqualTo(40_000);
        assertThat(order.firstByteMs(slow, 30_000, true)).isEqualTo(30_000);
    }
}
