package dev.formulary.engine.telemetry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A part of the way of a call, in order. Each has a span of its own, of that name in lower case.
public enum Stage {
    /// Who calls is found out, and what is asked is read.
    RECEIVE,
    /// What is known about the call.
    CONTEXT,
    /// Limits of the caller.
    ADMISSION,
    /// What rules say.
    DECISION,
    /// Pictures are fetched, and it is made out what the answer is held to.
    PREPARE,
    /// Whether there is an answer already.
    CACHE,
    /// Models are asked until one begins to answer, or has answered where the answer is wanted whole.
    DISPATCH,
    /// The answer goes to the caller.
    ANSWER;

    /// The stage that comes after another one.
    ///
    /// @param stage null for none
    static Stage after(@Nullable Stage stage) {
        return switch (stage) {
            case null -> RECEIVE;
            case RECEIVE -> CONTEXT;
            case CONTEXT -> ADMISSION;
            case ADMISSION -> DECISION;
            case DECISION -> PREPARE;
            case PREPARE -> CACHE;
            case CACHE -> DISPATCH;
            case DISPATCH, ANSWER -> ANSWER;
        };
    }

    /// The span's name.
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
