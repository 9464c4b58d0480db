package dev.formulary.engine.route;

import dev.formulary.engine.dialect.CollectedReply;
import dev.formulary.spi.ReplyEvent;
import java.util.function.Consumer;

/// Hears an answer that comes in pieces and is to be remembered. Used by one thread at a time.
final class Hearing {
    /// More characters than ever go along with a call.
    private static final int MOST = 1 << 20;

    private final CollectedReply reply = new CollectedReply();
    private final Consumer<CollectedReply> remember;

    /// @param remember takes the answer once it is complete
    Hearing(Consumer<CollectedReply> remember) {
        this.remember = remember;
    }

    void hear(ReplyEvent event) {
        if (reply.characters() <= MOST) {
            reply.add(event);
        }
    }

    /// Nothing more comes, and nothing is missing.
    void complete() {
        remember.accept(reply);
    }
}
