package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.admin.Items;
import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.store.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Lets an operator see how much is kept of what was said in a session, never what, and forget it. Thread-safe.
final class HistoryDesk implements Items {
    private static final PurgeWords WORDS = new PurgeWords(List.of("tenant", "session"),
            "'tenant', 'session' (all of the tenant's without it)");

    private final History history;

    HistoryDesk(History history) {
        this.history = history;
    }

    Map<String, Items> items() {
        return Map.of("/admin/sessions/*/history", this);
    }

    Map<String, Change> changes() {
        return Map.of("/admin/history/purge", this::purge);
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public @Nullable Object find(String id, String tenant) {
        try {
            History.Stored stored = history.stored(new SessionName(tenant, id));
            return stored.turns() == 0 ? null : show(stored);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> show(History.Stored stored) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("turns", stored.turns());
        shown.put("bytes", stored.bytes());
        if (stored.oldest() != null && stored.latest() != null) {
            shown.put("oldest", stored.oldest());
            shown.put("latest", stored.latest());
        }
        return shown;
    }

    @Override
    public boolean delete(String id, String tenant) {
        try {
            return history.forget(new SessionName(tenant, id)) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Change.Result purge(Map<String, String> said) {
        boolean dry = WORDS.dryRun(said);
        String tenant = said.get("tenant");
        if (tenant == null) {
            throw new IllegalArgumentException("'tenant' is missing; what is kept for nobody in particular belongs to"
                    + " 'default'");
        }
        try {
            long found = dry ? counted(tenant, said.get("session")) : forgotten(tenant, said.get("session"));
            return new Change.Result.Done(Map.of(dry ? "would_forget" : "forgot", found));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long counted(String tenant, @Nullable String session) throws IOException {
        History.Stored stored = session == null
                ? history.storedOfTenant(tenant)
                : history.stored(new SessionName(tenant, session));
        return stored.turns();
    }

    private long forgotten(String tenant, @Nullable String session) throws IOException {
        return session == null ? history.forgetTenant(tenant) : history.forget(new SessionName(tenant, session));
    }
}
