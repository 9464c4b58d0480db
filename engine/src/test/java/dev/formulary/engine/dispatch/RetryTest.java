package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.order;
import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.engine.dispatch.Dispatching.Words;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Outcome.Tried;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/// What becomes of a call when an attempt fails: by the class of the failure, and by what rules say.
class RetryTest {
    @TempDir
    Path folder;
    private Dispatching desk;

    @BeforeEach
    void begin() {
        desk = new Dispatching(folder, 1_000_000_000);
    }

    @AfterEach
    void everythingIsGivenBack() {
        desk.assertNothingHeld();
    }

    private Opened collect(Plan plan) throws Exception {
        return desk.dispatcher.collect(order(plan), new Words());
    }

    private DispatchException failing(Order order) {
        return Objects.requireNonNull(
                catchThrowableOfType(DispatchException.class, () -> desk.dispatcher.collect(order, new Words())));
    }

    private static Plan reacting(FailureClass failure, Reaction reaction, String... providers) {
        Plan plan = plan(providers);
        return new Plan(plan.attempts(), plan.parameters(), 0, -1, null, Map.of(failure, reaction));
    }

    private static List<FailureClass> kinds(List<Tried> tried) {
        List<FailureClass> kinds = new ArrayList<>();
        tried.forEach(each -> {
            FailureClass kind = each.kind();
            if (kind != null) {
                kinds.add(kind);
            }
        });
        return kinds;
    }

    private ScriptedProvider throwing(String id, FailureCategory category, @Nullable Duration wait,
            @Nullable Throwable cause) {
        return desk.provider(id).then((_, _) -> {
            throw new ProviderException(category, "scripted", 0, wait, cause);
        });
    }

    // ---- classes

    @Test
    void whatKeptAConnectionFromBeingMadeIsToldApart() {
        throwing("a", FailureCategory.CONNECT, null, new IllegalStateException(new UnknownHostException("no.such")));
        throwing("b", FailureCategory.CONNECT, null, new UnresolvedAddressException());
        throwing("c", FailureCategory.CONNECT, null, new SSLHandshakeException("bad certificate"));
        throwing("d", FailureCategory.CONNECT, null, new java.net.ConnectException("refused"));
        assertThat(kinds(failing(order(reacting(FailureClass.CONNECT, Reaction.STOP, "a", "b", "c", "d"))).tried()))
                .containsExactly(FailureClass.DNS, FailureClass.DNS, FailureClass.TLS, FailureClass.CONNECT);
        assertThat(desk.heard).contains("ended a/m DNS", "ended c/m TLS", "ended d/m CONNECT");
    }

    @Test
    void silenceBeforeAnAnswerIsToldApartFromSilenceWithinOne() throws Exception {
        desk.provider("a").fails(FailureCategory.TIMEOUT);
        desk.provider("b").streams(text(""), failure(FailureCategory.TIMEOUT));
        desk.provider("c").answers("fine");
        Opened opened = collect(plan("a", "b", "c"));
        assertThat(kinds(opened.tried())).containsExactly(FailureClass.FIRST_BYTE_TIMEOUT, FailureClass.IDLE_TIMEOUT);
    }

    @Test
    void whatTheGatewayDoesNotAskIsToldApartFromWhatFailed() throws Exception {
        desk.provider("b").answers("fine");
        Opened opened = collect(plan("gone", "b"));
        assertThat(opened.tried().getFirst()).isEqualTo(new Tried("gone/m", FailureCategory.UNKNOWN_MODEL,
                "its provider is not loaded any more", 0, FailureClass.HELD_BACK));
    }

    // ---- what usually happens

