package dev.formulary.engine.route;

import dev.formulary.engine.dialect.CollectedReply;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.schema.Verdict;
import dev.formulary.spi.ReplyEvent;
import java.util.ArrayList;
import java.util.List;

/// Collects an answer with its pieces, anew for each attempt, for one that is sent in pieces once it was checked. Used by the
/// call's own thread.
final class Gathering implements Dispatcher.Sink {
    private final List<ReplyEvent> pieces = new ArrayList<>();
    private CollectedReply reply = new CollectedReply();

    @Override
    public void begin() {
        reply = new CollectedReply();
        pieces.clear();
    }

    @Override
    public void accept(ReplyEvent event) {
        reply.add(event);
        pieces.add(event);
    }

    CollectedReply reply() {
        return reply;
    }

    /// The pieces as they came, or, where the text was repaired, with all of it in one.
    List<ReplyEvent> events(Verdict.Sound sound) {
        if (sound.repairs().isEmpty()) {
            return pieces;
        }
        List<ReplyEvent> all = new ArrayList<>();
        for (ReplyEvent piece : pieces) {
            switch (piece) {
                case ReplyEvent.Text _,ReplyEvent.Logprobs _ -> {
                    // all of it comes before the end
                }
                case ReplyEvent.Finish end -> {
                    all.add(new ReplyEvent.Text(sound.text()));
                    all.add(end);
                }
                default -> all.add(piece);
            }
        }
        return all;
    }
}
