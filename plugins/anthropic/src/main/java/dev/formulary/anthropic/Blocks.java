package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Writes pieces of turns as content blocks.
final class Blocks {
    private static final Set<String> PICTURES = Set.of("image/jpeg", "image/png", "image/gif", "image/webp");

    private Blocks() {}

    /// The blocks of a turn; empty texts, which the vendor refuses, are left out.
    static List<ObjectNode> of(List<Part> parts) throws ProviderException {
        var blocks = new ArrayList<ObjectNode>();
        for (Part part : parts) {
            switch (part) {
                case Text(String text) -> {
                    if (!text.isBlank()) {
                        blocks.add(Json.object("text").put("text", text));
                    }
                }
                case Image image -> blocks.add(picture(image));
                case Document document -> blocks.add(document(document));
                case Audio _ -> throw unsupported("sound can't be put into the Messages API");
                case Thought _ -> throw unsupported("only an assistant's turn has thoughts");
                case Opaque(String type) -> throw unsupported(
                        "a part of the kind '" + type + "' can't be put into the Messages API");
            }
        }
        return blocks;
    }

    private static ObjectNode picture(Image image) throws ProviderException {
        if (!image.url() && !PICTURES.contains(image.mediaType())) {
            throw unsupported("a picture must be JPEG, PNG, GIF or WebP for the Messages API, not '"
                    + image.mediaType() + "'");
        }
        return Json.object("image").set("source", source(image.mediaType(), image.data(), image.url()));
    }

    private static ObjectNode document(Document document) throws ProviderException {
        ObjectNode block = Json.object("document");
        if (document.url() || document.mediaType().equals("application/pdf")) {
            block.set("source", source(document.mediaType(), document.data(), document.url()));
        } else if (document.mediaType().startsWith("text/")) {
            block.set("source", Json.object("text").put("media_type", "text/plain").put("data", decoded(document)));
        } else {
            throw unsupported("a document must be PDF or plain text for the Messages API, not '"
                    + document.mediaType() + "'");
        }
        return document.name() == null ? block : block.put("title", document.name());
    }

    private static ObjectNode source(String mediaType, String data, boolean url) {
        return url
                ? Json.object("url").put("url", data)
                : Json.object("base64").put("media_type", mediaType).put("data", data);
    }

    private static String decoded(Document document) throws ProviderException {
        try {
            return new String(Base64.getDecoder().decode(document.data()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProviderException(FailureCategory.INVALID_REQUEST,
                    "a document is not the Base64 that it should be");
        }
    }

    static ProviderException unsupported(String message) {
        return new ProviderException(FailureCategory.UNSUPPORTED, message);
    }
}
