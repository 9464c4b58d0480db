package dev.formulary.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.spi.ChatRequest.Audio;
import dev.formulary.spi.ChatRequest.Document;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Opaque;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.Thought;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// The pieces of one request's turns in the vendor's form. Not thread-safe.
final class Parts {
    private final Downloads downloads;
    private final Set<String> ignored;
    private int message = -1;

    /// @param ignored gets the names of what is left out
    Parts(Downloads downloads, Set<String> ignored) {
        this.downloads = downloads;
        this.ignored = ignored;
    }

    /// Says which message the next pieces belong to.
    void nextMessage(Message next) {
        message++;
        if (next.name() != null && next.role() != Role.TOOL) {
            ignored.add("name");
        }
    }

    List<ObjectNode> all(List<Part> parts) throws ProviderException, InterruptedException {
        var all = new ArrayList<ObjectNode>();
        for (Part part : parts) {
            all.add(one(part));
        }
        return all;
    }

    /// For instructions, which are words only.
    List<ObjectNode> words(List<Part> parts) throws ProviderException, InterruptedException {
        if (!parts.stream().allMatch(Text.class::isInstance)) {
            throw unsupported("messages[" + message + "]: instructions can only be words for this vendor");
        }
        return all(parts);
    }

    ObjectNode one(Part part) throws ProviderException, InterruptedException {
        return switch (part) {
            case Text(String text) -> Json.object().put("text", text);
            case Image(String type, String data, boolean url) -> url
                    ? fetched(data, "picture", found -> found.startsWith("image/"))
                    : inline(type, data);
            // the vendor's own name for what is registered as audio/mpeg
            case Audio(String type, String data) -> inline(type.equals("audio/mpeg") ? "audio/mp3" : type, data);
            case Document document -> document(document);
            case Thought(String text, var _) -> Json.object().put("text", text);
            case Opaque(String type) -> throw unsupported(
                    "messages[" + message + "]: a part of the kind '" + type
                            + "' can't be put into this vendor's form");
        };
    }

    private ObjectNode document(Document document) throws ProviderException, InterruptedException {
        if (document.name() != null) {
            ignored.add("filename");
        }
        return document.url()
                ? fetched(document.data(), "file",
                        found -> found.equals("application/pdf") || found.startsWith("text/"))
                : inline(document.mediaType(), document.data());
    }

    private ObjectNode fetched(String url, String what, Predicate<String> acceptable)
            throws ProviderException, InterruptedException {
        Downloads.Fetched fetched = downloads.fetch(url, "messages[" + message + "]: a " + what, acceptable);
        return inline(fetched.mediaType(), fetched.base64());
    }

    private static ObjectNode inline(String mediaType, String base64) {
        ObjectNode part = Json.object();
        part.putObject("inlineData").put("mimeType", mediaType).put("data", base64);
        return part;
    }

    private static ProviderException unsupported(String message) {
        return new ProviderException(FailureCategory.UNSUPPORTED, message);
    }
}
