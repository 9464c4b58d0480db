package dev.formulary.engine.dialect;

import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import org.jspecify.annotations.Nullable;

/// Writes one answer in pieces. Not thread-safe.
public interface StreamWriter {

    /// Turns a piece of the answer into bytes to be sent at once.
    ///
    /// @return null when the client gets nothing for it
    byte @Nullable [] frame(ReplyEvent event);

    /// Says what became known only while the answer came, to be told in the last frame that the format allows. Called any
    /// number of times before the model's [ReplyEvent.Finish]; the last call holds. By default it is told nowhere, for formats
    /// without a place for it.
    default void later(LateFacts facts) {}

    /// What ends a complete stream.
    byte[] end(Usage usage);

    /// The whole answer as the format gives it in one piece, once it has ended; null where nobody can fetch it later.
    default byte @Nullable [] whole() {
        return null;
    }

    /// What tells a client in the middle of a stream that it broke off.
    byte[] failure(Refusal refusal);
}
