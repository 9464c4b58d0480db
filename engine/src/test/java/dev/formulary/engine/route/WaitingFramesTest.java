package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.OllamaChat;
import dev.formulary.engine.dialect.OpenAiChat;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.QueuePlace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WaitingFramesTest {
    private static final ChatDialect OPENAI = new OpenAiChat();
    private static final Map<String, String> EARLY = Map.of("X-Formulary-Decision", "d1");

    private final CountDownLatch turn = new CountDownLatch(1);

    /// An answer in pieces that says whether it was closed.
    private static final class Pieces implements Answer.Frames {
        private final Deque<String> left;
        volatile boolean closed;

        Pieces(String... pieces) {
            left = new ArrayDeque<>(List.of(pieces));
        }

        @Override
        public byte @Nullable [] next() {
            String piece = left.poll();
            return piece == null ? null : piece.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private static Answer.Streamed streamed(Pieces pieces) {
        return new Answer.Streamed(200, "text/event-stream", Map.of("X-Formulary-Model", "gpu/m"), pieces);
    }

    private static Answer.Whole refused() {
        byte[] body = OPENAI.error(Answers.fault());
        return new Answer.Whole(503, "application/json", Map.of(), body);
    }

    private static Answer ask(WaitingFrames.Work work) throws InterruptedException {
        return WaitingFrames.answer(OPENAI, Presence.CONSTANT, EARLY, work);
    }

    /// The frames of a call that waits until the test says that it is its turn.
    private Answer.Frames waiting(Answer answer) throws InterruptedException {
        Answer early = ask(caller -> {
            caller.waits(new QueuePlace(2, -1));
            turn.await();
            return answer;
        });
        assertThat(early).isInstanceOfSatisfying(Answer.Streamed.class, begun -> {
            assertThat(begun.status()).isEqualTo(200);
            assertThat(begun.contentType()).startsWith("text/event-stream");
            assertThat(begun.headers()).isEqualTo(EARLY);
        });
        return ((Answer.Streamed) early).frames();
    }

    private static @Nullable String next(Answer.Frames frames) throws InterruptedException {
        byte[] bytes = frames.next();
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void whoDoesNotWaitGetsTheAnswerAsItIs() throws Exception {
        Answer.Streamed answer = streamed(new Pieces("a"));
        assertThat(ask(_ -> answer)).isSameAs(answer);
        Answer.Whole refused = refused();
        assertThat(ask(_ -> refused)).isSameAs(refused);
        assertThatThrownBy(() -> ask(_ -> {
            throw new IllegalStateException("a fault");
        })).hasMessage("a fault");
        assertThatThrownBy(() -> ask(_ -> {
            throw new InterruptedException();
        })).isInstanceOf(InterruptedException.class);
    }

    @Test
    void commentsTellThePlaceUntilTheAnswerComes() throws Exception {
        var pieces = new Pieces("data: a\n\n", "data: b\n\n");
        Answer.Frames frames = waiting(streamed(pieces));
        assertThat(next(frames)).isEqualTo(": waiting position=2\n\n");
        turn.countDown();
        assertThat(next(frames)).isEqualTo("data: a\n\n");
        assertThat(next(frames)).isEqualTo("data: b\n\n");
        assertThat(next(frames)).isNull();
        frames.close();
        assertThat(pieces.closed).isTrue();
    }

    @Test
    void ofSeveralPlacesTheLastIsTold() throws Exception {
        var client = new AtomicReference<Presence>();
        Answer early = ask(caller -> {
            client.set(caller);
            caller.waits(new QueuePlace(3, 9_000));
            turn.await();
            return refused();
        });
        client.get().waits(new QueuePlace(2, 6_000));
        client.get().waits(new QueuePlace(1, 3_000));
        Answer.Frames frames = ((Answer.Streamed) early).frames();
        String told = next(frames);
        while (!": waiting position=1 eta_ms=3000\n\n".equals(told)) {
            assertThat(told).startsWith(": waiting position=");
            told = next(frames);
        }
        turn.countDown();
        assertThat(next(frames)).startsWith("data: {\"error\"");
    }

    @Test
    void aRefusalAfterWaitingIsAnErrorWithinTheStream() throws Exception {
        Answer.Frames frames = waiting(refused());
        assertThat(next(frames)).startsWith(": waiting");
        turn.countDown();
        assertThat(next(frames)).startsWith("data: {\"error\":{\"message\":").endsWith("}}\n\n");
        assertThat(next(frames)).isNull();
    }

    @Test
    void aFaultAfterWaitingIsOneToo() throws Exception {
        Answer early = ask(caller -> {
            caller.waits(new QueuePlace(1, -1));
            turn.await();
            throw new IllegalStateException("a fault");
        });
        Answer.Frames frames = ((Answer.Streamed) early).frames();
        assertThat(next(frames)).startsWith(": waiting");
        turn.countDown();
        assertThat(next(frames)).contains("data: {\"error\"").doesNotContain("a fault");
    }

    @Test
    void whenTheClientLeavesNobodyWaitsForIt() throws Exception {
        var interrupted = new AtomicBoolean();
        Answer early = ask(caller -> {
            caller.waits(new QueuePlace(1, -1));
            try {
                turn.await();
            } catch (InterruptedException e) {
                interrupted.set(true);
                throw e;
            }
            return refused();
        });
        ((Answer.Streamed) early).frames().close();
        await().untilTrue(interrupted);
    }

    @Test
    void anAnswerThatComesTooLateIsLetGo() throws Exception {
        var pieces = new Pieces("a");
        Answer early = ask(caller -> {
            caller.waits(new QueuePlace(1, -1));
            awaitDeaf(turn);
            return streamed(pieces);
        });
        ((Answer.Streamed) early).frames().close();
        turn.countDown();
        await().until(() -> pieces.closed);
    }

    private static void awaitDeaf(CountDownLatch latch) {
        boolean over = false;
        while (!over) {
            try {
                latch.await();
                over = true;
            } catch (InterruptedException e) {
                // it heeds nothing
            }
        }
    }

    @Test
    void whoStandsInForAThreadThatDoesNotComeBackIsHeard() throws Exception {
        var client = new AtomicReference<Presence>();
        var stuck = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            await().until(() -> client.get() != null);
            client.get().answer(refused());
        });
        assertThat(ask(caller -> {
            client.set(caller);
            awaitDeaf(stuck);
            return refused();
        })).isInstanceOf(Answer.Whole.class);
        stuck.countDown();
    }

    @Test
    void onlyFormatsWithCommentsCanTell() {
        assertThat(WaitingFrames.possible(OPENAI)).isTrue();
        assertThat(WaitingFrames.possible(new OllamaChat())).isFalse();
        assertThat(WaitingFrames.possible(new AnthropicMessages())).isTrue();
        assertThat(new OllamaChat().inStream(new byte[]{'{', '}'})).asString().isEqualTo("{}\n");
    }
}
