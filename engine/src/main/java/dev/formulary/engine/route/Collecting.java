package dev.formulary.engine.route;

import dev.formulary.engine.dialect.CollectedReply;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.spi.ReplyEvent;

/// Collects an answer, anew for each attempt. Used by the call's own thread.
final class Collecting implements Dispatcher.Sink {
    private CollectedReply reply = new CollectedReply();

    @Override
    public void begin() {
        reply = new CollectedReply();
    }

    @Override
    public void accept(ReplyEvent event) {
        reply.add(event);
    }

    /// What the latest attempt has given so far.
    CollectedReply reply() {
        return reply;
    }
}
