package dev.formulary.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A piece of an answer. Immutable.
public sealed interface ReplyEvent {

    /// Words of the answer.
    record Text(String text) implements ReplyEvent {}

    /// Words that the model thinks and does not say.
    record Thinking(String text) implements ReplyEvent {}

    /// A call of a tool, or more of its arguments.
    ///
    /// @param index which of the parallel calls, from 0
    /// @param id the call's id, with its first piece only; empty when the vendor gives none
    /// @param name the tool, with the first piece only
    /// @param arguments the next part of the arguments' JSON text; may be empty
    record ToolCall(int index, @Nullable String id, @Nullable String name, String arguments) implements ReplyEvent {}

    /// The model has stopped.
    record Finish(Reason reason) implements ReplyEvent {
        /// Why.
        public enum Reason {
            STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER
        }
    }

    /// What it took. At most one an answer; a later one replaces the ones before.
    record Accounting(Usage usage) implements ReplyEvent {}

    /// A frame in the caller's own format (see [ChatRequest#source]), which the gateway passes on as it is.
    ///
    /// @param frame the answer, or one frame of its stream
    /// @param meaning what it says, for the gateway's own use; the text may be left out where nobody needs it
    record Native(WireBody frame, List<ReplyEvent> meaning) implements ReplyEvent {
        public Native {
            meaning = List.copyOf(meaning);
        }
    }
}
