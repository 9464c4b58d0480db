package dev.formulary.engine.dialect;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.formulary.engine.dialect.Catalogue.Entry;
import dev.formulary.engine.facts.Candidate;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Lists models in Anthropic's form, page by page. Thread-safe.
public final class AnthropicCatalogue {
    /// The most entries of a page; as many as there are unless the client wants fewer.
    public static final int MOST = 1_000;

    private final Instant since;

    /// @param since shown as the time at which models were made, which nobody knows
    public AnthropicCatalogue(Instant since) {
        this.since = since;
    }

    /// What a client wants to see.
    ///
    /// @param limit how many at most, 1 to [#MOST]
    /// @param after what follows that name, or null
    /// @param before what comes right before that name, or null; counts only without `after`
    public record Page(int limit, @Nullable String after, @Nullable String before) {}

    /// The answer to `GET /v1/models`.
    public byte[] list(List<Entry> entries, List<Candidate> candidates, Page page) {
        int from = page.after() == null ? 0 : place(entries, page.after(), entries.size() - 1) + 1;
        int to = Math.min(entries.size(), from + page.limit());
        boolean more = to < entries.size();
        if (page.after() == null && page.before() != null) {
            to = place(entries, page.before(), 0);
            from = Math.max(0, to - page.limit());
            more = from > 0;
        }
        List<Entry> shown = entries.subList(from, to);
        boolean hasMore = more;
        return Json.bytes(out -> {
            out.writeStartObject();
            out.writeArrayFieldStart("data");
            for (Entry entry : shown) {
                write(out, entry, candidates);
            }
            out.writeEndArray();
            out.writeBooleanField("has_more", hasMore);
            out.writeStringField("first_id", shown.isEmpty() ? null : shown.getFirst().name());
            out.writeStringField("last_id", shown.isEmpty() ? null : shown.getLast().name());
            out.writeEndObject();
        });
    }

    private static int place(List<Entry> entries, String name, int otherwise) {
        for (int at = 0; at < entries.size(); at++) {
            if (entries.get(at).name().equals(name)) {
                return at;
            }
        }
        return otherwise;
    }

    /// The answer to `GET /v1/models/{id}`.
    public Optional<byte[]> model(List<Entry> entries, List<Candidate> candidates, String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst()
                .map(entry -> Json.bytes(out -> write(out, entry, candidates)));
    }

    /// A name that stands for several models has no size of its own. Newer clients want to know whether a model serves yet,
    /// which all do that are listed.
    private void write(JsonGenerator out, Entry entry, List<Candidate> candidates) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", "model");
        out.writeStringField("id", entry.name());
        out.writeStringField("display_name", entry.name());
        out.writeStringField("created_at", since.toString());
        out.writeStringField("lifecycle", "active");
        int room = candidates.stream().filter(each -> each.id().equals(entry.name()))
                .mapToInt(each -> each.card().contextTokens()).findFirst().orElse(0);
        if (room > 0) {
            out.writeNumberField("max_input_tokens", room);
        }
        out.writeEndObject();
    }
}
