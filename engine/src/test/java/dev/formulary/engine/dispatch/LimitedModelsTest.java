package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings.LimitEntry;
import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate.Vitals;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.transport.HeadListener;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitedModelsTest {
    private final MutableClock clock = new MutableClock(Samples.NOON);

    @TempDir
    private Path folder;

    private Limits limits(LimitEntry... entries) throws IOException {
        return new Limits(Samples.settings(Map.of(), List.of(), List.of(entries)), folder.resolve("limits.bin"), clock,
                () -> clock.millis() * 1_000_000);
    }

    private Dispatching with(Limits limits) {
        return new Dispatching(folder, 1_000_000_000, Samples.BREAKER, limits);
    }

    private static LimitEntry requests(String scope, int most) {
        return new LimitEntry("calls", scope, most, 0, "minute", 0);
    }

    private static List<Long> left(Limits limits) {
        return limits.snapshot().stream().map(RateLimit::left).toList();
    }

    @Test
    void aModelAtItsLimitIsPassedOverAtOnce() throws Exception {
        Dispatching all = with(limits(requests("provider:a", 1)));
        ScriptedProvider first = all.provider("a").answers("first");
        all.provider("b").answers("second");

        assertThat(all.dispatcher.collect(order(plan("a", "b")), new Words()).tried()).hasSize(1);
        Opened next = all.dispatcher.collect(order(plan("a", "b")), new Words());

        assertThat(next.tried()).extracting(Tried::candidate, Tried::failure, Tried::message).containsExactly(
                tuple("a/m", FailureCategory.THROTTLED,
                        "the limit 'calls' of 1 requests per minute for provider:a is reached"),
                tuple("b/m", null, ""));
        assertThat(first.requests).hasSize(1);
        all.assertNothingHeld();
    }

    @Test
    void whereNobodyElseIsLeftAVendorsShortRestIsWaitedFor() throws Exception {
        Dispatching all = with(limits());
        all.resting = () -> clock.advance(Objects.requireNonNull(all.rests.peek()));
        all.provider("a").then((_, _) -> {
            throw new ProviderException(FailureCategory.THROTTLED, "not so fast", 0, Duration.ofMillis(1_500), null);
        }).answers("rested");
        all.provider("b").answers("meanwhile").fails(FailureCategory.AUTH);
        assertThat(all.dispatcher.collect(order(plan("a", "b")), new Words()).candidate().id()).isEqualTo("b/m");

        Opened next = all.dispatcher.collect(order(plan("a", "b")), new Words());
        assertThat(next.candidate().id()).isEqualTo("a/m");
        assertThat(next.tried()).extracting(Tried::candidate).containsExactly("a/m", "b/m", "a/m");
        assertThat(all.rests).hasSize(1).first().satisfies(
                rest -> assertThat(rest).isBetween(Duration.ofMillis(1_500), Duration.ofMillis(1_600)));
        all.assertNothingHeld();
    }

    @Test
    void whereNoModelIsLeftTheCallerLearnsWhenOneIs() throws Exception {
        Dispatching all = with(limits(requests("model:a/m", 1)));
        all.provider("a").answers("first");
        all.dispatcher.collect(order(plan("a")), new Words());

        DispatchException refused = Objects.requireNonNull(catchThrowableOfType(DispatchException.class,
                () -> all.dispatcher.collect(order(plan("a")), new Words())));

        assertThat(refused.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(refused.retryAfter().orElseThrow()).isBetween(Duration.ofSeconds(60), Duration.ofMillis(60_600));
        assertThat(all.breakers.all()).as("the model is not to blame").doesNotContainValue(
                BreakerState.OPEN);
        clock.advance(refused.retryAfter().orElseThrow());
        assertThat(all.dispatcher.collect(order(plan("a")), new Words()).tried()).hasSize(1);
        all.assertNothingHeld();
    }

    @Test
    void tokensAreSettledByWhatTheAnswerTook() throws Exception {
        Limits limits = limits(new LimitEntry("words", "provider:a", 0, 2_000, "minute", 0));
        Dispatching all = with(limits);
        all.provider("a").answers("hello");

        all.dispatcher.collect(order(plan("a")), new Words());

        assertThat(left(limits)).as("of 10 tokens read and 20 written").containsExactly(1_970L);
    }

    @Test
    void whatNeverReachedTheVendorDoesNotCount() throws Exception {
        Limits limits = limits(requests("provider:a", 5), new LimitEntry("words", "provider:a", 0, 2_000, "minute", 0));
        Dispatching all = with(limits);
        all.provider("a").fails(FailureCategory.CONNECT).fails(FailureCategory.SERVER);
        all.provider("b").answers("fine");

        all.dispatcher.collect(order(plan("a", "b")), new Words());
        assertThat(left(limits)).containsExactly(5L, 2_000L);
        all.dispatcher.collect(order(plan("a", "b")), new Words());
        assertThat(left(limits)).as("a call that failed there was a call").containsExactly(4L, 2_000L);
        all.assertNothingHeld();
    }

    @Test
    void aVendorThatWantsNoCallsIsNotAskedUntilItsTimeIsOver() throws Exception {
        Dispatching all = with(limits());
        ScriptedProvider first = all.provider("a").then((_, _) -> {
            throw new ProviderException(FailureCategory.THROTTLED, "slow down", 429, Duration.ofSeconds(20), null);
        }).answers("back");
        all.provider("b").answers("second");

        all.dispatcher.collect(order(plan("a", "b")), new Words());
        clock.advance(Duration.ofSeconds(5));
        DispatchException refused = Objects.requireNonNull(catchThrowableOfType(DispatchException.class,
                () -> all.dispatcher.collect(order(plan("a")), new Words())));

        assertThat(refused).hasMessage("the vendor wants no calls of it for now");
        assertThat(refused.retryAfter()).contains(Duration.ofSeconds(15));
        assertThat(first.requests).hasSize(1);
        clock.advance(Duration.ofSeconds(15));
        assertThat(all.dispatcher.collect(order(plan("a")), new Words()).tried()).hasSize(1);
        all.assertNothingHeld();
    }

    @Test
    void whatAVendorSaysOfItsLimitsIsRemembered() throws Exception {
        Limits limits = limits();
        Dispatching all = with(limits);
        Map<String, String> headers = Map.of("x-ratelimit-remaining-requests", "7", "x-ratelimit-reset-requests", "9s");
        all.provider("a").then((_, attempt) -> {
            ((HeadListener) attempt).head(new Head(headers));
            throw new ProviderException(FailureCategory.SERVER, "it failed all the same");
        });
        all.provider("b").answers("second");

        all.dispatcher.collect(order(plan("a", "b")), new Words());

        assertThat(limits.learned()).containsExactly(
                new LearnedLimit("a/m", "requests", -1, 7, clock.instant(), clock.instant().plusSeconds(9)));
        assertThat(limits.watching((_, _) -> Vitals.UNKNOWN).apply("a/m", BreakerState.CLOSED).limitLeft())
                .isEqualTo(7);
    }

    private record Head(Map<String, String> headers) implements HttpTransport.Response {
        @Override
        public int status() {
            return 500;
        }

        @Override
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        @Override
        public byte @Nullable [] read() {
            return null;
        }

        @Override
        public byte[] readAll(int limit) {
            return new byte[0];
        }

        @Override
        public void close() {}
    }

    @Test
    void whatABudgetRefusesDoesNotCount() throws Exception {
        Limits limits = limits(requests("provider:a", 5));
        var all = new Dispatching(folder, 1, Samples.BREAKER, limits);
        all.provider("a").answers("too dear");

        assertThat(catchThrowableOfType(DispatchException.class,
                () -> all.dispatcher.collect(order(plan("a")), new Words())).category())
                .isEqualTo(FailureCategory.QUOTA);
        assertThat(left(limits)).containsExactly(5L);
        all.assertNothingHeld();
    }

    @Test
    void sixtyFourCallersAtOnceNeverPassAProvidersLimit() throws Exception {
        Dispatching all = with(limits(requests("provider:a", 37)));
        all.parallel.put("a", 1_000);
        all.parallel.put("b", 1_000);
        ScriptedProvider first = all.provider("a").answers("first");
        ScriptedProvider second = all.provider("b").answers("second");
        var answered = new AtomicInteger();
        Callable<Void> caller = () -> {
            for (int i = 0; i < 5; i++) {
                all.dispatcher.collect(order(plan("a", "b")), new Words());
                answered.incrementAndGet();
            }
            return null;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(64)) {
            for (Future<Void> each : threads.invokeAll(IntStream.range(0, 64).mapToObj(_ -> caller).toList())) {
                each.get();
            }
        }

        assertThat(answered).hasValue(320);
        assertThat(first.requests).hasSize(37);
        assertThat(second.requests).hasSize(320 - 37);
        all.assertNothingHeld();
    }
}
