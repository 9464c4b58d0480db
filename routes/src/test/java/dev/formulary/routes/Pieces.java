package dev.formulary.routes;

import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A stream that a test gives as an answer.
final class Pieces implements Answer.Frames {
    private final Iterator<String> frames;
    private final Before before;
    private final boolean cut;
    final AtomicInteger given = new AtomicInteger();

    /// Told of what is given next.
    @FunctionalInterface
    interface Before {
        void giving(int number) throws InterruptedException;
    }

    /// @param before told of each frame before it is given
    /// @param cut whether the last one tells that the answer broke off
    Pieces(List<String> frames, Before before, boolean cut) {
        this.frames = frames.iterator();
        this.before = before;
        this.cut = cut;
    }

    /// So many frames of server-sent events, and the end of them.
    static List<String> events(int count) {
        return IntStream.rangeClosed(0, count)
                .mapToObj(i -> i < count ? "data: {\"n\":" + i + "}\n\n" : "data: [DONE]\n\n").toList();
    }

    Answer.Streamed answer(String type) {
        return new Answer.Streamed(200, type, Map.of("X-Formulary-Decision", "d1", "X-Formulary-Model", "a/m"), this);
    }

    @Override
    public byte @Nullable [] next() throws InterruptedException {
        if (!frames.hasNext()) {
            return null;
        }
        before.giving(given.getAndIncrement());
        return frames.next().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean brokeOff() {
        return cut;
    }

    @Override
    public void close() {}
}
