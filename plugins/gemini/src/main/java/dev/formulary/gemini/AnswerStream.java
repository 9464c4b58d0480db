package dev.formulary.gemini;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer while it comes. No frame says that it is the last one: the end of the body does.
final class AnswerStream implements ReplyStream {
    private final Response response;
    private final Frames frames;
    private final AnswerReader reader;
    private final Queue<ReplyEvent> ready;
    private boolean over;

    /// @param first what is told before the answer
    AnswerStream(Response response, AnswerReader reader, List<ReplyEvent> first) {
        this.response = response;
        this.frames = Frames.of(response);
        this.reader = reader;
        this.ready = new ArrayDeque<>(first);
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (ready.isEmpty() && !over) {
            byte[] frame = frame();
            if (frame == null) {
                over = true;
                ready.addAll(reader.end(false));
            } else {
                ready.addAll(reader.read(Json.read(frame)));
            }
        }
        return ready.poll();
    }

    private byte @Nullable [] frame() throws ProviderException, InterruptedException {
        try {
            return frames.next();
        } catch (ProviderException e) {
            // a proxy may neither end the body nor close in good order once all is said
            if (reader.finished()
                    && (e.category() == FailureCategory.CUT || e.category() == FailureCategory.TIMEOUT)) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
