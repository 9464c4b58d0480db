package dev.formulary.engine.dialect;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.WireBody;
import java.util.List;
import java.util.Map;

/// Texts to be turned into vectors.
///
/// @param request the texts; its model is the name that the client gave
/// @param base64 whether the client wants the numbers as Base64 of little-endian 32-bit floats
public record VectorQuestion(Embeddings.Request request, boolean base64) {
    /// A vector has no tokens; this is the least that an answer can be said to have.
    private static final Sampling NO_WORDS = new Sampling(null, null, 1, null, null, List.of());

    /// What the client's body says: the texts as what one person says, so that they are screened like the words of a chat.
    Inquiry inquiry(WireBody source, Map<String, String> metadata) {
        String end = request.texts().size() > 1 ? "\n" : "";
        List<Part> parts = request.texts().stream().map(text -> new ChatRequest.Text(text + end))
                .map(Part.class::cast).toList();
        var asked = new ChatRequest(request.model(),
                List.of(new Message(ChatRequest.Role.USER, parts, List.of(), null, null)), List.of(), null, NO_WORDS,
                new ChatRequest.Format.Free(), false, false, Map.of(), source);
        return new Inquiry(asked, metadata, request.count() == 0, null, this);
    }
}