    @ParameterizedTest
    @EnumSource(value = FailureCategory.class, mode = Mode.INCLUDE, names = {"CONNECT", "CUT", "MALFORMED", "SERVER"})
    void whereNoOtherModelIsLeftTheSameOneIsAskedOnceMore(FailureCategory category) throws Exception {
        ScriptedProvider flaky = desk.provider("a").fails(category).answers("fine");
        Opened opened = collect(plan("a"));
        assertThat(opened.tried()).extracting(Tried::candidate).containsExactly("a/m", "a/m");
        assertThat(flaky.requests).hasSize(2);
        // any time up to a tenth of a second; chance is one half here
        assertThat(desk.rests).containsExactly(Duration.ofMillis(50));
        assertThat(opened.vendorNanos()).as("a rest is not the gateway's own time")
                .isGreaterThan(Duration.ofMillis(50).toNanos());
    }

    @ParameterizedTest
    @EnumSource(value = FailureCategory.class, mode = Mode.EXCLUDE, names = {"CONNECT", "CUT", "MALFORMED", "SERVER",
            "THROTTLED"})
    void whatWouldBeSaidAgainOrTookLongIsNotAskedAgain(FailureCategory category) {
        ScriptedProvider provider = desk.provider("a").fails(category);
        assertThat(failing(order(plan("a"))).category()).isEqualTo(category);
        assertThat(provider.requests).hasSize(1);
        assertThat(desk.rests).isEmpty();
    }

