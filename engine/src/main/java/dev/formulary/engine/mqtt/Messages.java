package dev.formulary.engine.mqtt;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// What other parts of a node do with its broker: tell what is so, hear of topics, and say all again when the broker is there
/// once more. Thread-safe; nothing here blocks.
public interface Messages {

    /// Where the node says `online` or `offline`: a retained message, and the broker says `offline` for a node that is lost.
    String statusTopic();

    /// Tells what is so, at least once.
    ///
    /// @param topic below `formulary/v1/NODE/`, or elsewhere; this node does not take it for a question
    /// @param payload nothing removes what is retained
    /// @param retained whether whoever subscribes later gets it, too
    /// @return done when the broker has it; fails at once while there is no connection: what can't be told now is to be told
    ///         anew by an action of [#onConnected], and nothing piles up meanwhile
    CompletableFuture<?> publish(String topic, byte[] payload, boolean retained);

    /// Hears of what comes to a topic, also what is retained there. A message is acknowledged when the listener returns, and
    /// also when it throws, which is logged.
    ///
    /// @param filter a topic, which may have `+` and `#`
    /// @param listener called on a virtual thread of its own for each message, so that it may block
    /// @return ends it
    Subscription listen(String filter, Consumer<Incoming> listener);

    /// Runs an action, on a virtual thread, each time the broker is connected (the first time, too), and at once when it is
    /// connected already. A broker may have forgotten everything by then.
    void onConnected(Runnable action);

    /// A topic that is heard.
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        /// Hears no more of it. Idempotent.
        @Override
        void close();
    }
}
