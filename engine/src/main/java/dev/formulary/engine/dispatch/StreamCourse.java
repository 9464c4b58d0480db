package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.StreamState;
import dev.formulary.spi.FailureCategory;

/// The states of one model's answer and the ways between them: it is held until its first content, then committed, and ends
/// done or broken. What ended stays so. Not thread-safe.
final class StreamCourse {
    private StreamState state = StreamState.NOT_STARTED;

    StreamState state() {
        return state;
    }

    /// The model has begun to answer.
    ///
    /// @throws IllegalStateException when it had begun before
    void began() {
        if (state != StreamState.NOT_STARTED) {
            throw new IllegalStateException("an answer that is " + state + " can't begin");
        }
        state = StreamState.HELD;
    }

    /// Content has come. Does nothing where some had come before.
    ///
    /// @throws IllegalStateException when the answer has not begun or has ended
    void content() {
        requireUnderWay("have content");
        state = StreamState.COMMITTED;
    }

    /// All has come.
    ///
    /// @throws IllegalStateException when the answer has not begun or has ended
    void complete() {
        requireUnderWay("be complete");
        state = StreamState.DONE;
    }

    /// It went wrong. A caller who has gone leaves the answer as it stands; and so does what goes wrong after its end.
    void broke(FailureCategory why) {
        if (state != StreamState.DONE && !state.broken()) {
            state = switch (why) {
                case CANCELLED -> state;
                case TIMEOUT -> StreamState.STALLED;
                case MALFORMED -> StreamState.MALFORMED;
                default -> StreamState.CUT;
            };
        }
    }

    private void requireUnderWay(String what) {
        if (state != StreamState.HELD && state != StreamState.COMMITTED) {
            throw new IllegalStateException("an answer that is " + state + " can't " + what);
        }
    }
}
