package dev.formulary.engine.dialect;

import static dev.formulary.engine.dialect.MemberReader.isAbsent;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Ollama's completion of one prompt: `POST /api/generate`. Source: Ollama's API as its server implements it in August 2026.
///
/// A prompt is what a person says, so any model that chats answers it. What only a server of this format can do, because it
/// touches the model's own template (`raw`, `suffix`, `template`, `context`), goes to such a server or is refused.
public final class OllamaGenerate implements ChatDialect {
    private static final Set<String> ESSENTIAL = Set.of("raw", "suffix", "template", "context");
    private static final Set<String> KNOWN = Set.of("model", "prompt", "system", "images", "format", "options",
            "stream",
            "metadata", "think", "keep_alive", "logprobs", "top_logprobs", "truncate");
    private static final ChatDialect CHAT = new OllamaChat();

    @Override
    public Dialect name() {
        return Dialect.OLLAMA_GENERATE;
    }

    @Override
    public Inquiry read(byte[] body) throws MalformedBodyException {
        if (body.length == 0) {
            throw new MalformedBodyException("invalid_json", "missing request body", "body");
        }
        Json.Members members = Json.members(WireBody.OLLAMA_GENERATE, body);
        String model = MemberReader.text(members.get("model"), "model");
        var known = new HashSet<>(KNOWN);
        for (String name : ESSENTIAL) {
            if (saysNothing(members.get(name))) {
                known.add(name);
            }
        }
        List<Message> messages = messages(members);
        var request = new ChatRequest(model, messages, List.of(), null,
                OllamaRequest.sampling(members.get("options")), OllamaRequest.format(members.get("format")),
                MemberReader.flag(members.get("stream"), "stream", true), true, OllamaRequest.rest(members, known),
                members.source(), OllamaRequest.options(members, ESSENTIAL));
        boolean empty = messages.stream().noneMatch(message -> message.role() == Role.USER);
        return new Inquiry(request, MemberReader.metadata(members.get("metadata")), empty);
    }

    private static boolean saysNothing(JsonNode value) {
        return isAbsent(value) || (value.isTextual() && value.textValue().isEmpty())
                || (value.isBoolean() && !value.booleanValue())
                || (value.isArray() && value.isEmpty());
    }

    private static List<Message> messages(Json.Members members) throws MalformedBodyException {
        List<Message> all = new ArrayList<>(2);
        String system = text(members, "system");
        if (!system.isEmpty()) {
            all.add(Message.text(Role.SYSTEM, system));
        }
        List<Part> parts = new ArrayList<>();
        String prompt = text(members, "prompt");
        if (!prompt.isEmpty()) {
            parts.add(new ChatRequest.Text(prompt));
        }
        String suffix = text(members, "suffix");
        if (!suffix.isEmpty()) {
            // is read by whoever screens it; the server gets it from the body
            parts.add(new ChatRequest.Text(suffix));
        }
        if (!isAbsent(members.get("images"))) {
            for (JsonNode image : MemberReader.array(members.get("images"), "images")) {
                parts.add(OllamaRequest.image(MemberReader.text(image, "images")));
            }
        }
        if (!parts.isEmpty()) {
            all.add(new Message(Role.USER, parts, List.of(), null, null));
        }
        return all;
    }

    private static String text(Json.Members members, String name) throws MalformedBodyException {
        JsonNode value = members.get(name);
        if (!isAbsent(value) && !value.isTextual()) {
            throw MemberReader.wrong(name, "a string");
        }
        return value.asText("");
    }

    @Override
    public byte[] whole(ReplyHead head, CollectedReply reply) {
        WireBody original = reply.original();
        return original != null && original.format().equals(WireBody.OLLAMA_GENERATE)
                ? original.bytes()
                : OllamaLines.whole(head, OllamaGenerate::writeResponse, reply);
    }

    @Override
    public byte[] loaded(ReplyHead head, boolean unloaded) {
        return OllamaLines.loaded(head, OllamaGenerate::writeResponse, unloaded);
    }

    private static void writeResponse(JsonGenerator out, ReplyHead head, CollectedReply reply) throws IOException {
        out.writeStringField("response", reply.text() + reply.refusal());
        if (!reply.thinking().isEmpty()) {
            out.writeStringField("thinking", reply.thinking());
        }
    }

    @Override
    public StreamWriter stream(ReplyHead head, boolean includeUsage) {
        return new OllamaLines(head, OllamaGenerate::writeResponse, false);
    }

    @Override
    public String streamType() {
        return CHAT.streamType();
    }

    @Override
    public byte[] error(Refusal refusal) {
        return CHAT.error(refusal);
    }

    @Override
    public byte[] inStream(byte[] error) {
        return CHAT.inStream(error);
    }

    @Override
    public byte @Nullable [] comment(String words) {
        return null;
    }
}
