package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A format of vectors: they come in one piece, and errors are those of the chat format beside it.
abstract sealed class VectorDialect implements ChatDialect permits OpenAiEmbeddings, OllamaEmbed {
    private final ChatDialect chat;

    /// @param chat of the same API
    VectorDialect(ChatDialect chat) {
        this.chat = chat;
    }

    static void write(JsonGenerator out, float[] vector) throws IOException {
        out.writeStartArray();
        for (float number : vector) {
            out.writeNumber(number);
        }
        out.writeEndArray();
    }

    @Override
    public final byte[] loaded(ReplyHead head, boolean unloaded) {
        return whole(head, new CollectedReply());
    }

    @Override
    public final StreamWriter stream(ReplyHead head, boolean includeUsage) {
        throw new IllegalStateException("vectors are not streamed");
    }

    @Override
    public final String streamType() {
        return chat.streamType();
    }

    @Override
    public final byte[] error(Refusal refusal) {
        return chat.error(refusal);
    }

    @Override
    public final byte[] inStream(byte[] error) {
        return chat.inStream(error);
    }

    @Override
    public final byte @Nullable [] comment(String words) {
        return chat.comment(words);
    }
}
