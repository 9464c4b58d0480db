package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer while it comes, as server-sent events.
final class ChatFrames implements ReplyStream {
    private final Response response;
    private final ServerEvents source;
    private final boolean asItCame;
    private final ErrorBody errors;
    private final ToolCallNumbers calls = new ToolCallNumbers();
    private final Queue<ReplyEvent> ready = new ArrayDeque<>();
    private boolean finished;
    private boolean over;

    /// @param begun what has been read of the body
    /// @param asItCame whether the caller speaks the same format
    ChatFrames(Response response, byte[] begun, boolean asItCame, ErrorBody errors) {
        this.response = response;
        this.source = new ServerEvents(response, begun);
        this.asItCame = asItCame;
        this.errors = errors;
    }

    @Override
    public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
        while (true) {
            ReplyEvent event = ready.poll();
            if (event != null || over) {
                return event;
            }
            frame(read());
        }
    }

    private ServerEvents.@Nullable Event read() throws ProviderException, InterruptedException {
        try {
            return source.next();
        } catch (ProviderException e) {
            // some servers neither end the body nor close in good order once all is said
            if (finished && (e.category() == FailureCategory.CUT || e.category() == FailureCategory.TIMEOUT)) {
                return null;
            }
            throw e;
        }
    }

    private void frame(ServerEvents.@Nullable Event event) throws ProviderException {
        if (event == null || event.isText("[DONE]")) {
            over = true;
            if (!finished) {
                throw new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
            }
            return;
        }
        Reading reading = Reading.of(event.data(), calls);
        JsonNode error = reading.error();
        if (error != null || event.name().equals("error")) {
            throw error != null ? errors.insteadOfAnAnswer(error) : errors.insteadOfAnAnswer(event.data());
        }
        add(reading);
    }

    private void add(Reading reading) {
        var events = reading.events();
        var finish = reading.finish();
        if (finish != null && !finished) {
            finished = true;
            events.add(new ReplyEvent.Finish(finish));
        }
        if (reading.usage() != null) {
            events.add(new ReplyEvent.Accounting(reading.usage()));
        }
        if (asItCame) {
            ready.add(new ReplyEvent.Native(reading.frame(), events));
        } else {
            ready.addAll(events);
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
