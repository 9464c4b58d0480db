package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish;
import dev.formulary.spi.ReplyStream;
import dev.formulary.wire.Json;
import dev.formulary.wire.WholeReply;
import java.util.ArrayList;
import java.util.List;

/// Reads an answer that has come as a whole.
final class ChatAnswer {
    private ChatAnswer() {}

    /// @param ignored what could not be carried, told first
    /// @param asItCame whether the caller speaks the same format
    /// @throws ProviderException when it is no answer
    static ReplyStream of(byte[] body, List<ReplyEvent> ignored, boolean asItCame, ErrorBody errors)
            throws ProviderException {
        var progress = new Progress();
        Reading reading = Reading.of(body, progress);
        JsonNode error = reading.error();
        if (error != null) {
            throw errors.insteadOfAnAnswer(error);
        }
        if (!reading.answered()) {
            throw Json.malformed();
        }
        var events = new ArrayList<>(reading.events());
        Finish.Reason finish = reading.finish();
        events.add(new Finish(finish == null ? unsaid(progress) : finish));
        if (reading.usage() != null) {
            events.add(new ReplyEvent.Accounting(reading.usage(), reading.costMicros()));
        }
        var all = new ArrayList<>(ignored);
        if (asItCame) {
            all.add(new ReplyEvent.Native(reading.frame(), events));
        } else {
            all.addAll(events);
        }
        return new WholeReply(all);
    }

    /// Why an answer has ended whose vendor does not say.
    static Finish.Reason unsaid(Progress progress) {
        return progress.called() ? Finish.Reason.TOOL_CALLS : Finish.Reason.STOP;
    }
}
