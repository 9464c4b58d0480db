package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads content: a text, or a list of blocks. For one request.
final class AnthropicBlocks {
    /// Where a block bears what was signed of it.
    static final String SIGNATURE = "signature";
    /// How the provider of this format marks what its vendor has signed.
    private static final String VENDOR = "anthropic:";
    /// Signatures of providers begin with their kind; those of the vendor itself are Base64.
    private static final Pattern OF_A_KIND = Pattern.compile("[a-z][a-z0-9_-]*:.*", Pattern.DOTALL);

    private final Map<String, @Nullable Object> asked = new LinkedHashMap<>();

    /// What blocks ask for beside what they say, by its name.
    Map<String, @Nullable Object> asked() {
        return asked;
    }

    /// As the vendor made it, where it is the vendor's.
    static String outward(String signature) {
        return signature.startsWith(VENDOR) && !OF_A_KIND.matcher(signature.substring(VENDOR.length())).matches()
                ? signature.substring(VENDOR.length())
                : signature;
    }

    static boolean isVendors(String signature) {
        return !signature.isEmpty() && !OF_A_KIND.matcher(signature).matches();
    }

    private static @Nullable String inward(String signature) {
        if (signature.isEmpty()) {
            return null;
        }
        return isVendors(signature) ? VENDOR + signature : signature;
    }

    List<Part> parts(JsonNode content, String at) throws MalformedBodyException {
        if (isAbsent(content)) {
            return List.of();
        }
        if (content.isTextual()) {
            return List.of(new ChatRequest.Text(content.textValue()));
        }
        List<Part> all = new ArrayList<>();
        int number = 0;
        for (JsonNode each : array(content, at)) {
            all.addAll(part(each, at + "[" + number++ + "]"));
        }
        return all;
    }

    static JsonNode array(JsonNode content, String at) throws MalformedBodyException {
        if (!content.isArray()) {
            throw MemberReader.wrong(at, "a string or an array of blocks");
        }
        return content;
    }

    /// Most blocks are one part; a document may be none or several.
    List<Part> part(JsonNode block, String at) throws MalformedBodyException {
        note(block);
        String type = block.path("type").asText();
        return switch (type) {
            case "text" -> List.of(new ChatRequest.Text(block.path("text").asText()));
            case "image" -> List.of(image(block.path("source"), at + ".source"));
            case "document" -> document(block, at);
            case "thinking" -> List.of(new ChatRequest.Thought(block.path("thinking").asText(),
                    inward(block.path(SIGNATURE).asText(""))));
            case "redacted_thinking" -> List.of(redacted(block));
            case "" -> throw MemberReader.wrong(at + ".type",
                    "text, image, document, tool_use, tool_result, thinking or redacted_thinking");
            default -> List.of(new ChatRequest.Opaque(type));
        };
    }

    void note(JsonNode block) {
        if (!isAbsent(block.path("cache_control"))) {
            asked.put("cache_control", true);
        }
        if (block.path("citations").path("enabled").asBoolean()) {
            asked.put("citations", true);
        }
    }

    /// In the form in which the provider of this format keeps several blocks.
    private static Part redacted(JsonNode block) {
        var kept = Json.MAPPER.createArrayNode();
        kept.addObject().put("type", "redacted_thinking").put("data", block.path("data").asText());
        return new ChatRequest.Thought("", VENDOR + "blocks:" + kept);
    }

    private static Part image(JsonNode source, String at) throws MalformedBodyException {
        return switch (source.path("type").asText()) {
            case "base64" -> new ChatRequest.Image(MemberReader.text(source.path("media_type"), at + ".media_type"),
                    MemberReader.text(source.path("data"), at + ".data"), false);
            case "url" -> new ChatRequest.Image("", MemberReader.text(source.path("url"), at + ".url"), true);
            // a file that the vendor keeps can only be found by that vendor
            case "file" -> new ChatRequest.Opaque("image");
            default -> throw MemberReader.wrong(at + ".type", "base64, url or file");
        };
    }

    private List<Part> document(JsonNode block, String at) throws MalformedBodyException {
        JsonNode source = block.path("source");
        String name = MemberReader.textOrNull(block.path("title"));
        return switch (source.path("type").asText()) {
            case "base64" -> List.of(new ChatRequest.Document(
                    MemberReader.text(source.path("media_type"), at + ".source.media_type"),
                    MemberReader.text(source.path("data"), at + ".source.data"), false, name));
            case "url" -> List.of(new ChatRequest.Document("",
                    MemberReader.text(source.path("url"), at + ".source.url"), true, name));
            case "text" -> List.of(new ChatRequest.Text(
                    headed(block, MemberReader.text(source.path("data"), at + ".source.data"))));
            case "content" -> {
                List<Part> all = new ArrayList<>(parts(source.path("content"), at + ".source.content"));
                String head = headed(block, null);
                if (!head.isEmpty()) {
                    all.addFirst(new ChatRequest.Text(head + "\n\n"));
                }
                yield all;
            }
            case "file" -> List.of(new ChatRequest.Opaque("document"));
            default -> throw MemberReader.wrong(at + ".source.type", "base64, url, text, content or file");
        };
    }

    /// What is plain text all models can read; its title and its context stand before it.
    private static String headed(JsonNode block, @Nullable String text) {
        return Stream.of(MemberReader.textOrNull(block.path("title")),
                MemberReader.textOrNull(block.path("context")), text)
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n\n"));
    }

    ToolCall call(JsonNode block, String at) throws MalformedBodyException {
        note(block);
        JsonNode input = block.path("input");
        if (!isAbsent(input) && !input.isObject()) {
            throw MemberReader.wrong(at + ".input", "an object");
        }
        return new ToolCall(MemberReader.text(block.path("id"), at + ".id"),
                MemberReader.text(block.path("name"), at + ".name"), isAbsent(input) ? "{}" : input.toString(),
                MemberReader.textOrNull(block.path(SIGNATURE)));
    }

    /// That a tool failed other formats can only say in words.
    List<Part> result(JsonNode block, String at) throws MalformedBodyException {
        note(block);
        List<Part> parts = parts(block.path("content"), at + ".content");
        if (!block.path("is_error").asBoolean() || saysSo(parts)) {
            return parts;
        }
        List<Part> all = new ArrayList<>(parts);
        all.addFirst(new ChatRequest.Text(parts.isEmpty() ? "Error" : "Error: "));
        return all;
    }

    private static boolean saysSo(List<Part> parts) {
        return !parts.isEmpty() && parts.getFirst() instanceof ChatRequest.Text(String text)
                && text.regionMatches(true, 0, "error", 0, "error".length());
    }
}
