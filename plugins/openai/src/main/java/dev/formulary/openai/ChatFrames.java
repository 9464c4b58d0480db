package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Accounting;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyStream;
import dev.formulary.wire.ServerEvents;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// An answer while it comes, as server-sent events.
final class ChatFrames implements ReplyStream {
    private static final int LONGEST_FRAME = 16 * 1024 * 1024;

    private final Response response;
    private final ServerEvents source;
    private final boolean asItCame;
    private final ErrorBody errors;
    private final Progress progress = new Progress();
    private final Queue<ReplyEvent> ready;
    private boolean counted;
    private boolean finished;
    private boolean over;

    /// @param begun what has been read of the body
    /// @param ignored what could not be carried, told first
    /// @param asItCame whether the caller speaks the same format
    ChatFrames(Response response, byte[] begun, List<ReplyEvent> ignored, boolean asItCame, ErrorBody errors) {
        this.response = response;
        this.source = new ServerEvents(response, begun, LONGEST_FRAME);
        this.ready = new ArrayDeque<>(ignored);
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
            try {
                frame(read());
            } catch (ProviderException e) {
                over = true;
                throw e;
            }
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
        boolean done = event != null && event.isText("[DONE]");
        if (event == null || done) {
            end(done);
            return;
        }
        Reading reading = read(event);
        JsonNode error = reading.error();
        if (error != null || event.name().equals("error")) {
            throw error != null ? errors.insteadOfAnAnswer(error) : errors.insteadOfAnAnswer(event.data());
        }
        add(reading);
    }

    private Reading read(ServerEvents.Event event) throws ProviderException {
        try {
            return Reading.of(event.data(), progress);
        } catch (ProviderException e) {
            // an error may be plain words
            throw event.name().equals("error") ? errors.insteadOfAnAnswer(event.data()) : e;
        }
    }

    /// Some vendors never say why they stopped; that they have stopped is known by the last frame or by the count.
    private void end(boolean done) throws ProviderException {
        over = true;
        if (finished) {
            return;
        }
        if (!progress.said() || !(done || counted)) {
            throw new ProviderException(FailureCategory.CUT, "the stream ended before the answer was complete");
        }
        progress.details().tell(ready);
        ready.add(new Finish(ChatAnswer.unsaid(progress)));
    }

    private void add(Reading reading) {
        var events = reading.events();
        var finish = reading.finish();
        if (finish != null && !finished) {
            finished = true;
            events.add(new Finish(finish));
        }
        if (reading.usage() != null) {
            // some count in every frame; the last one has nothing else
            counted |= !reading.answered();
            events.add(new Accounting(reading.usage(), reading.costMicros()));
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
