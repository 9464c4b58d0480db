package dev.formulary.engine.admin;

import dev.formulary.engine.facts.Answer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What there is at the management API, by path: all of it, so that it can be listed.
///
/// @param health shown to everybody
/// @param pages shown as they are
/// @param documents shown as JSON
/// @param decisions what belongs to a decision, by what follows `/admin/decisions/{id}`
/// @param changes what may be changed
/// @param items what is found and deleted by an id, by the path before it, such as `/admin/sessions/`; or by a path with a star
///     for the id, such as `/admin/sessions/*/history`
record AdminPaths(Map<String, Supplier<Answer>> health, Map<String, Supplier<Answer>> pages,
        Map<String, Function<Query, Object>> documents, Map<String, AdminPaths.OfDecision> decisions,
        Map<String, Change> changes, Map<String, Items> items) {
    static final String DECISION = "/admin/decisions/";
    private static final String ID = "{id}";

    AdminPaths {
        changes = Map.copyOf(changes);
        items = Map.copyOf(items);
    }

    /// Shows something of a decision.
    @FunctionalInterface
    interface OfDecision {
        Answer show(String id, Query query);
    }

    /// @param id as it stands in the path
    record Item(Items kind, String id) {}

    /// What a path names: `/admin/sessions/ID`, or something that belongs to it, `/admin/sessions/ID/history`. Ids may have
    /// slashes in them.
    @Nullable
    Item item(String path) {
        if (documents.containsKey(path) || changes.containsKey(path)) {
            return null;
        }
        Item found = null;
        int fixed = 0;
        for (Map.Entry<String, Items> each : items.entrySet()) {
            int star = each.getKey().indexOf('*');
            String start = star < 0 ? each.getKey() : each.getKey().substring(0, star);
            String end = star < 0 ? "" : each.getKey().substring(star + 1);
            int length = start.length() + end.length();
            if (length > fixed && path.length() > length && path.startsWith(start) && path.endsWith(end)) {
                fixed = length;
                found = new Item(each.getValue(), path.substring(start.length(), path.length() - end.length()));
            }
        }
        return found;
    }

    /// What a path below that of decisions shows.
    @Nullable
    Answer ofDecision(Query query) {
        String rest = query.path().substring(DECISION.length());
        for (Map.Entry<String, OfDecision> each : decisions.entrySet()) {
            if (!each.getKey().isEmpty() && rest.endsWith(each.getKey())) {
                return each.getValue().show(rest.substring(0, rest.length() - each.getKey().length()), query);
            }
        }
        OfDecision whole = decisions.get("");
        return whole == null ? null : whole.show(rest, query);
    }

    /// Where something is shown as JSON, without those that have an id in them.
    List<String> shown() {
        return new TreeMap<>(documents).keySet().stream().toList();
    }

    /// Everything that is answered with more than an error.
    List<Endpoint> endpoints() {
        var all = new ArrayList<Endpoint>();
        health.keySet().forEach(path -> all.add(new Endpoint("GET", path, null)));
        Stream.of(pages.keySet(), documents.keySet()).flatMap(Collection::stream)
                .forEach(path -> all.add(Endpoint.of("GET", path)));
        decisions.keySet().forEach(end -> all.add(Endpoint.of("GET", DECISION + ID + end)));
        changes.keySet().forEach(path -> all.add(Endpoint.of("POST", path)));
        items.keySet().forEach(path -> {
            String written = path.contains("*") ? path.replace("*", ID) : path + ID;
            all.add(Endpoint.of("GET", written));
            all.add(Endpoint.of("DELETE", written));
        });
        return List.copyOf(all);
    }
}
