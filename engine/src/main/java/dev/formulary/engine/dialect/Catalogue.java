package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// Lists models in the clients' formats. Thread-safe.
public final class Catalogue {
    /// The release of Ollama whose interface ours follows.
    private static final String OLLAMA_VERSION = "0.12.6";

    private final Instant since;

    /// @param since shown as the time at which models were made, which nobody knows
    public Catalogue(Instant since) {
        this.since = since;
    }

    /// Shown as the time at which models were made.
    public Instant since() {
        return since;
    }

    /// A name under which something can be asked.
    ///
    /// @param name `provider/model`, `auto` or an alias
    /// @param owner who offers it
    public record Entry(String name, String owner) {
        /// The entry of a model.
        public static Entry of(Candidate candidate) {
            return new Entry(candidate.id(), candidate.provider());
        }
    }

    /// The answer to `GET /v1/models`.
    public byte[] openAiList(List<Entry> entries) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("object", "list");
            out.writeArrayFieldStart("data");
            for (Entry entry : entries) {
                writeModel(out, entry);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    /// The answer to `GET /v1/models/{id}`.
    public Optional<byte[]> openAiModel(List<Entry> entries, String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst()
                .map(entry -> Json.bytes(out -> writeModel(out, entry)));
    }

    private void writeModel(JsonGenerator out, Entry entry) throws IOException {
        out.writeStartObject();
        out.writeStringField("id", entry.name());
        out.writeStringField("object", "model");
        out.writeNumberField("created", since.getEpochSecond());
        out.writeStringField("owned_by", entry.owner());
        out.writeEndObject();
    }

    /// The answer to `GET /api/tags`.
    public byte[] ollamaTags(List<Entry> entries, List<Candidate> candidates) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("models");
            for (Entry entry : entries) {
                writeTag(out, entry, candidates);
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void writeTag(JsonGenerator out, Entry entry, List<Candidate> candidates) throws IOException {
        Optional<Candidate> model = candidates.stream().filter(each -> each.id().equals(entry.name())).findFirst();
        out.writeStartObject();
        out.writeStringField("name", entry.name());
        out.writeStringField("model", entry.name());
        out.writeStringField("modified_at", since.toString());
        out.writeNumberField("size", 0);
        out.writeStringField("digest", digest(entry.name()));
        out.writeObjectFieldStart("details");
        out.writeStringField("parent_model", "");
        out.writeStringField("format", "");
        out.writeStringField("family", entry.owner());
        out.writeArrayFieldStart("families");
        out.writeString(entry.owner());
        out.writeEndArray();
        out.writeStringField("parameter_size", model.map(each -> attribute(each, "parameter_size")).orElse(""));
        out.writeStringField("quantization_level", model.map(each -> attribute(each, "quantization")).orElse(""));
        out.writeEndObject();
        out.writeArrayFieldStart("capabilities");
        for (Capability capability : Capability.values()) {
            if (model.isEmpty() ? capability == Capability.CHAT : model.get().can(capability)) {
                out.writeString(ollamaName(capability));
            }
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static String attribute(Candidate candidate, String name) {
        return candidate.card().attributes().getOrDefault(name, "");
    }

    private static String ollamaName(Capability capability) {
        return switch (capability) {
            case CHAT -> "completion";
            case EMBED -> "embedding";
            case VISION -> "vision";
            case AUDIO -> "audio";
            case TOOLS -> "tools";
            case JSON -> "json";
            case THINKING -> "thinking";
        };
    }

    /// Clients compare digests to notice that a model changed; a name of ours stays what it is.
    private static String digest(String name) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// The answer to `GET /api/version`.
    public byte[] ollamaVersion() {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("version", OLLAMA_VERSION);
            out.writeEndObject();
        });
    }
}
