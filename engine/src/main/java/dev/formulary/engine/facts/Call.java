package dev.formulary.engine.facts;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Who asks, how and for what; the content of the question is not part of it.
///
/// @param id unique, sortable by time; also the id of the decision
/// @param dialect the client's format
/// @param via how the call came: `http`, `mqtt` or `file`
/// @param tenant who pays; `default` when keys are off
/// @param key the name of the caller's key; empty when keys are off
/// @param model what was asked for: `auto`, an alias, or `provider/model`
/// @param substitute whether another model may answer when the one asked for by name can't
/// @param priority how soon
/// @param session what belongs together, or null
/// @param stream whether the answer is wanted in pieces
/// @param received when the call came
/// @param deadlineMs how many milliseconds after that nobody waits any more
/// @param trace the trace that the call belongs to: the 32 hexadecimal digits of its `traceparent`, or null
/// @param labels words that the caller's key bears
/// @param models patterns of the models that the caller's key may use, such as `ollama/*`; empty for all
/// @param tag what the caller wrote on the call, so that its cost is told apart, as [TagName] allows; empty when nothing
public record Call(String id, Dialect dialect, String via, String tenant, String key, String model, boolean substitute,
        Priority priority, @Nullable String session, boolean stream, Instant received, long deadlineMs,
        @Nullable String trace, Set<String> labels, List<String> models, String tag) {
    private static final int BUCKETS = 100;

    /// A call without a tag.
    public Call(String id, Dialect dialect, String via, String tenant, String key, String model, boolean substitute,
            Priority priority, @Nullable String session, boolean stream, Instant received, long deadlineMs,
            @Nullable String trace, Set<String> labels, List<String> models) {
        this(id, dialect, via, tenant, key, model, substitute, priority, session, stream, received, deadlineMs, trace,
                labels, models, "");
    }

    /// A call whose key bears no labels and may use all models.
    public Call(String id, Dialect dialect, String via, String tenant, String key, String model, boolean substitute,
            Priority priority, @Nullable String session, boolean stream, Instant received, long deadlineMs,
            @Nullable String trace) {
        this(id, dialect, via, tenant, key, model, substitute, priority, session, stream, received, deadlineMs, trace,
                Set.of(), List.of());
    }

    /// A call that belongs to no trace.
    public Call(String id, Dialect dialect, String via, String tenant, String key, String model, boolean substitute,
            Priority priority, @Nullable String session, boolean stream, Instant received, long deadlineMs) {
        this(id, dialect, via, tenant, key, model, substitute, priority, session, stream, received, deadlineMs, null);
    }

    /// Which hundredth of all calls it belongs to, 0 to 99: the same for all calls of a session, so that a share of the
    /// sessions can be tried with something new. Calls without a session are spread one by one. CRC-32 of tenant and
    /// session, or of the id.
    public int bucket() {
        var sum = new CRC32();
        sum.update((session == null ? id : tenant + "/" + session).getBytes(StandardCharsets.UTF_8));
        return (int) (sum.getValue() % BUCKETS);
    }

    /// True when policy chooses among all models.
    public boolean auto() {
        return model.equals("auto");
    }
}
