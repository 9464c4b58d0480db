package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Tells of models in Ollama's format. What nobody knows is empty or 0, as Ollama itself writes it. Thread-safe.
public final class OllamaCatalogue {
    /// The release of Ollama whose interface ours follows.
    private static final String VERSION = "0.12.6";
    /// How Ollama writes a time that is not set; clients can't do without one.
    private static final String NEVER = "0001-01-01T00:00:00Z";
    private static final String ARCHITECTURE = "formulary";

    private final Instant since;

    /// @param since shown as the time at which models were made, which nobody knows
    public OllamaCatalogue(Instant since) {
        this.since = since;
    }

    /// A name under which something can be asked.
    ///
    /// @param name `provider/model`, `auto` or an alias
    /// @param owner who offers it
    /// @param models those that may answer; one, but for `auto`
    public record Named(String name, String owner, List<Candidate> models) {
        public Named {
            models = List.copyOf(models);
        }

        /// A model by its own name.
        public static Named of(Candidate model) {
            return new Named(model.id(), model.provider(), List.of(model));
        }

        private boolean can(Capability capability) {
            return models.stream().anyMatch(each -> each.can(capability));
        }

        /// The largest, as policy chooses one that has room; 0 when unknown.
        private int contextTokens() {
            return models.stream().mapToInt(each -> each.card().contextTokens()).max().orElse(0);
        }

        private String attribute(String... names) {
            for (String name : names) {
                String value = models.size() == 1 ? models.getFirst().card().attributes().get(name) : null;
                if (value != null) {
                    return value;
                }
            }
            return "";
        }

        private String family() {
            String family = attribute("family");
            return family.isEmpty() ? owner : family;
        }

        private long number(String... names) {
            String value = attribute(names);
            return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
        }
    }

    /// The answer to `GET /api/tags`.
    public byte[] tags(List<Named> all) {
        return models(all, (out, each) -> writeModel(out, each, each.number("bytes", "file-bytes")));
    }

    /// A model that lies in memory.
    public record Running(Named model, LoadedModel loaded) {}

    /// The answer to `GET /api/ps`.
    public byte[] running(List<Running> all) {
        return models(all, (out, each) -> {
            writeModel(out, each.model(), Math.max(0, each.loaded().bytes()));
            out.writeNumberField("size_vram", Math.max(0, each.loaded().gpuBytes()));
            out.writeNumberField("context_length", each.loaded().contextTokens());
            Instant until = each.loaded().until();
            out.writeStringField("expires_at", until == null ? NEVER : until.toString());
        });
    }

    private interface Entry<T> {
        void write(JsonGenerator out, T each) throws IOException;
    }

    private static <T> byte[] models(List<T> all, Entry<T> entry) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("models");
            for (T each : all) {
                out.writeStartObject();
                entry.write(out, each);
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private void writeModel(JsonGenerator out, Named model, long bytes) throws IOException {
        out.writeStringField("name", model.name());
        out.writeStringField("model", model.name());
        out.writeStringField("modified_at", since.toString());
        out.writeNumberField("size", bytes);
        out.writeStringField("digest", digest(model.name()));
        writeDetails(out, model);
        writeCapabilities(out, model);
    }

    private static void writeDetails(JsonGenerator out, Named model) throws IOException {
        out.writeObjectFieldStart("details");
        out.writeStringField("parent_model", "");
        out.writeStringField("format", model.attribute("format"));
        out.writeStringField("family", model.family());
        out.writeArrayFieldStart("families");
        out.writeString(model.family());
        out.writeEndArray();
        out.writeStringField("parameter_size", parameterSize(model));
        out.writeStringField("quantization_level",
                model.attribute("quantization-level", "quantization_level", "quantization"));
        if (model.contextTokens() > 0) {
            out.writeNumberField("context_length", model.contextTokens());
        }
        out.writeEndObject();
    }

    private static String parameterSize(Named model) {
        String said = model.attribute("parameter-size", "parameter_size");
        long count = model.number("parameters", "parameter-count");
        return !said.isEmpty() || count == 0
                ? said
                : count >= 1_000_000_000
                        ? String.format(Locale.ROOT, "%.1fB", count / 1e9)
                        : String.format(Locale.ROOT, "%.0fM", count / 1e6);
    }

    private static void writeCapabilities(JsonGenerator out, Named model) throws IOException {
        out.writeArrayFieldStart("capabilities");
        for (Capability capability : Capability.values()) {
            String word = word(capability);
            if (word != null && model.can(capability)) {
                out.writeString(word);
            }
        }
        out.writeEndArray();
    }

    private static @Nullable String word(Capability capability) {
        return switch (capability) {
            case CHAT -> "completion";
            case EMBED -> "embedding";
            case VISION -> "vision";
            case AUDIO -> "audio";
            case TOOLS -> "tools";
            case THINKING -> "thinking";
            // every model of Ollama does
            case JSON -> null;
        };
    }

    /// The answer to `POST /api/show`. Templates are their servers' own affair, so there is none.
    public byte[] show(Named model) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField("license", model.attribute("licence", "license"));
            out.writeStringField("modelfile", "");
            out.writeStringField("parameters",
                    model.contextTokens() > 0 ? "num_ctx                        " + model.contextTokens() : "");
            out.writeStringField("template", "");
            out.writeStringField("system", "");
            writeDetails(out, model);
            writeInfo(out, model);
            writeCapabilities(out, model);
            out.writeStringField("modified_at", since.toString());
            out.writeEndObject();
        });
    }

    private static void writeInfo(JsonGenerator out, Named model) throws IOException {
        String architecture = model.attribute("family").isEmpty() ? ARCHITECTURE : model.family();
        out.writeObjectFieldStart("model_info");
        out.writeStringField("general.architecture", architecture);
        long parameters = model.number("parameters", "parameter-count");
        if (parameters > 0) {
            out.writeNumberField("general.parameter_count", parameters);
        }
        if (model.contextTokens() > 0) {
            out.writeNumberField(architecture + ".context_length", model.contextTokens());
        }
        out.writeEndObject();
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
    public byte[] version() {
        return status("version", VERSION);
    }

    /// A line of what `POST /api/pull` does; the last one is `success`.
    public byte[] status(String words) {
        return status("status", words);
    }

    private static byte[] status(String name, String words) {
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeStringField(name, words);
            out.writeEndObject();
        });
    }

    /// What a client wants to know of a model, or have done with it.
    ///
    /// @param model its name
    /// @param stream whether it wants to hear how that goes on
    public record Asked(String model, boolean stream) {}

    /// Reads the body of `POST /api/show` and its like.
    ///
    /// @throws MalformedBodyException when it is no JSON object, or names no model
    public static Asked asked(byte[] body) throws MalformedBodyException {
        if (body.length == 0) {
            throw new MalformedBodyException("invalid_json", "missing request body", "body");
        }
        Json.Members members = Json.members("ollama", body);
        String name = members.values().containsKey("model") ? "model" : "name";
        return new Asked(MemberReader.text(members.get(name), name),
                MemberReader.flag(members.get("stream"), "stream", true));
    }
}
