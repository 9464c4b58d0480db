package dev.formulary.engine.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Which route serves which path. Reading takes no lock; the newest of several routes for one path serves, so that a new
/// version takes over from an old one at once.
///
/// @param <T> what serves
final class PathTable<T> {
    private final ReentrantLock changing = new ReentrantLock();
    private volatile Snapshot<T> now = new Snapshot<>(Map.of(), List.of());

    /// Finds what serves a path: an exact one first, then the pattern with the longest fixed part.
    List<Entry<T>> find(String path) {
        Snapshot<T> snapshot = now;
        List<Entry<T>> exact = snapshot.exact.get(path);
        if (exact != null) {
            return exact;
        }
        for (List<Entry<T>> entries : snapshot.patterns) {
            if (entries.getFirst().pattern.matches(path)) {
                return entries;
            }
        }
        return List.of();
    }

    /// Everything that is served; of several routes for one path the newest comes first.
    List<Entry<T>> entries() {
        Snapshot<T> snapshot = now;
        List<Entry<T>> all = new ArrayList<>();
        snapshot.exact.values().forEach(all::addAll);
        snapshot.patterns.forEach(all::addAll);
        return all;
    }

    /// Finds what serves a path by a method, or null.
    @Nullable
    T find(String method, String path) {
        for (Entry<T> entry : find(path)) {
            if (entry.allows(method)) {
                return entry.target;
            }
        }
        return null;
    }

    /// The methods by which a path is served, in the form of the header `Allow`; empty when it is not.
    String allowed(String path) {
        Set<String> methods = new LinkedHashSet<>();
        find(path).forEach(entry -> methods.addAll(entry.methods));
        return String.join(", ", methods);
    }

    void add(Entry<T> entry) {
        change(all -> all.addFirst(entry));
    }

    void remove(T target) {
        change(all -> all.removeIf(entry -> entry.target.equals(target)));
    }

    private void change(java.util.function.Consumer<List<Entry<T>>> change) {
        changing.lock();
        try {
            List<Entry<T>> all = entries();
            change.accept(all);
            now = snapshot(all);
        } finally {
            changing.unlock();
        }
    }

    private static <T> Snapshot<T> snapshot(List<Entry<T>> all) {
        Map<String, List<Entry<T>>> exact = new HashMap<>();
        Map<Pattern, List<Entry<T>>> patterns = new HashMap<>();
        for (Entry<T> entry : all) {
            if (entry.pattern.exact()) {
                exact.computeIfAbsent(entry.pattern.start, _ -> new ArrayList<>()).add(entry);
            } else {
                patterns.computeIfAbsent(entry.pattern, _ -> new ArrayList<>()).add(entry);
            }
        }
        List<List<Entry<T>>> longestFirst = new ArrayList<>(patterns.values());
        longestFirst.sort(Comparator.comparingInt(entries -> -entries.getFirst().pattern.fixedLength()));
        return new Snapshot<>(exact, longestFirst);
    }

    private record Snapshot<T>(Map<String, List<Entry<T>>> exact, List<List<Entry<T>>> patterns) {}

    /// One route's claim.
    ///
    /// @param methods upper case; empty for all
    record Entry<T>(Pattern pattern, Set<String> methods, T target) {
        boolean allows(String method) {
            return methods.isEmpty() || methods.contains(method);
        }
    }

    /// The paths that a route serves.
    ///
    /// @param start what they begin with, or the one path
    /// @param parameter the name of the part between start and end, or null
    /// @param end what they end with
    /// @param prefix whether everything below `start` is meant too
    record Pattern(String start, @Nullable String parameter, String end, boolean prefix) {

        /// Reads a path as it stands in a route: `/v1/models`, or `/v1/models/{id}`, where the part in braces may have
        /// slashes in it.
        ///
        /// @throws IllegalArgumentException when there is more than one part in braces, or half a one
        static Pattern of(String written, boolean prefix) {
            String path = written.startsWith("/") ? written : "/" + written;
            int open = path.indexOf('{');
            if (open < 0) {
                return new Pattern(path, null, "", prefix);
            }
            int close = path.indexOf('}', open);
            if (close < 0 || path.indexOf('{', close) >= 0) {
                throw new IllegalArgumentException(
                        "path '" + path + "' is wrong: at most one part may stand in braces, as in /v1/models/{id}");
            }
            return new Pattern(path.substring(0, open), path.substring(open + 1, close), path.substring(close + 1),
                    prefix);
        }

        boolean exact() {
            return parameter == null && !prefix;
        }

        int fixedLength() {
            return start.length() + end.length();
        }

        boolean matches(String path) {
            if (parameter != null) {
                return path.length() > fixedLength() && path.startsWith(start) && path.endsWith(end);
            }
            return path.equals(start) || (prefix && path.startsWith(start)
                    && (start.endsWith("/") || path.charAt(start.length()) == '/'));
        }

        /// As it stands in a route.
        String written() {
            return start + (parameter == null ? "" : "{" + parameter + "}") + end;
        }

        /// What stands in the place of the braces.
        String argument(String path) {
            return path.substring(start.length(), path.length() - end.length());
        }
    }
}
