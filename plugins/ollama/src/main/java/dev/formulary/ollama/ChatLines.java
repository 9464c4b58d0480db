package dev.formulary.ollama;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer while it comes, as lines of JSON; a whole answer is one line.
final class ChatLines implements ReplyStream {
    private interface Source {
        byte @Nullable [] next() throws ProviderException, InterruptedException;
    }

    private final Source lines;
    private final Runnable release;
    private final String asItCame;
    private final ErrorLine errors;
    private final Queue<ReplyEvent> ready;
    private int calls;
    private boolean over;

    private ChatLines(Source lines, Runnable release, List<ReplyEvent> ignored, String asItCame, ErrorLine errors) {
        this.lines = lines;
        this.ready = new ArrayDeque<>(ignored);
        this.release = release;
        this.asItCame = asItCame;
        this.errors = errors;
    }

    /// @param ignored what could not be carried, told first
    /// @param asItCame the format of the caller's own that this is; empty when it is another
    static ChatLines stream(Response response, List<ReplyEvent> ignored, String asItCame, ErrorLine errors) {
        return new ChatLines(new Lines(response)::next, response::close, ignored, asItCame, errors);
    }

    /// @param body one JSON object, however it is laid out
    static ChatLines whole(byte[] body, List<ReplyEvent> ignored, String asItCame, ErrorLine errors) {
        Queue<byte[]> once = new ArrayDeque<>(List.of(body));
        return new ChatLines(once::poll, () -> {}, ignored, asItCame, errors);
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (true) {
            ReplyEvent event = ready.poll();
            if (event != null || over) {
                return event;
            }
            try {
                line(lines.next());
            } catch (ProviderException e) {
                over = true;
                throw e;
            }
        }
    }

    private void line(byte @Nullable [] line) throws ProviderException {
        if (line == null) {
            throw new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
        }
        Reading reading = Reading.of(line, calls);
        String error = reading.error();
        if (error != null) {
            throw errors.of(error, reading.errorStatus());
        }
        calls = reading.calls();
        over = reading.done();
        if (!asItCame.isEmpty()) {
            ready.add(new ReplyEvent.Native(reading.frame(asItCame), reading.events()));
        } else {
            ready.addAll(reading.events());
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
