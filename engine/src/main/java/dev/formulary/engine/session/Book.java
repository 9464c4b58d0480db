package dev.formulary.engine.session;

import dev.formulary.engine.facts.SessionRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Sessions in the order of their last calls, bounded in number: the oldest makes room. Thread-safe; its monitor is held for
/// a few operations in memory at a time.
final class Book {
    private final int most;
    /// The session that was called longest ago comes first.
    private final Map<String, SessionRecord> records = new LinkedHashMap<>();
    private final Set<String> changed = new LinkedHashSet<>();
    private final Set<String> gone = new HashSet<>();

    Book(int most) {
        this.most = most;
    }

    /// A session before and after a call changed it.
    record Change(SessionRecord before, SessionRecord after) {}

    /// What is to be written.
    record Changes(List<SessionRecord> changed, Set<String> gone) {
        boolean none() {
            return changed.isEmpty() && gone.isEmpty();
        }
    }

    /// @param since a session that was called before has ended
    synchronized @Nullable SessionRecord find(String key, Instant since) {
        SessionRecord record = records.get(key);
        return record == null || record.touched().isBefore(since) ? null : record;
    }

    /// Changes a session, which begins when there is none.
    synchronized Change change(String key, Instant now, Instant since, UnaryOperator<SessionRecord> change) {
        SessionRecord record = records.remove(key);
        SessionRecord before = record == null || record.touched().isBefore(since)
                ? SessionRecord.begun(key, now)
                : record;
        SessionRecord after = change.apply(before);
        keep(after);
        return new Change(before, after);
    }

    /// Adds what another node says of a session.
    synchronized void add(SessionRecord told, Instant since) {
        SessionRecord known = records.get(told.key());
        if (told.touched().isBefore(since) || told.equals(known)) {
            return;
        }
        records.remove(told.key());
        keep(known == null ? told : known.with(told));
    }

    private void keep(SessionRecord record) {
        records.put(record.key(), record);
        changed.add(record.key());
        gone.remove(record.key());
        if (records.size() > most) {
            drop(records.keySet().iterator());
        }
    }

    /// Adds a session that was not called since the start, in the order of the last calls.
    synchronized void addOlder(SessionRecord record) {
        if (records.size() < most) {
            records.putIfAbsent(record.key(), record);
        }
    }

    /// The shelf forgets the oldest by itself.
    private void drop(Iterator<String> keys) {
        changed.remove(keys.next());
        keys.remove();
    }

    /// @return whether some session has ended
    synchronized boolean expire(Instant since) {
        int before = records.size();
        var keys = records.entrySet().iterator();
        while (keys.hasNext()) {
            Map.Entry<String, SessionRecord> eldest = keys.next();
            if (!eldest.getValue().touched().isBefore(since)) {
                break;
            }
            changed.remove(eldest.getKey());
            keys.remove();
        }
        return records.size() < before;
    }

    synchronized boolean forget(String key) {
        changed.remove(key);
        boolean known = records.remove(key) != null;
        if (known) {
            gone.add(key);
        }
        return known;
    }

    synchronized int size() {
        return records.size();
    }

    /// Takes what is to be written.
    synchronized Changes changes() {
        var now = new ArrayList<SessionRecord>(changed.size());
        for (String key : changed) {
            SessionRecord record = records.get(key);
            if (record != null) {
                now.add(record);
            }
        }
        var changes = new Changes(now, Set.copyOf(gone));
        changed.clear();
        gone.clear();
        return changes;
    }

    /// They could not be written.
    synchronized void giveBack(Changes changes) {
        for (SessionRecord record : changes.changed()) {
            if (records.containsKey(record.key())) {
                changed.add(record.key());
            }
        }
        for (String key : changes.gone()) {
            if (!records.containsKey(key) && gone.size() < most) {
                gone.add(key);
            }
        }
    }
}