    @Test
    void onceMoreMeansOnce() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.SERVER);
        assertThat(failing(order(plan("a"))).tried()).hasSize(2);
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void anotherModelIsAskedFirstAndTheOneThatMayHaveRecoveredLast() throws Exception {
        ScriptedProvider first = desk.provider("a").fails(FailureCategory.SERVER).answers("again");
        desk.provider("b").fails(FailureCategory.AUTH);
        Opened opened = collect(plan("a", "b"));
        assertThat(opened.tried()).extracting(Tried::candidate).containsExactly("a/m", "b/m", "a/m");
        assertThat(first.requests).hasSize(2);
    }

    @Test
    void aRateLimitSwitchesAtOnceAndIsRemembered() throws Exception {
        throwing("a", FailureCategory.THROTTLED, Duration.ofMillis(10), null);
        throwing("b", FailureCategory.QUOTA, Duration.ofHours(3), null);
        desk.provider("c").answers("fine");
        assertThat(collect(plan("a", "b", "c")).candidate().provider()).isEqualTo("c");
        assertThat(desk.rests).isEmpty();
        assertThat(desk.heard).contains("throttled a/m PT0.01S", "throttled b/m PT3H");
    }

    @ParameterizedTest
    @EnumSource(value = FailureCategory.class, mode = Mode.INCLUDE, names = {"REFUSED", "INVALID_REQUEST"})
    void aPromptThatIsRefusedOrWrongIsShownToNobodyElse(FailureCategory category) {
        desk.provider("a").fails(category);
        ScriptedProvider other = desk.provider("b").answers("anything");
        assertThat(failing(order(plan("a", "b"))).category()).isEqualTo(category);
        assertThat(other.requests).isEmpty();
    }

    @Test
    void whatDoesNotFitIsNotShownToAModelWithNoMoreRoom() throws Exception {
        desk.provider("small").fails(FailureCategory.CONTEXT_OVERFLOW);
        ScriptedProvider same = desk.provider("same").answers("no");
        desk.provider("unknown").fails(FailureCategory.AUTH);
        desk.provider("large").answers("fine");
        Opened opened = collect(new Plan(List.of(model("small", 4_000), model("same", 4_000), model("unknown", 0),
                model("large", 8_000)), Map.of(), 0));
        assertThat(opened.candidate().provider()).isEqualTo("large");
        assertThat(same.requests).isEmpty();
        assertThat(opened.tried()).extracting(Tried::candidate, Tried::kind).startsWith(
                org.assertj.core.groups.Tuple.tuple("small/m", FailureClass.CONTEXT_OVERFLOW),
                org.assertj.core.groups.Tuple.tuple("same/m", FailureClass.HELD_BACK),
                org.assertj.core.groups.Tuple.tuple("unknown/m", FailureClass.AUTH));
    }

    private static Candidate model(String provider, int room) {
        return Candidate.of(provider, new ModelCard("m", Set.of(Capability.CHAT), room, 0, 0, false, Set.of(), 5, 5,
                Map.of()), Candidate.Vitals.UNKNOWN);
    }

    // ---- what rules say

    @Test
    void byARuleTheSameModelIsAskedTwiceMoreBeforeTheNext() throws Exception {
        ScriptedProvider first = desk.provider("a").fails(FailureCategory.SERVER);
        desk.provider("b").answers("fine");
        desk.provider("warm").answers("fine");
        for (int i = 0; i < 10; i++) {
            collect(plan("warm"));
        }
        Opened opened = collect(reacting(FailureClass.SERVER, Reaction.RETRY, "a", "b"));
        assertThat(opened.candidate().provider()).isEqualTo("b");
        assertThat(first.requests).hasSize(3);
        assertThat(desk.rests).containsExactly(Duration.ofMillis(50), Duration.ofMillis(100));
    }

    @Test
    void byARuleNobodyElseIsAskedOrNobodyAgain() {
        desk.provider("a").fails(FailureCategory.SERVER);
        ScriptedProvider other = desk.provider("b").answers("fine");
        assertThat(failing(order(reacting(FailureClass.SERVER, Reaction.STOP, "a", "b"))).tried()).hasSize(1);
        assertThat(other.requests).isEmpty();
        assertThat(failing(order(reacting(FailureClass.SERVER, Reaction.NEXT, "a"))).tried()).hasSize(1);
        assertThat(desk.rests).isEmpty();
    }

    @Test
    void aShortWaitThatTheVendorAsksForIsKeptAndALongOneMeansTheNext() throws Exception {
        throwing("a", FailureCategory.THROTTLED, Duration.ofSeconds(1), null).answers("fine");
        assertThat(collect(reacting(FailureClass.THROTTLED, Reaction.RETRY, "a", "b")).candidate().provider())
                .isEqualTo("a");
        assertThat(desk.rests).containsExactly(Duration.ofMillis(1_050));

        throwing("c", FailureCategory.THROTTLED, Duration.ofSeconds(30), null).answers("never");
        desk.provider("b").answers("fine");
        assertThat(collect(reacting(FailureClass.THROTTLED, Reaction.RETRY, "c", "b")).candidate().provider())
                .isEqualTo("b");
        assertThat(desk.rests).hasSize(1);
    }

    // ---- what holds whatever rules say

    @Test
    void nothingIsHeldWhileItRests() throws Exception {
        desk.parallel.put("a", 1);
        desk.provider("a").fails(FailureCategory.SERVER).answers("fine");
        var held = new AtomicInteger(-1);
        desk.resting = () -> {
            held.set(desk.lent.get());
            desk.assertNothingHeld();
        };
        collect(plan("a"));
        assertThat(held).hasValue(0);
    }

    @Test
    void aCallerWhoLeavesMeanwhileIsAskedForNothingMore() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.SERVER).answers("for nobody");
        var guest = new Guest();
        desk.resting = guest::leave;
        DispatchException failure = failing(order(plan("a"), guest, 60_000));
        assertThat(failure.category()).isEqualTo(FailureCategory.CANCELLED);
        assertThat(kinds(failure.tried())).containsExactly(FailureClass.SERVER, FailureClass.CANCELLED);
        assertThat(provider.requests).hasSize(1);
    }

    @Test
    void leavingEndsARealRestAtOnce() throws Exception {
        var guest = new Guest();
        var begun = new CountDownLatch(1);
        Presence presence = new Presence() {
            @Override
            public boolean gone() {
                return guest.gone();
            }

            @Override
            public void onGone(Runnable action) {
                guest.onGone(action);
                begun.countDown();
            }
        };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> rests = threads.submit(() -> Rest.real(Duration.ofDays(1), presence));
            begun.await();
            guest.leave();
            assertThat(rests.get()).isFalse();
        }
        assertThat(Rest.real(Duration.ZERO, Presence.CONSTANT)).isTrue();
    }

    @Test
    void nobodyRestsLongerThanTheCallerWaits() {
        ScriptedProvider provider = throwing("a", FailureCategory.SERVER, Duration.ofMillis(1_900), null);
        assertThat(failing(order(plan("a"), Presence.CONSTANT, 1_500)).category()).isEqualTo(FailureCategory.SERVER);
        assertThat(provider.requests).hasSize(1);
        assertThat(desk.rests).isEmpty();
    }

    @Test
    void theDeadlineAndTheTimeForTheFirstByteGoWithEveryAttempt() throws Exception {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.SERVER).answers("fine");
        Plan plan = new Plan(plan("a").attempts(),
                Map.of(Parameter.FIRST_BYTE_MS, new Plan.Limit(700, Double.NaN)), 0);
        desk.dispatcher.collect(order(plan, Presence.CONSTANT, 5_000), new Words());
        assertThat(provider.attempts).hasSize(2).allSatisfy(attempt -> {
            assertThat(attempt.remaining()).isLessThanOrEqualTo(Duration.ofSeconds(5));
            assertThat(attempt.firstByte()).isLessThanOrEqualTo(Duration.ofMillis(700));
        });
    }

    @Test
    void oneCallInFiveAtMostIsAskedAgain() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.UNKNOWN_MODEL);
        // its breaker must not be what keeps it from being asked
        desk.breakers.override("a/m", Breakers.Manual.CLOSED);
        provider.then((_, _) -> {
            throw new ProviderException(FailureCategory.SERVER, "down");
        });
        int calls = 500;
        for (int i = 0; i < calls; i++) {
            failing(order(plan("a")));
        }
        int again = provider.requests.size() - calls;
        assertThat(again).isBetween(calls / 5 - 1, calls / 5 + 1);
        assertThat(desk.heard.stream().filter("again a/m"::equals)).hasSize(again);
        assertThat(desk.heard.stream().filter("not again a/m"::equals)).hasSize(calls - 1 - again);
    }

    /// Over any stretch of calls there are at most a fifth as many extra ones, and what was saved before it.
    @Test
    void theBudgetHoldsOverEveryStretchAndOnAllThreads() throws Exception {
        var retries = new Retries(Math::random);
        var begun = new AtomicInteger();
        var log = new ConcurrentLinkedQueue<int[]>();
        int threads = 64;
        int each = 2_000;
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new ArrayList<Future<?>>();
            for (int thread = 0; thread < threads; thread++) {
                done.add(callers.submit(() -> {
                    int taken = 0;
                    for (int i = 0; i < each; i++) {
                        retries.called();
                        begun.incrementAndGet();
                        for (int nth = 1; nth <= 3; nth++) {
                            boolean worth = retries.pause(nth, Duration.ofMinutes(1), null) != null;
                            taken += worth && retries.take() ? 1 : 0;
                        }
                    }
                    log.add(new int[]{taken});
                    return null;
                }));
            }
            for (Future<?> one : done) {
                one.get();
            }
        }
        int taken = log.stream().mapToInt(one -> one[0]).sum();
        assertThat(taken).isLessThanOrEqualTo(begun.get() / 5 + 1).isGreaterThan(begun.get() / 5 - threads);
    }

    @Test
    void overAnyStretchOfCallsThereIsAtMostAFifthMore() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new java.util.Random(seed);
            var budget = new ExtraBudget(5);
            int[] taken = new int[2_001];
            double greed = random.nextDouble();
            for (int call = 1; call <= 2_000; call++) {
                budget.called();
                taken[call] = taken[call - 1];
                boolean storm = call / 200 % 2 == 0;
                while (random.nextDouble() < (storm ? 1 : greed) && budget.take()) {
                    taken[call]++;
                }
            }
            for (int from = 0; from < 2_000; from += 37) {
                for (int to = from + 1; to <= 2_000; to += 41) {
                    assertThat(taken[to] - taken[from]).isLessThanOrEqualTo((to - from) / 5
                            + ExtraBudget.MOST_IN_A_ROW + 1);
                }
            }
        }
    }
}
