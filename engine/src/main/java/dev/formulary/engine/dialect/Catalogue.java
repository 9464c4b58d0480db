package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.facts.Candidate;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Lists models in OpenAI's format. Thread-safe.
public final class Catalogue {
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
}
