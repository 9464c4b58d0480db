package dev.formulary.engine.alert;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What is to be told at one moment, put together so that what is much alike is told once. Not thread-safe.
final class Batch {
    private static final Comparator<OpenAlert> WORST = Comparator.comparing(OpenAlert::severity).reversed()
            .thenComparing(OpenAlert::firstSeen).thenComparing(OpenAlert::resource);

    private final Map<Slot, Map<AlertKey, Item>> slots = new LinkedHashMap<>();
    private final Set<Pair> pairs = new HashSet<>();

    /// @param about what is told together
    private record Slot(Telling.Kind kind, String channel, String about) {}

    /// @param incident null when it is over
    private record Item(OpenAlert alert, String about, @Nullable Incident incident) {}

    private record Pair(AlertKey key, String channel) {}

    private record Message(Telling.Kind kind, String about, Map<AlertKey, Item> items) {}

    /// @param together whether it may be told with alerts of other rules
    void add(Telling.Kind kind, String channel, String about, boolean together, OpenAlert alert,
            @Nullable Incident incident) {
        var slot = new Slot(kind, channel, together ? "" : about);
        slots.computeIfAbsent(slot, _ -> new LinkedHashMap<>()).put(alert.key(), new Item(alert, about, incident));
        pairs.add(new Pair(alert.key(), channel));
    }

    /// Whether a channel is told something of an alert.
    boolean tells(AlertKey key, String channel) {
        return pairs.contains(new Pair(key, channel));
    }

    /// All of it. Alerts now know who was told of them.
    List<Telling> tellings(Supplier<String> ids, Instant now) {
        var messages = new LinkedHashMap<Message, Set<String>>();
        slots.forEach((slot, items) -> messages.computeIfAbsent(new Message(slot.kind, slot.about, items),
                _ -> new TreeSet<>()).add(slot.channel));
        var all = new ArrayList<Telling>();
        messages.forEach((message, channels) -> all.add(telling(message, channels, ids.get(), now)));
        return all;
    }

    private static Telling telling(Message message, Set<String> channels, String id, Instant now) {
        List<Item> items = List.copyOf(message.items.values());
        List<OpenAlert> alerts = items.stream().map(Item::alert).sorted(WORST).toList();
        long different = items.stream().map(Item::about).distinct().count();
        String about = different == 1 ? items.getFirst().about : "together\n" + id;
        for (Item each : items) {
            Incident incident = each.incident;
            if (incident != null && message.kind != Telling.Kind.ACKNOWLEDGED) {
                channels.forEach(channel -> {
                    incident.told.put(channel, new Told(incident.severity(), about, incident.flapping));
                    incident.waiting.remove(channel);
                });
            }
        }
        int shown = Math.min(alerts.size(), Telling.MOST);
        return new Telling(id, message.kind, now, alerts.subList(0, shown), alerts.size() - shown, about, channels);
    }
}
