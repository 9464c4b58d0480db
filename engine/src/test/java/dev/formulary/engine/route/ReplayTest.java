package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static dev.formulary.engine.route.Desk.allowing;
import static dev.formulary.engine.route.Desk.frames;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Samples;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Outcome.Status;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.WireBody;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor();
    private static final ResponseCache CACHE = new ResponseCache(8 << 20, EXECUTOR);

    @TempDir
    private Path folder;
    private Desk desk;
    private ScriptedProvider provider = new ScriptedProvider();

    @BeforeAll
    static void start() throws InterruptedException {
        assertThat(CACHE.awaitStart()).isTrue();
    }

    @AfterAll
    static void stop() {
        CACHE.close();
        EXECUTOR.shutdownNow();
    }

    @BeforeEach
    void begin() {
        CACHE.purge(_ -> true, false);
        desk = new Desk(folder, CACHE, Samples.settings(Map.of(),
                List.of(Samples.key("one", "k1", "home"), Samples.key("two", "k2", "work"))));
        desk.requestHeaders.put("authorization", "Bearer k1");
        desk.policy = allowing(60, "a");
        provider = desk.dispatching.provider("a").answers("first").answers("second");
    }

    @AfterEach
    void everythingIsSettled() {
        desk.assertSettled();
    }

    private String cacheOf(Answer answer) {
        return String.valueOf(answer.headers().get("X-Formulary-Cache"));
    }

    private String ask(String body) throws InterruptedException {
        Answer answer = desk.enter(body);
        if (answer instanceof Answer.Streamed streamed) {
            frames(streamed);
        }
        return cacheOf(answer);
    }

    @Test
    void anEqualCallGetsTheSameAnswerAgainForNothing() throws Exception {
        Answer.Whole first = desk.whole(HELLO);
        Answer.Whole second = desk.whole(HELLO);

        assertThat(cacheOf(first)).isEqualTo("miss");
        assertThat(cacheOf(second)).isEqualTo("hit");
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.headers()).containsEntry("X-Formulary-Model", "a/m")
                .containsEntry("X-Formulary-Attempts", "0")
                .containsKey("X-Formulary-Overhead-Us");
        assertThat(second.headers().get("X-Formulary-Decision"))
                .isNotEqualTo(first.headers().get("X-Formulary-Decision"));
        assertThat(provider.requests).hasSize(1);
        assertThat(desk.outcomes).extracting(Outcome::status).containsExactly(Status.ANSWERED, Status.CACHED);
        assertThat(desk.outcomes).extracting(Outcome::costMicros).containsExactly(30L, 0L);
        assertThat(desk.caches).containsExactly("miss", "hit");
        assertThat(desk.again).as("what it had when it was given").containsExactly("a/m 10+20");
    }

    @Test
    void aStreamIsGivenAgainFrameForFrame() throws Exception {
        provider = desk.dispatching.provider("a").streams(text("Hel"), text("lo"), finish());
        Answer.Streamed first = desk.streamed(STREAMED);
        List<byte[]> sent = frames(first);
        Answer.Streamed second = desk.streamed(STREAMED);
        assertThat(cacheOf(second)).isEqualTo("hit");
        assertThat(second.contentType()).isEqualTo("text/event-stream");
        assertThat(frames(second)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(sent);
        assertThat(sent).hasSize(4);
    }

    @Test
    void anOllamaStreamThatCameAsItIsHasNoEmptyFrameAtItsEnd() throws Exception {
        desk.dialect = new OllamaChat();
        byte[] line = "{\"message\":{\"content\":\"a\"},\"done\":true}".getBytes(StandardCharsets.UTF_8);
        provider = desk.dispatching.provider("a").streams(give(new ReplyEvent.Native(
                new WireBody(WireBody.OLLAMA_CHAT, line, List.of()), List.of(new ReplyEvent.Text("a"),
                        new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP)))));
        assertThat(frames(desk.streamed(STREAMED))).hasSize(1);
        assertThat(frames(desk.streamed(STREAMED))).hasSize(1).allMatch(frame -> frame.length == line.length + 1);
    }

    @Test
    void anAnthropicStreamIsGivenAgainFrameForFrame() throws Exception {
        desk.dialect = AnthropicMessages.counting();
        provider = desk.dispatching.provider("a").streams(text("Hel"), text("lo"), finish());
        List<byte[]> sent = frames(desk.streamed(STREAMED));
        Answer.Streamed second = desk.streamed(STREAMED);
        assertThat(cacheOf(second)).isEqualTo("hit");
        assertThat(frames(second)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(sent);
        assertThat(new String(sent.getLast(), StandardCharsets.UTF_8)).endsWith("{\"type\":\"message_stop\"}\n\n");
        assertThat(ask(HELLO)).isEqualTo("miss");
        assertThat(ask(HELLO)).isEqualTo("hit");
    }

    @Test
    void whatChangesTheAnswerIsAnotherCall() throws Exception {
        assertThat(ask(HELLO)).isEqualTo("miss");
        assertThat(ask(HELLO.replace("hi", "ho"))).isEqualTo("miss");
        assertThat(ask(STREAMED)).isEqualTo("miss");

        desk.requestHeaders.put("x-formulary-context", "risk=high");
        assertThat(ask(HELLO)).isEqualTo("miss");
        desk.requestHeaders.remove("x-formulary-context");

        desk.requestHeaders.put("authorization", "Bearer k2");
        assertThat(ask(HELLO)).isEqualTo("miss");
        desk.requestHeaders.put("authorization", "Bearer k1");

        desk.policy = question -> new Decision.Allow(question.call().id(), "other rules", new Plan(
                List.of(Dispatching.model("a")), Map.of(), 60), List.of(), List.of(), List.of(), List.of());
        assertThat(ask(HELLO)).isEqualTo("miss");
        desk.policy = question -> new Decision.Allow(question.call().id(), Desk.RULES, new Plan(
                List.of(Dispatching.model("a")), Dispatching.capped(Parameter.MAX_TOKENS, 5), 60), List.of(), List.of(),
                List.of(), List.of());
        assertThat(ask(HELLO)).isEqualTo("miss");
        desk.dispatching.provider("b").answers("other");
        desk.policy = allowing(60, "b");
        assertThat(ask(HELLO)).isEqualTo("miss");

        desk.policy = allowing(60, "a");
        assertThat(ask(HELLO)).isEqualTo("hit");
        desk.requestHeaders.put("x-formulary-priority", "batch");
        assertThat(ask(HELLO)).isEqualTo("hit");
    }

    @Test
    void wherePolicySaysNothingNothingIsKept() throws Exception {
        desk.policy = allowing(0, "a");
        assertThat(ask(HELLO)).isEqualTo("bypass");
        assertThat(ask(HELLO)).isEqualTo("bypass");
        assertThat(provider.requests).hasSize(2);
    }

    @Test
    void anAnswerThatWasNotCompleteIsNotKept() throws Exception {
        provider = desk.dispatching.provider("a").streams(text("half"), failure(FailureCategory.CUT))
                .streams(text("half"), text("more"), finish()).answers("fine");
        ask(STREAMED);
        Answer.Frames left = desk.streamed(STREAMED).frames();
        assertThat(left.next()).isNotNull();
        left.close();
        assertThat(ask(STREAMED)).isEqualTo("miss");
        assertThat(ask(STREAMED)).isEqualTo("hit");
    }

    @Test
    void anAnswerThatIsKeptShortForWantOfMoneyIsNotKept() throws Exception {
        int spent = (int) desk.dispatching.budget().left() - 10_000;
        desk.dispatching.budgets.reserve(Samples.call("home"), Dispatching.model("a"), 0, spent).orElseThrow()
                .settle(spent);
        assertThat(ask(HELLO)).isEqualTo("miss");
        assertThat(ask(HELLO)).isEqualTo("miss");
        assertThat(provider.requests).extracting(each -> each.sampling().maxTokens()).doesNotContainNull();
        provider.answers("third").answers("fourth");
        assertThat(ask(STREAMED)).isEqualTo("miss");
        assertThat(ask(STREAMED)).isEqualTo("miss");
    }

    @Test
    void anAnswerOfTwoModelsIsNotKept() throws Exception {
        desk.policy = ContinuedStreamTest.continuing(60);
        provider = desk.dispatching.provider("a").streams(text("half "), failure(FailureCategory.CUT)).answers("fine");
        desk.dispatching.provider("b").streams(text("and half"), finish());
        assertThat(ask(STREAMED)).isEqualTo("miss");
        assertThat(desk.outcomes.element().status()).isEqualTo(Outcome.Status.ANSWERED);
        assertThat(ask(STREAMED)).isEqualTo("miss");
        assertThat(ask(STREAMED)).isEqualTo("hit");
    }

    @Test
    void aStreamThatIsTooLongIsNotKept() throws Exception {
        provider = desk.dispatching.provider("a").streams(text("x".repeat(700_000)), text("x".repeat(700_000)),
                text("x"), finish());
        ask(STREAMED);
        provider.answers("short");
        assertThat(ask(STREAMED)).isEqualTo("miss");
    }

    @Test
    void anErrorIsNotKept() throws Exception {
        provider = desk.dispatching.provider("a").fails(FailureCategory.CONNECT)
                .fails(FailureCategory.CONNECT).answers("fine");
        assertThat(desk.whole(HELLO).status()).isEqualTo(503);
        assertThat(ask(HELLO)).isEqualTo("miss");
        assertThat(ask(HELLO)).isEqualTo("hit");
    }

    @Test
    void equalCallsUnderWayAreAskedOnce() throws Exception {
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        provider = desk.dispatching.provider("a").streams(() -> {
            asked.countDown();
            release.await();
            return new ReplyEvent.Text("shared");
        }, finish());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> desk.whole(HELLO));
            asked.await();
            var others = IntStream.range(0, 20).mapToObj(_ -> threads.submit(() -> desk.whole(HELLO))).toList();
            var another = threads.submit(() -> ask(HELLO.replace("hi", "ho")));
            await().until(() -> desk.decided.size() == 22);
            release.countDown();
            assertThat(cacheOf(first.get())).isEqualTo("miss");
            for (Future<Answer.Whole> other : others) {
                assertThat(cacheOf(other.get())).isIn("coalesced", "hit");
                assertThat(other.get().body()).isEqualTo(first.get().body());
            }
            assertThat(another.get()).isEqualTo("miss");
        }
        assertThat(provider.requests).hasSize(2);
        assertThat(desk.caches).contains("coalesced");
    }

    @Test
    void whoWaitedForACallThatFailsAsksItself() throws Exception {
        var asked = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        provider = desk.dispatching.provider("a").then((_, _) -> {
            asked.countDown();
            release.await();
            throw new ProviderException(FailureCategory.SERVER, "down");
        }).fails(FailureCategory.SERVER).answers("fine");
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var first = threads.submit(() -> desk.whole(HELLO));
            asked.await();
            var second = threads.submit(() -> desk.whole(HELLO));
            await().until(() -> desk.decided.size() == 2);
            release.countDown();
            assertThat(first.get().status()).isEqualTo(503);
            assertThat(second.get().status()).isEqualTo(200);
        }
    }

    @Test
    void whereNoModelAnswersAnOldAnswerStandsInAndSaysSo() throws Exception {
        provider = desk.dispatching.provider("a").answers("old").fails(FailureCategory.SERVER);
        Answer.Whole first = desk.whole(HELLO);
        desk.clock.advance(Duration.ofSeconds(61));
        desk.policy = allowing(60, "b", "a");
        desk.dispatching.provider("b").fails(FailureCategory.CONNECT);
        Answer.Whole again = desk.whole(HELLO);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers()).containsEntry("X-Formulary-Cache", "stale")
                .containsEntry("X-Formulary-Model", "a/m").containsEntry("X-Formulary-Attempts", "3");
        assertThat(desk.outcomes).extracting(Outcome::status).containsExactly(Status.ANSWERED, Status.CACHED);

        assertThat(desk.whole(HELLO.replace("hi", "ho")).status()).as("another call").isEqualTo(503);
        desk.policy = allowing(60, "b");
        assertThat(desk.whole(HELLO).status()).as("its model may not answer any more").isEqualTo(503);
        desk.policy = allowing(0, "a");
        assertThat(desk.whole(HELLO).status()).as("private now").isEqualTo(503);
    }

    @Test
    void whatIsTheCallersFaultIsNotCoveredUp() throws Exception {
        provider = desk.dispatching.provider("a").answers("old").fails(FailureCategory.REFUSED);
        desk.whole(HELLO);
        desk.clock.advance(Duration.ofSeconds(61));
        assertThat(desk.whole(HELLO).status()).isEqualTo(400);
    }
}
