package dev.formulary.engine.admission;

import static dev.formulary.engine.Samples.NOON;
import static dev.formulary.engine.Samples.call;
import static dev.formulary.engine.Samples.free;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.config.Settings.LimitEntry;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Candidate.Vitals;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.RateLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    private static final List<Settings.Key> KEYS = List.of(new Settings.Key("ann", new Secret("1"), "home", "family"),
            new Settings.Key("ben", new Secret("2"), "home", "family"),
            new Settings.Key("eve", new Secret("3"), "work", ""));
    private static final Candidate MODEL = free("groq", "llama");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MutableClock clock = new MutableClock(NOON);

    @TempDir
    private Path folder;

    static LimitEntry requests(String scope, int most, String per) {
        return new LimitEntry("calls", scope, most, 0, per, 0);
    }

    static LimitEntry tokens(String scope, int most, String per) {
        return new LimitEntry("words", scope, 0, most, per, 0);
    }

    private Path file() {
        return folder.resolve("limits.bin");
    }

    private Limits limits(LimitEntry... entries) throws IOException {
        return new Limits(Samples.settings(Map.of(), KEYS, List.of(entries)), file(), clock,
                () -> clock.millis() * 1_000_000);
    }

    private static Call by(String key, String tenant) {
        return new Call("01CALL", Dialect.OPENAI_CHAT, "http", tenant, key, "auto", false, Priority.NORMAL, null,
                false, NOON, 60_000);
    }

    private static boolean passes(Limits limits, Call call) {
        try {
            limits.admit(call, 10, 10);
            return true;
        } catch (LimitReachedException e) {
            return false;
        }
    }

    private static LimitReachedException refusal(Limits limits, int prompt, int most) {
        return catchThrowableOfType(LimitReachedException.class, () -> limits.admit(call("home"), prompt, most));
    }

    private static long left(Limits limits) {
        return limits.snapshot().getFirst().left();
    }

    /// Whether a second call is too much.
    private static boolean limited(Limits limits, Call call) {
        assertThat(passes(limits, call)).isTrue();
        return !passes(limits, call);
    }

    @ParameterizedTest
    @CsvSource({"total, true, true, true", "key:ann, true, false, false", "tenant:home, true, true, false",
            "pool:family, true, true, false", "key:*, true, true, true"})
    void aLimitCountsWhomItIsFor(String scope, boolean ann, boolean ben, boolean eve) throws IOException {
        assertThat(limited(limits(requests(scope, 1, "minute")), by("ann", "home"))).isEqualTo(ann);
        assertThat(limited(limits(requests(scope, 1, "hour")), by("ben", "home"))).isEqualTo(ben);
        assertThat(limited(limits(requests(scope, 1, "day")), by("eve", "work"))).isEqualTo(eve);
    }

    @Test
    void eachTenantAndEachKeyHasItsOwnWhereAStarStands() throws IOException {
        Limits limits = limits(requests("tenant:*", 1, "minute"));

        assertThat(passes(limits, by("ann", "home"))).isTrue();
        assertThat(passes(limits, by("ben", "home"))).isFalse();
        assertThat(passes(limits, by("eve", "work"))).isTrue();
        assertThat(limits.snapshot()).extracting(RateLimit::scope, RateLimit::left, RateLimit::refused)
                .containsExactly(tuple("tenant:home", 0L, 1L),
                        tuple("tenant:work", 0L, 0L));
    }

    @Test
    void aProvidersLimitIsForItsModelsAndAModelsForItself() throws Exception {
        Limits limits = limits(requests("provider:groq", 2, "minute"),
                new LimitEntry("one", "model:groq/llama", 1, 0, "minute", 0));

        limits.reserve(MODEL, 1, 1);
        assertThatThrownBy(() -> limits.reserve(MODEL, 1, 1)).isInstanceOf(LimitReachedException.class)
                .hasMessage("the limit 'one' of 1 requests per minute for model:groq/llama is reached");
        limits.reserve(free("groq", "qwen"), 1, 1);
        assertThatThrownBy(() -> limits.reserve(free("groq", "qwen"), 1, 1)).hasMessageContaining("provider:groq");
        limits.reserve(free("other", "llama"), 1, 1);
        assertThat(passes(limits, call("home"))).as("callers are not held to it").isTrue();
    }

    @Test
    void whoIsRefusedByOneLimitTakesNothingFromTheOthers() throws Exception {
        Limits limits = limits(requests("total", 100, "minute"),
                new LimitEntry("narrow", "tenant:home", 1, 0, "minute", 0));

        for (int i = 0; i < 50; i++) {
            passes(limits, call("home"));
        }

        assertThat(limits.snapshot()).extracting(RateLimit::left).containsExactly(99L, 0L);
        assertThat(limits.snapshot()).extracting(RateLimit::refused).containsExactly(0L, 49L);
    }

    @Test
    void tokensAreHeldAndSettled() throws Exception {
        Limits limits = limits(tokens("total", 10_000, "minute"));

        Grant bounded = limits.admit(call("home"), 1_000, 500);
        Grant unbounded = limits.admit(call("home"), 1_000, 0);
        assertThat(left(limits)).isEqualTo(10_000 - 1_500 - 2_024);

        bounded.settle(1_100);
        assertThat(left(limits)).isEqualTo(10_000 - 1_100 - 2_024);
        unbounded.settle(12_000);
        assertThat(left(limits)).isEqualTo(10_000 - 1_100 - 12_000);
        unbounded.settle(0);
        bounded.giveBack();
        assertThat(left(limits)).as("each settles once").isEqualTo(-3_100);
        assertThat(refusal(limits, 1, 1).retryAfter()).contains(Duration.ofMillis(60_600));
    }

    @Test
    void whatIsKeptStaysHeldAndWhatIsGivenBackDoesNotCount() throws Exception {
        Limits limits = limits(new LimitEntry("both", "total", 10, 1_000, "minute", 0));

        limits.admit(call("home"), 100, 100).keep();
        limits.admit(call("home"), 100, 100).giveBack();

        assertThat(limits.snapshot()).extracting(RateLimit::unit, RateLimit::left).containsExactly(
                tuple("requests", 9L), tuple("tokens", 800L));
    }

    @Test
    void aCallThatCouldNeverPassIsToldSo() throws Exception {
        Limits limits = limits(tokens("total", 1_000, "minute"));

        assertThat(refusal(limits, 600, 500)).hasMessage("the call may take 1100 tokens, and the limit 'words' of 1000"
                + " tokens per minute for total lets 1000 through at once; send less, or ask for a shorter answer")
                .extracting(LimitReachedException::retryAfter).isEqualTo(Optional.empty());
        assertThat(refusal(limits, 1_001, 0).retryAfter()).isEmpty();
        limits.admit(call("home"), 600, 0);
        assertThat(left(limits)).as("an answer of unknown length gets what there is").isZero();
    }

    @Test
    void aBurstBoundsWhatComesAtOnceAndIsRefilledEvenly() throws IOException {
        Limits limits = limits(new LimitEntry("calls", "total", 60, 0, "minute", 5));
        int passed = 0;
        for (int second = 0; second < 60; second++) {
            int now = 0;
            for (int i = 0; i < 20; i++) {
                now += passes(limits, call("home")) ? 1 : 0;
            }
            assertThat(now).isLessThanOrEqualTo(second == 0 ? 5 : 1);
            passed += now;
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(passed).as("and never more than the limit in its period").isEqualTo(60);
    }

    @Test
    void theSoonestTimeIsToldAtWhichAllLimitsLetTheCallThrough() throws Exception {
        Limits limits = limits(requests("total", 1, "second"), new LimitEntry("slow", "total", 1, 0, "hour", 0));
        assertThat(passes(limits, call("home"))).isTrue();

        LimitReachedException refused = refusal(limits, 1, 1);

        assertThat(refused.retryAfter().orElseThrow()).isBetween(Duration.ofHours(1), Duration.ofSeconds(3_636));
        clock.advance(refused.retryAfter().orElseThrow());
        assertThat(passes(limits, call("home"))).isTrue();
    }

    @Test
    void whoIsKilledKeepsWhatWasTaken() throws Exception {
        LimitEntry[] entries = {requests("total", 10, "hour"), tokens("tenant:home", 5_000, "minute"),
                new LimitEntry("brief", "total", 4, 0, "second", 0)};
        Limits before = limits(entries);
        for (int i = 0; i < 3; i++) {
            before.admit(call("home"), 400, 600);
        }
        before.admit(call("work"), 1, 1).settle(2);
        clock.advance(Duration.ofSeconds(30));

        // nothing was saved or closed
        Limits after = limits(entries);

        assertThat(after.snapshot()).extracting(RateLimit::left).containsExactly(6L, 2_000L, 4L);
        clock.advance(Duration.ofSeconds(31));
        assertThat(after.snapshot()).extracting(RateLimit::left).as("a minute after they were taken")
                .containsExactly(6L, 5_000L, 4L);
        after.save();
        clock.advance(Duration.ofMinutes(60));
        assertThat(limits(entries).snapshot()).extracting(RateLimit::left).containsExactly(10L, 5_000L, 4L);
    }

    @Test
    void aClockThatWasSetBackFreesNothing() throws Exception {
        Limits before = limits(requests("total", 10, "hour"));
        assertThat(passes(before, call("home"))).isTrue();
        clock.advance(Duration.ofDays(-1));

        assertThat(left(limits(requests("total", 10, "hour")))).isEqualTo(9);
        assertThat(left(limits(requests("total", 10, "hour")))).as("and counts nothing twice").isEqualTo(9);
        clock.advance(Duration.ofMinutes(61));
        assertThat(left(limits(requests("total", 10, "hour")))).isEqualTo(10);
    }

    @Test
    void aLimitThatIsChangedBeginsAnewAndOthersGoOn() throws Exception {
        Limits before = limits(requests("total", 10, "hour"), new LimitEntry("other", "total", 5, 0, "day", 0));
        assertThat(passes(before, call("home"))).isTrue();

        Limits after = limits(requests("total", 20, "hour"), new LimitEntry("other", "total", 5, 0, "day", 0));

        assertThat(after.snapshot()).extracting(RateLimit::left).containsExactly(20L, 4L);
    }

    @Test
    void aDamagedFileIsRefused() throws Exception {
        assertThat(passes(limits(requests("total", 10, "hour")), call("home"))).isTrue();
        Files.write(file(), new byte[]{1, 2, 3});

        assertThatThrownBy(() -> limits(requests("total", 10, "hour"))).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("limits.bin is damaged; remove it to begin with nothing");
    }

    @Test
    void rulesSeeWhatALimitLeaves() throws Exception {
        Limits limits = limits(requests("provider:groq", 2, "minute"),
                new LimitEntry("words", "model:groq/qwen", 0, 100, "minute", 0));
        var vendor = new Vitals(BreakerState.CLOSED, -1, 0, -1, -1, 0, 1);
        var seen = limits.watching((_, _) -> Vitals.UNKNOWN);

        assertThat(seen.apply("groq/llama", BreakerState.CLOSED).limitLeft()).isEqualTo(2);
        assertThat(seen.apply("other/llama", BreakerState.CLOSED)).isSameAs(Vitals.UNKNOWN);
        assertThat(limits.watching((_, _) -> vendor).apply("groq/llama", BreakerState.CLOSED).limitLeft()).isEqualTo(1);
        limits.reserve(free("groq", "qwen"), 50, 50);
        assertThat(seen.apply("groq/qwen", BreakerState.CLOSED).limitLeft()).isZero();
        assertThat(seen.apply("groq/qwen", BreakerState.CLOSED).limitSeconds()).isBetween(60, 61);
        assertThat(seen.apply("groq/llama", BreakerState.CLOSED).limitSeconds()).isEqualTo(-1);
        assertThat(seen.apply("groq/llama", BreakerState.CLOSED).limitLeft()).isEqualTo(1);
    }

    /// Calls of many kinds by 64 threads; at any moment exactly as many pass as the limits let through.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void sixtyFourThreadsGetExactlyWhatThereIs(long seed) throws Exception {
        var random = new Random(seed);
        int narrow = 1 + random.nextInt(40);
        int wide = narrow + random.nextInt(80);
        Limits limits = limits(requests("total", wide, "minute"),
                new LimitEntry("home", "tenant:home", narrow, 0, "minute", 0),
                tokens("total", 1_000_000, "hour"));
        Deque<AtomicLong> rounds = new ArrayDeque<>();
        for (int round = 0; round < 10; round++) {
            var home = new AtomicLong();
            var work = new AtomicLong();
            together(64, random.nextLong(), own -> {
                for (int i = 0; i < 20; i++) {
                    boolean atHome = own.nextBoolean();
                    try {
                        limits.admit(call(atHome ? "home" : "work"), 10, 1 + own.nextInt(100)).settle(own.nextInt(200));
                        (atHome ? home : work).incrementAndGet();
                    } catch (LimitReachedException e) {
                        // does not count
                    }
                }
            });
            assertThat(home.get() + work.get()).as("a minute after all others, all of it").isEqualTo(wide);
            assertThat(home.get()).isLessThanOrEqualTo(narrow);
            rounds.add(home);
            clock.advance(MINUTE.plusSeconds(1));
        }
        assertThat(rounds).hasSize(10);
    }

    private interface Doing {
        void with(Random random);
    }

    private static void together(int threads, long seed, Doing doing) throws Exception {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Callable<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                var own = new Random(seed + i);
                all.add(() -> {
                    doing.with(own);
                    return null;
                });
            }
            for (Future<Void> each : pool.invokeAll(all)) {
                each.get();
            }
        }
    }
}
