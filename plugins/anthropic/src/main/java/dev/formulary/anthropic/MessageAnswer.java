package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An answer that has come as a whole.
final class MessageAnswer implements ReplyStream {
    private final Iterator<ReplyEvent> events;

    private MessageAnswer(List<ReplyEvent> events) {
        this.events = events.iterator();
    }

    /// @param asItCame whether the caller gets the vendor's own bytes
    /// @throws ProviderException when it is no answer
    static MessageAnswer of(byte[] body, Asked asked, boolean asItCame, ThoughtMemory memory, ErrorBody errors)
            throws ProviderException {
        Frame frame = Frame.of(body);
        if (frame.type().equals("error") || frame.root().hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(frame.root());
        }
        JsonNode content = frame.root().path("content");
        if (!content.isArray()) {
            throw Frame.malformed();
        }
        var speech = new Speech(asked.answerTool(), memory);
        for (int index = 0; index < content.size(); index++) {
            speech.begin(index, content.path(index));
            speech.end(index);
        }
        speech.usage(frame.root().path("usage"));
        speech.stop(frame.root());
        speech.finish();
        List<ReplyEvent> events = new ArrayList<>(asked.told());
        if (asItCame) {
            events.add(new ReplyEvent.Native(frame.body(), speech.take()));
        } else {
            events.addAll(speech.take());
        }
        return new MessageAnswer(events);
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
