package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.admission.Budgets;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Probe;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.vitals.ModelVitals;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whether models answer, found out before a call is at risk.
class ProberTest {
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Probe CHATS = new Probe(Probe.How.CHAT, EVERY, Probe.Which.EACH);
    private static final Probe LISTS = new Probe(Probe.How.MODELS, EVERY, Probe.Which.EACH);
    /// What an answer of a [ScriptedProvider] costs, and the most that is held back for one, in micro-dollars: a vendor may
    /// count a quarter more tokens of the prompt.
    private static final int COST = 30;
    private static final int HELD = Math.ceilDiv(ChatProbe.PROMPT_TOKENS * 5, 4) + ChatProbe.ANSWER_TOKENS;

    @TempDir
    private Path folder;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private Dispatching desk;
    private Budgets cap;

    @BeforeEach
    void begin() {
        desk = new Dispatching(folder, 1_000_000);
        capped(1_000);
    }

    @AfterEach
    void nothingIsLeft() {
        await().untilAsserted(desk::assertNothingHeld);
        assertThat(cap.snapshot().getFirst().reserved()).as("held back for probes").isZero();
        executor.shutdownNow();
    }

    private void capped(long micros) {
        cap = new Budgets(List.of(Samples.budget("probe", "total", micros, "day")), folder.resolve("probes.tsv"),
                desk.clock);
    }

    private ChatProbe chats() {
        return new ChatProbe(desk::borrow, desk.breakers, desk.lanes, desk.budgets, Limits.none(desk.clock), cap,
                new VitalSigns(new ModelVitals(), Clock.systemUTC()), desk.clock);
    }

    private Prober prober(Probe how, Candidate... candidates) {
        var chats = chats();
        var prober = new Prober(desk::borrow, desk.breakers, executor, _ -> how,
                () -> Stream.of(candidates).map(this::now).toList(), chats,
                new Hearing());
        prober.tick();
        return prober;
    }

    /// As a snapshot shows it.
    private Candidate now(Candidate model) {
        Candidate.Vitals vitals = model.vitals();
        return new Candidate(model.id(), model.provider(), model.card(),
                new Candidate.Vitals(desk.breakers.state(model.id()), vitals.errorRate(), vitals.calls(),
                        vitals.firstByteMs(), vitals.latencyMs(), vitals.inFlight(), vitals.limitLeft()));
    }

    private final class Hearing implements ProbeListener {
        @Override
        public void probed(String asked, Probe.How how, @Nullable FailureClass failure, long costMicros) {
            heard.add(how + " " + asked + " " + (failure == null ? "fine" : failure) + " " + costMicros);
        }

        @Override
        public void spared(String model, String why) {
            heard.add("spared " + model + ": " + why);
        }
    }

    /// Lets a round pass, and waits until as much has been heard.
    private void round(Prober prober, Duration time, int expected) {
        int before = heard.size();
        desk.clock.advance(time);
        prober.tick();
        await().until(() -> heard.size() >= before + expected);
    }

    private void halfOpen(String model) {
        desk.breakers.of(model).transitionToOpenState();
        desk.clock.advance(Samples.BREAKER.openMost());
        desk.breakers.tick(Set.of(model));
        assertThat(desk.breakers.state(model)).isEqualTo(BreakerState.HALF_OPEN);
    }

    private void awaitState(String model, BreakerState state) {
        await().until(() -> desk.breakers.state(model) == state);
    }

    @Test
    void whatAProbeMayCostThatDoesNotComeBackIsSpent() throws Exception {
        var freed = new Semaphore(0);
        ScriptedProvider provider = desk.provider("a").then((_, _) -> {
            freed.acquireUninterruptibly();
            throw new IllegalStateException("too late");
        });
        ChatProbe chats = chats();
        Future<ChatProbe.Result> result = executor.submit(() -> chats.ask(Dispatching.model("a")));
        await().until(() -> !provider.attempts.isEmpty());
        await().until(() -> {
            chats.tick(System.nanoTime() + Duration.ofDays(1).toNanos());
            return desk.budget().spent() > 0;
        });
        freed.release();
        result.get();

        assertThat(desk.budget().spent()).isEqualTo(HELD);
        assertThat(cap.snapshot().getFirst().spent()).isEqualTo(HELD);
    }

