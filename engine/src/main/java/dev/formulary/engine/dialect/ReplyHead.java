package dev.formulary.engine.dialect;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What an answer says about itself, whoever wrote it.
///
/// @param id the call's id
/// @param model `provider/model` that answers
/// @param created when it began
/// @param settings what it repeats of its question, in a format whose answers do; else null
/// @param thoughts whether the client is told what the model thought
public record ReplyHead(String id, String model, Instant created, @Nullable ResponseSettings settings,
        boolean thoughts) {

    /// Of an answer with its thoughts that repeats nothing.
    public ReplyHead(String id, String model, Instant created) {
        this(id, model, created, null, true);
    }
}
