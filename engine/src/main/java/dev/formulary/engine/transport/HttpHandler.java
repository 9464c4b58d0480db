package dev.formulary.engine.transport;

import dev.formulary.engine.facts.Answer;

/// Serves what comes in at an [HttpListener]. Thread-safe.
@FunctionalInterface
public interface HttpHandler {

    /// Answers one call whose body is complete. Runs on a virtual thread of its own and may block. A streamed answer is
    /// read on the same thread afterwards; its frames are closed exactly once.
    ///
    /// @throws InterruptedException when the gateway stops; the client gets 503
    Answer handle(HttpCall call) throws InterruptedException;

    /// Looks before the body is read whether anybody serves the path. Runs on an event loop and must not block.
    ///
    /// @param path the path, percent signs resolved
    default Check check(String method, String path) {
        return Check.OPEN;
    }

    /// Whether a path is served.
    sealed interface Check {
        /// Somebody serves it.
        Check OPEN = new Open();
        /// Nobody does: 404.
        Check UNKNOWN = new Unknown();

        /// Somebody serves it.
        record Open() implements Check {}

        /// Nobody does.
        record Unknown() implements Check {}

        /// Somebody does, by another method: 405.
        ///
        /// @param allow the methods that are served, separated by comma and blank
        record WrongMethod(String allow) implements Check {}
    }
}
