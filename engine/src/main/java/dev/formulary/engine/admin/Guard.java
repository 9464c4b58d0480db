package dev.formulary.engine.admin;

import dev.formulary.engine.admin.AdminKeys.Visitor;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.keys.KeyToken;
import dev.formulary.engine.store.AuditLog;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who may use the management API, and where it is written down what they changed. Thread-safe.
///
/// @param audit null where nothing is written down
public record Guard(Settings.Management management, AdminKeys keys, @Nullable AuditLog audit) {
    /// What is written down of what was asked for; everything else might be a secret.
    private static final Set<String> TOLD = Set.of("name", "role", "tenant", "pool", "labels", "models", "limits",
            "defaults", "fixed", "expires", "keep", "to", "by", "model", "rules", "session", "scenario", "keep_alive",
            "id", "kind", "points", "for", "reason");
    private static final int LONGEST = 200;

    /// Writes down what somebody changed, or was not allowed to.
    void changed(Visitor visitor, String method, Arrival arrival, Query query, Answer answer) {
        if (audit == null || query.text("dry_run", "false").equals("true")) {
            return;
        }
        Map<String, String> said = said(arrival, query);
        if (said.getOrDefault("dry_run", "false").equals("true")) {
            return;
        }
        String outcome = switch (answer.status() / 100) {
            case 2 -> "done";
            case 5 -> "failed";
            default -> answer.status() == 409 ? "refused" : answer.status() == 403 ? "forbidden" : "";
        };
        if (outcome.isEmpty()) {
            return;
        }
        var about = new TreeMap<String, String>();
        said.forEach((name, value) -> {
            if (TOLD.contains(name)) {
                // somebody may have put a key where its name belongs
                String masked = KeyToken.masked(value);
                about.put(name, masked.length() > LONGEST ? masked.substring(0, LONGEST) : masked);
            }
        });
        String what = query.path().replaceFirst("^/admin/", "");
        audit.add(new AuditLog.Entry(visitor.name().isEmpty() ? "(no key)" : visitor.name(), arrival.peer(),
                method.equals("DELETE") ? "delete " + what : what, outcome, about));
    }

    private static Map<String, String> said(Arrival arrival, Query query) {
        Map<String, String> said = new TreeMap<>();
        said.put("tenant", query.text("tenant", ""));
        said.values().removeIf(String::isEmpty);
        try {
            said.putAll(arrival.body().length == 0 ? Map.of() : Json.texts(arrival.body()));
        } catch (IllegalArgumentException e) {
            // then nothing was changed, either
        }
        return said;
    }
}
