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

    /// The model says that it will not answer, in its own words, in the place where some vendors put that.
    record Refusal(String text) implements ReplyEvent {}

    /// What a vendor signed, to be given back unchanged with the next request of the conversation.
    ///
    /// @param value begins with the kind of the provider and a colon, so that others know that it is not theirs
    /// @param toolCall the index of the call that it belongs to, or -1 for the thoughts that came just before
    record Signature(String value, int toolCall) implements ReplyEvent {
        /// Stands for the thoughts.
        public static final int THOUGHTS = -1;
    }

    /// The probabilities of the tokens of the [Text] that came just before.
    record Logprobs(List<Token> tokens) implements ReplyEvent {
        public Logprobs {
            tokens = List.copyOf(tokens);
        }

        /// @param logprob natural logarithm of the probability, at most 0
        /// @param bytes the token's UTF-8 bytes, for tokens that are no whole characters; null when the vendor does not say
        /// @param alternatives the likeliest tokens in its place, the likeliest first; their own alternatives are empty
        public record Token(String text, double logprob, @Nullable List<Integer> bytes, List<Token> alternatives) {
            public Token {
                bytes = bytes == null ? null : List.copyOf(bytes);
                alternatives = List.copyOf(alternatives);
            }
        }
    }

    /// Something that the caller asked for was left out. Comes before the first content.
    ///
    /// @param parameter the caller's name for it, for example `seed`
    record Ignored(String parameter) implements ReplyEvent {}

    /// The model has stopped.
    record Finish(Reason reason) implements ReplyEvent {
        /// Why.
        public enum Reason {
            STOP, LENGTH, TOOL_CALLS, CONTENT_FILTER
        }
    }

    /// What it took. At most one an answer; a later one replaces the ones before.
    ///
    /// @param costMicros what the vendor says that the answer cost, in micro-dollars, rounded up; it counts instead of what the
    ///     model's prices make of the tokens. -1 when it does not say
    record Accounting(Usage usage, long costMicros) implements ReplyEvent {
        /// A vendor that says nothing of the cost.
        public Accounting(Usage usage) {
            this(usage, -1);
        }

        @Override
        public String toString() {
            return "Accounting[usage=" + usage + (costMicros < 0 ? "" : ", costMicros=" + costMicros) + "]";
        }
    }

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
