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
    private final boolean asItCame;
    private final ErrorLine errors;
    private final Queue<ReplyEvent> ready = new ArrayDeque<>();
    private int calls;
    private boolean over;

    private ChatLines(Source lines, Runnable release, boolean asItCame, ErrorLine errors) {
        this.lines = lines;
        this.release = release;
        this.asItCame = asItCame;
        this.errors = errors;
    }

    /// @param asItCame whether the caller speaks the same format
    static ChatLines stream(Response response, boolean asItCame, ErrorLine errors) {
        return new ChatLines(new Lines(response)::next, response::close, asItCame, errors);
    }

    /// @param body one JSON object, however it is laid out
    static ChatLines whole(byte[] body, boolean asItCame, ErrorLine errors) {
        Queue<byte[]> once = new ArrayDeque<>(List.of(body));
        return new ChatLines(once::poll, () -> {}, asItCame, errors);
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (true) {
            ReplyEvent event = ready.poll();
            if (event != null || over) {
                return event;
            }
            line(lines.next());
        }
    }

    private void line(byte @Nullable [] line) throws ProviderException {
        if (line == null) {
            over = true;
            throw new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
        }
        Reading reading = Reading.of(line, calls);
        String error = reading.error();
        if (error != null) {
            over = true;
            throw errors.of(error, reading.errorStatus());
        }
        calls = reading.calls();
        over = reading.done();
        if (asItCame) {
            ready.add(new ReplyEvent.Native(reading.frame(), reading.events()));
        } else {
            ready.addAll(reading.events());
        }
    }

    @Override
    public void close() {
        release.run();
    }
}
