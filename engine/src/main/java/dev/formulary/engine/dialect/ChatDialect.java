package dev.formulary.engine.dialect;

import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ChatRequest;
import org.jspecify.annotations.Nullable;

/// One client's format. Thread-safe.
public sealed interface ChatDialect permits OpenAiChat, OpenAiResponses, OllamaChat, AnthropicMessages,
        VectorDialect, OllamaGenerate {

    /// Which one it is.
    Dialect name();

    /// Reads a request.
    ///
    /// @throws MalformedBodyException when it is not one; says where and what would be right
    Inquiry read(byte[] body) throws MalformedBodyException;

    /// Whether the client is told what the model thought. Formats in which thoughts stand beside the answer always tell them.
    default boolean tellsThoughts(ChatRequest request) {
        return true;
    }

    /// Writes an answer in one piece.
    byte[] whole(ReplyHead head, CollectedReply reply);

    /// Starts to write an answer in pieces.
    ///
    /// @param includeUsage whether the client wants the tokens counted
    StreamWriter stream(ReplyHead head, boolean includeUsage);

    /// Media type of a stream.
    String streamType();

    /// A refusal as clients of this format know it. By default it is the same to all.
    default Refusal adapted(Refusal refusal) {
        return refusal;
    }

    /// Writes an error in place of an answer.
    byte[] error(Refusal refusal);

    /// Puts what [#error] wrote into a stream that has begun.
    byte[] inStream(byte[] error);

    /// What clients of a stream pass over.
    ///
    /// @param words one line
    /// @return null where the format has no such thing
    byte @Nullable [] comment(String words);

    /// The answer to a client that only wants the model to be made ready.
    ///
    /// @param unloaded whether it wanted the model's memory back instead
    byte[] loaded(ReplyHead head, boolean unloaded);
}
