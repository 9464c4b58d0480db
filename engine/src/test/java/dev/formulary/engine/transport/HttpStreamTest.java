package dev.formulary.engine.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpStreamTest extends Listening {
    @Test
    void closesTheFramesOfAStreamThatOnlyTheHeadIsWantedOf() throws Exception {
        var frames = new Scripted();
        open(settings(), _ -> new Answer.Streamed(200, "text/event-stream", Map.of(), frames));

        String reply = raw("HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");

        assertThat(reply).startsWith("HTTP/1.1 200").endsWith("\r\n\r\n");
        assertThat(frames.closed).hasValue(1);
    }

    @Test
    void sendsEachFrameByItselfAndAtOnce() throws Exception {
        var frames = new Scripted();
        open(settings(), _ -> new Answer.Streamed(200, "text/event-stream", Map.of("x-a", "b"), frames));

        try (var socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
            frames.queue.add("one".getBytes(StandardCharsets.UTF_8));
            String head = readUntil(socket, "3\r\none\r\n");
            frames.queue.add("two".getBytes(StandardCharsets.UTF_8));
            String second = readUntil(socket, "two\r\n");
            frames.queue.add(END);
            String end = readUntil(socket, "0\r\n\r\n");

            assertThat(head).contains("x-accel-buffering: no", "cache-control: no-cache", "x-a: b",
                    "content-type: text/event-stream");
            assertThat(second).isEqualTo("3\r\ntwo\r\n");
            assertThat(end).isEqualTo("0\r\n\r\n");
        }
        await().until(() -> opened().inFlight() == 0);
        assertThat(frames.closed).hasValue(1);
    }

    @Test
    void letsGoOfTheFramesWhenTheClientLeaves() throws Exception {
        var frames = new Scripted();
        var told = new AtomicBoolean();
        open(settings(), call -> {
            call.arrival().presence().onGone(() -> told.set(true));
            return new Answer.Streamed(200, "text/event-stream", Map.of(), frames);
        });

        try (var socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
            frames.queue.add("one".getBytes(StandardCharsets.UTF_8));
            readUntil(socket, "one\r\n");
        }

        await().until(() -> frames.closed.get() == 1);
        assertThat(told).isTrue();
        await().until(() -> opened().inFlight() == 0);
        assertThat(frames.closed).hasValue(1);
    }

    @Test
    void tellsAHandlerThatTheClientHasGone() throws Exception {
        var gone = new CountDownLatch(1);
        var before = new CountDownLatch(1);
        open(settings(), call -> {
            call.arrival().presence().onGone(gone::countDown);
            before.countDown();
            gone.await();
            assertThat(call.arrival().presence().gone()).isTrue();
            return text("for nobody");
        });

        try (var socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
            before.await();
        }

        assertThat(gone.await(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
        await().until(() -> opened().inFlight() == 0);
    }

    @Test
    void waitsForASlowReader() throws Exception {
        var produced = new AtomicLong();
        var closed = new AtomicInteger();
        open(settings(), _ -> new Answer.Streamed(200, "text/plain", Map.of(), new Answer.Frames() {
            @Override
            public byte @Nullable [] next() {
                return produced.addAndGet(16_384) > 64L << 20 ? null : new byte[16_384];
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }));

        try (var socket = connect()) {
            write(socket, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
            await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(10)).until(produced::get,
                    bytes -> bytes < 32L << 20);
            assertThat(skip(socket, 64L << 20)).isEqualTo(64L << 20);
        }
        await().until(() -> closed.get() == 1);
    }

    @Test
    void breaksOffAStreamThatFails() throws Exception {
        var closed = new AtomicInteger();
        open(settings(), _ -> new Answer.Streamed(200, "text/plain", Map.of(), new Answer.Frames() {
            @Override
            public byte @Nullable [] next() {
                throw new IllegalStateException("broken on purpose");
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        }));

        assertThatThrownBy(() -> send("POST", "/", "x")).isInstanceOf(IOException.class);
        await().until(() -> closed.get() == 1 && opened().inFlight() == 0);
    }
}