    @Test
    void aModelWhoseChatsFailIsLeftAloneBeforeACallRisksItThoughItsListIsFine() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.SERVER);
        Prober prober = prober(CHATS, Dispatching.model("a"));

        round(prober, EVERY, 1);
        assertThat(desk.breakers.state("a/m")).as("one failure may be chance").isEqualTo(BreakerState.CLOSED);
        round(prober, Duration.ofSeconds(5), 1);
        round(prober, Duration.ofSeconds(5), 1);

        awaitState("a/m", BreakerState.OPEN);
        assertThat(heard).containsOnly("CHAT a/m SERVER 0").hasSize(3);
        assertThat(provider.requests).allSatisfy(request -> {
            assertThat(request.sampling().maxTokens()).isEqualTo(1);
            assertThat(request.messages()).singleElement().extracting(each -> each.plainText()).isEqualTo("ping");
        });
    }

    @Test
    void aListThatIsFineSaysNothingOfChatsWhichIsWhyTheyCanBeAskedFor() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.SERVER);
        Prober prober = prober(LISTS, Dispatching.model("a"));
        for (int i = 0; i < 5; i++) {
            round(prober, EVERY, 1);
        }
        assertThat(heard).containsOnly("MODELS a fine 0");
        assertThat(provider.requests).isEmpty();
        assertThat(desk.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);

        provider.probeFailure = new ProviderException(FailureCategory.CONNECT, "down");
        round(prober, EVERY, 1);
        round(prober, Duration.ofSeconds(5), 1);
        round(prober, Duration.ofSeconds(5), 1);
        awaitState("a/m", BreakerState.OPEN);
    }

    @Test
    void whoAsksForAProbeHasEveryProviderAskedAtOnceAndWhatIsFoundCounts() {
        desk.provider("a").answers("fine");
        desk.provider("b").probeFailure = new ProviderException(FailureCategory.CONNECT, "down");
        Prober prober = prober(Probe.USUAL, Dispatching.model("a"), Dispatching.model("b"));

        for (int i = 1; i <= 3; i++) {
            prober.now();
            int asked = 2 * i;
            await().until(() -> heard.size() >= asked);
            await().until(() -> prober.idle());
        }

        assertThat(heard).containsOnly("MODELS a fine 0", "MODELS b CONNECT 0").hasSize(6);
        awaitState("b/m", BreakerState.OPEN);
        assertThat(desk.breakers.state("a/m")).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void whatIsUsualAsksNobodyOfItself() {
        ScriptedProvider provider = desk.provider("a").answers("fine");
        Prober prober = prober(Probe.USUAL, Dispatching.model("a"));
        desk.clock.advance(Duration.ofDays(1));
        prober.tick();
        assertThat(heard).isEmpty();
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void itsMoneyIsBookedForProbesAndInTheBudgetsThatCountEverybody() {
        desk.provider("a").answers("fine");
        Prober prober = prober(CHATS, Dispatching.model("a"));
        round(prober, EVERY, 1);
        round(prober, EVERY, 1);
        assertThat(heard).containsOnly("CHAT a/m fine " + COST);
        await().untilAsserted(() -> {
            assertThat(cap.snapshot().getFirst().spent()).isEqualTo(2 * COST);
            assertThat(desk.budget().spent()).isEqualTo(2 * COST);
        });
    }

    @Test
    void whatIsUsedUpIsAskedForItsListUntilTheNextDay() {
        capped(COST + HELD);
        ScriptedProvider provider = desk.provider("a").answers("fine");
        Prober prober = prober(CHATS, Dispatching.model("a"));
        round(prober, EVERY, 1);
        round(prober, EVERY, 1);
        round(prober, EVERY, 2);
        assertThat(heard).containsExactly("CHAT a/m fine 30", "CHAT a/m fine 30",
                "spared a/m: " + ChatProbe.USED_UP, "MODELS a fine 0");
        assertThat(provider.requests).hasSize(2);

        round(prober, Duration.ofDays(1), 1);
        assertThat(heard).endsWith("CHAT a/m fine 30");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void noMoreIsEverSpentThanMayBeHoweverManyProbeAtOnce(long seed) throws Exception {
        var random = new Random(seed);
        long most = random.nextInt(20 * HELD);
        capped(most);
        Candidate[] models = new Candidate[12];
        for (int i = 0; i < models.length; i++) {
            int tokens = random.nextInt(HELD);
            desk.provider("p" + i).streams(text("pong"), finish(), give(new ReplyEvent.Accounting(
                    Usage.of(Math.min(tokens, ChatProbe.PROMPT_TOKENS),
                            Math.max(0, tokens - ChatProbe.PROMPT_TOKENS)))));
            models[i] = Dispatching.model("p" + i);
        }
        var chats = new ChatProbe(desk::borrow, desk.breakers, desk.lanes, desk.budgets, Limits.none(desk.clock), cap,
                new VitalSigns(new ModelVitals(), Clock.systemUTC()), desk.clock);
        var asking = new ArrayList<Future<?>>();
        for (int caller = 0; caller < 16; caller++) {
            var own = new Random(seed * 100 + caller);
            asking.add(executor.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    chats.ask(models[own.nextInt(models.length)]);
                    assertThat(cap.snapshot().getFirst()).matches(now -> now.spent() + now.reserved() <= most);
                }
                return null;
            }));
        }
        for (Future<?> each : asking) {
            each.get();
        }
        assertThat(cap.snapshot().getFirst().spent()).isLessThanOrEqualTo(most).isEqualTo(desk.budget().spent());
    }

    @Test
    void aBudgetOfEverybodyStopsProbesToo() throws Exception {
        desk = new Dispatching(Files.createDirectory(folder.resolve("poor")), HELD - 1);
        capped(1_000);
        ScriptedProvider provider = desk.provider("a").answers("fine");
        Prober prober = prober(CHATS, Dispatching.model("a"));
        round(prober, EVERY, 2);
        assertThat(heard).containsExactly("spared a/m: the call may cost 0.000096 dollars, and the budget 'all' is"
                + " 0.000095; ask for a shorter answer or for a cheaper model", "MODELS a fine 0");
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void onlyTheCheapestIsAskedWhereThatIsEnough() {
        desk.provider("a").answers("fine");
        Candidate dear = Samples.priced("a", "dear", 9_000_000, 9_000_000);
        Candidate cheap = Samples.priced("a", "cheap", 1_000_000, 1_000_000);
        Prober prober = prober(new Probe(Probe.How.CHAT, EVERY, Probe.Which.CHEAPEST), dear, cheap);
        round(prober, EVERY, 1);
        round(prober, EVERY, 1);
        assertThat(heard).containsOnly("CHAT a/cheap fine 30").hasSize(2);
    }

    @Test
    void whatCallsTellNeedsNoProbe() {
        ScriptedProvider provider = desk.provider("a").answers("fine");
        Candidate model = Dispatching.model("a");
        var asked = new Candidate(model.id(), model.provider(), model.card(),
                new Candidate.Vitals(BreakerState.CLOSED, 0, 3, 10, 20, 0, -1));
        var busy = new Candidate("a/n", model.provider(), model.card(),
                new Candidate.Vitals(BreakerState.CLOSED, -1, 0, -1, -1, 1, -1));
        Prober prober = prober(CHATS, asked, busy);
        desk.clock.advance(EVERY);
        prober.tick();
        assertThat(provider.requests).isEmpty();
        assertThat(heard).isEmpty();
    }

    @Test
    void whereNoChatMayBeTheListIsAskedForOnce() {
        desk.provider("a").answers("fine");
        desk.provider("here").onThisMachine("another").answers("fine");
        Prober prober = prober(CHATS, Samples.priced("a", "m", -1, -1), Samples.priced("a", "n", -1, 5),
                Dispatching.model("here"));
        round(prober, EVERY, 5);
        assertThat(heard).containsExactlyInAnyOrder(
                "spared a/m: its price is not known, so no budget could bound what that costs",
                "spared a/n: its price is not known, so no budget could bound what that costs", "MODELS a fine 0",
                "spared here/m: it would have to be loaded into this machine's memory", "MODELS here fine 0");
    }

    @Test
    void aProviderThatIsBusyIsNotAskedForMore() throws Exception {
        desk.parallel.put("a", 1);
        ScriptedProvider provider = desk.provider("a").answers("fine");
        Prober prober = prober(CHATS, Dispatching.model("a"));
        var turn = Objects.requireNonNull(desk.lanes.of("a").enter(), "a turn");
        round(prober, EVERY, 2);
        turn.ignored();
        assertThat(heard).containsExactly("spared a/m: the provider is busy", "MODELS a fine 0");
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void aChatFindsOutWhetherAModelIsBackAndOneAnswerIsEnough() {
        desk.provider("a").streams(Stream.generate(() -> text("on and on ")).limit(1_000)
                .toArray(ScriptedProvider.Step[]::new));
        Prober prober = prober(CHATS, Dispatching.model("a"));
        halfOpen("a/m");
        prober.tick();
        awaitState("a/m", BreakerState.CLOSED);
        await().untilAsserted(() -> assertThat(heard).singleElement().asString().startsWith("CHAT a/m fine"));
    }

    @Test
    void aListThatIsFineDoesNotBringBackAModelWhoseChatsFail() {
        desk.provider("a").fails(FailureCategory.SERVER);
        Prober prober = prober(CHATS, Dispatching.model("a"));
        halfOpen("a/m");
        prober.tick();
        awaitState("a/m", BreakerState.OPEN);
        assertThat(heard).containsExactly("CHAT a/m SERVER 0");
    }

    @Test
    void whatDoesNotDecideItIsNotAskedAgainAtOnce() {
        ScriptedProvider provider = desk.provider("a").fails(FailureCategory.THROTTLED);
        Prober prober = prober(CHATS, Dispatching.model("a"));
        halfOpen("a/m");
        prober.tick();
        await().until(() -> heard.size() == 1);
        for (int i = 0; i < 10; i++) {
            desk.clock.advance(Duration.ofMillis(250));
            prober.tick();
        }
        assertThat(provider.requests).hasSize(1);
        assertThat(heard).containsExactly("CHAT a/m THROTTLED 0");
        desk.clock.advance(Duration.ofSeconds(3));
        await().untilAsserted(() -> {
            prober.tick();
            assertThat(heard).hasSize(2);
        });
        prober.tick();
        assertThat(heard).containsOnly("CHAT a/m THROTTLED 0").hasSize(2);
    }
}
