package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.wire.WholeReply;
import java.util.ArrayList;
import java.util.List;

/// Reads an answer that has come as a whole.
final class MessageAnswer {
    private MessageAnswer() {}

    /// @param asItCame whether the caller gets the vendor's own bytes
    /// @throws ProviderException when it is no answer
    static ReplyStream of(byte[] body, Asked asked, boolean asItCame, ThoughtMemory memory, ErrorBody errors)
            throws ProviderException {
        Frame frame = Frame.of(body);
        if (frame.type().equals("error") || frame.root().hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(frame.root());
        }
        JsonNode content = frame.root().path("content");
        if (!content.isArray()) {
            throw Json.malformed();
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
        return new WholeReply(events);
    }
}
