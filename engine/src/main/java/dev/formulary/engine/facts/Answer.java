package dev.formulary.engine.facts;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What goes back to a client.
public sealed interface Answer {

    /// HTTP status; other ways in translate it.
    int status();

    /// Media type of the body.
    String contentType();

    /// Further headers, `X-Formulary-*` among them.
    Map<String, String> headers();

    /// An answer in one piece.
    record Whole(int status, String contentType, Map<String, String> headers, byte[] body) implements Answer {}

    /// An answer in pieces. Whoever gets it reads to the end or closes it.
    record Streamed(int status, String contentType, Map<String, String> headers, Frames frames) implements Answer {}

    /// The pieces, each to be sent by itself. Read by one thread.
    interface Frames extends AutoCloseable {
        /// Waits for the next piece. What goes wrong in the middle is told in a last frame of the client's dialect.
        ///
        /// @return some bytes, or null at the end
        /// @throws InterruptedException when interrupted while waiting
        byte @Nullable [] next() throws InterruptedException;

        /// Whether the answer broke off, which its last frame told; known once that was read.
        default boolean brokeOff() {
            return false;
        }

        /// The client has gone, or all was read. Idempotent.
        @Override
        void close();
    }
}
