package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertScope;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The silences that hold. Not thread-safe.
final class Silences {
    private final Map<String, Silence> all = new LinkedHashMap<>();
    private long last;

    /// @param kept from an earlier process
    void restore(Silence kept) {
        all.put(kept.id(), kept);
        last = Math.max(last, number(kept.id()));
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id.substring(1));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return 0;
        }
    }

    /// Null when there are too many.
    @Nullable
    Silence add(AlertScope scope, Instant until, String by, String note, Instant now) {
        if (all.size() >= Alerts.MOST_SILENCES) {
            return null;
        }
        last = Math.max(last + 1, now.getEpochSecond());
        var made = new Silence("s" + last, scope, until, by, note, now);
        all.put(made.id(), made);
        return made;
    }

    boolean remove(String id) {
        return all.remove(id) != null;
    }

    /// Ends those whose time is up.
    ///
    /// @return whether there were any
    boolean expire(Instant now) {
        return all.values().removeIf(each -> !each.until().isAfter(now));
    }

    /// One that is for an alert; null when there is none.
    @Nullable
    Silence of(AlertKey key) {
        for (Silence each : all.values()) {
            if (key.isIn(each.scope())) {
                return each;
            }
        }
        return null;
    }

    Collection<Silence> all() {
        return List.copyOf(all.values());
    }
}
