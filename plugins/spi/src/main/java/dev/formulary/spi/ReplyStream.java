package dev.formulary.spi;

import org.jspecify.annotations.Nullable;

/// An answer while it comes. Read by one thread at a time.
public interface ReplyStream extends AutoCloseable {

    /// Waits for the next piece. Pieces are not held back to be joined.
    ///
    /// @return the next event, or null when the answer is complete; every complete answer has exactly one
    ///         [ReplyEvent.Finish], possibly inside a [ReplyEvent.Native]
    /// @throws ProviderException when the answer breaks off; nothing follows
    /// @throws InterruptedException when the attempt is cancelled while waiting
    @Nullable
    ReplyEvent next() throws ProviderException, InterruptedException;

    /// Lets go of the vendor. Before the end of the answer this cancels it. Idempotent, does not block.
    @Override
    void close();
}
