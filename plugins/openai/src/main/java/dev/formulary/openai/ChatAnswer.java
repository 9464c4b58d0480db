package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that has come as a whole.
final class ChatAnswer implements ReplyStream {
    private final Iterator<ReplyEvent> events;

    private ChatAnswer(List<ReplyEvent> events) {
        this.events = events.iterator();
    }

    /// @param asItCame whether the caller speaks the same format
    /// @throws ProviderException when it is no answer
    static ChatAnswer of(byte[] body, boolean asItCame, ErrorBody errors) throws ProviderException {
        Reading reading = Reading.of(body, new ToolCallNumbers());
        JsonNode error = reading.error();
        if (error != null) {
            throw errors.insteadOfAnAnswer(error);
        }
        if (!reading.answered()) {
            throw Reading.malformed();
        }
        var events = new ArrayList<>(reading.events());
        var finish = reading.finish();
        events.add(new ReplyEvent.Finish(finish == null ? ReplyEvent.Finish.Reason.STOP : finish));
        if (reading.usage() != null) {
            events.add(new ReplyEvent.Accounting(reading.usage()));
        }
        return new ChatAnswer(asItCame ? List.of(new ReplyEvent.Native(reading.frame(), events)) : events);
    }

    @Override
    public @Nullable ReplyEvent next() {
        return events.hasNext() ? events.next() : null;
    }

    @Override
    public void close() {
        // the connection went back when the body had been read
    }
}
