package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Items;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.SessionRecord;
import dev.formulary.engine.session.Sessions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What operators see of sessions. They can't be listed, for only a hash of their names is known. Thread-safe.
final class SessionDesk implements Items {
    private static final String SESSIONS = "/admin/sessions";

    private final Sessions sessions;
    private final HistoryDesk history;
    private final Settings.Sessions settings;

    /// @param history goes with a session that is forgotten
    SessionDesk(Sessions sessions, HistoryDesk history, Settings.Sessions settings) {
        this.sessions = sessions;
        this.history = history;
        this.settings = settings;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(SESSIONS, this::overview);
    }

    Map<String, Items> items() {
        return Map.of(SESSIONS + "/", this);
    }

    private Map<String, Object> overview() {
        Map<String, Object> overview = new LinkedHashMap<>();
        overview.put("count", sessions.count());
        overview.put("most", settings.most());
        overview.put("idle", settings.idle());
        return overview;
    }

    @Override
    public String name() {
        return "session";
    }

    @Override
    public @Nullable Object find(String id, String tenant) {
        return sessions.find(tenant, id).map(record -> show(record, id, tenant)).orElse(null);
    }

    /// What never was is left out.
    private static Map<String, Object> show(SessionRecord record, String id, String tenant) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("session", id);
        shown.put("tenant", tenant);
        shown.put("model", record.model());
        shown.put("in_row", record.inRow());
        shown.put("calls", record.calls());
        shown.put("switches", record.switches());
        shown.put("last_call", record.touched());
        put(shown, "last_answer", record.answered());
        put(shown, "last_moderate", record.moderate());
        put(shown, "last_high", record.high());
        put(shown, "last_critical", record.critical());
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, @Nullable Instant time) {
        if (time != null) {
            shown.put(name, time);
        }
    }

    @Override
    public boolean delete(String id, String tenant) {
        boolean said = history.delete(id, tenant);
        return sessions.forget(tenant, id) || said;
    }
}
