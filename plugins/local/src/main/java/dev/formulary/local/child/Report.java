package dev.formulary.local.child;

import java.util.Arrays;

/// What the process says.
public sealed interface Report {
    /// The number of what belongs to no call.
    int NO_CALL = 0;

    /// Which call it belongs to.
    int call();

    /// Whether nothing follows for this call.
    default boolean last() {
        return this instanceof Loaded || this instanceof Finished || this instanceof Failed || this instanceof Pong;
    }

    /// The library is there. Comes first; [Failed] comes in its place when it is not.
    ///
    /// @param gpu whether it can use a graphics card
    record Ready(int call, String version, boolean gpu) implements Report {}

    /// A model is in memory.
    ///
    /// @param context tokens that are reserved
    /// @param dimensions of its vectors
    /// @param ownTemplate whether conversations are written as the model's file says; otherwise as ChatML
    record Loaded(int call, int context, int dimensions, boolean ownTemplate) implements Report {}

    /// The prompt has been read and fits.
    record Started(int call, int promptTokens) implements Report {}

    /// More of the answer, in whole characters.
    record Text(int call, String text) implements Report {}

    /// One text's vector, of length 1.
    record Vector(int call, int tokens, float[] values) implements Report {
        @Override
        public boolean equals(Object other) {
            return other instanceof Vector(int theirs, int theirTokens, float[] theirValues) && call == theirs
                    && tokens == theirTokens && Arrays.equals(values, theirValues);
        }

        @Override
        public int hashCode() {
            return 31 * call + Arrays.hashCode(values);
        }
    }

    /// All is said.
    ///
    /// @param tokens written, the one that ends the answer included
    record Finished(int call, Stop stop, int tokens) implements Report {}

    /// It could not be done.
    ///
    /// @param message one lower-case sentence without a part of any prompt
    record Failed(int call, Reason reason, String message) implements Report {}

    /// The process lives.
    record Pong(int call) implements Report {}

    /// Why an answer ended.
    enum Stop {
        /// The model or a stop text ended it.
        END,
        /// The most tokens were reached, or the end of the context.
        LENGTH,
        /// Nobody wanted it any more.
        CANCELLED
    }

    /// Why something could not be done.
    enum Reason {
        /// The library can't be used.
        LIBRARY,
        /// The model can't be used.
        MODEL,
        /// Prompt and answer do not fit.
        CONTEXT,
        /// What is asked makes no sense to this model.
        REQUEST,
        /// Something went wrong inside.
        INTERNAL
    }
}
