package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Priority;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// The order in which calls get their turns. Not thread-safe, and without a clock.
///
/// - The more urgent priority comes first.
/// - Within a priority, tenants take turns by what they ask for: deficit round robin (Shreedhar and Varghese, Efficient Fair
///   Queuing Using Deficit Round-Robin, 1996), with tokens for the bytes of a packet.
/// - Of one tenant and priority, who came first goes first.
/// - Every eighth turn goes to the priority of the one who has waited longest of all, and is given there as fairly as any. So
///   nobody waits for ever, and the urgent lose an eighth at most, however many of the others wait.
final class Line {
    /// What a tenant may take in one round, in tokens: as much as a usual answer.
    static final long QUANTUM = 4_096;
    static final int EVERY = 8;

    private final SequencedSet<Waiting> all = new LinkedHashSet<>();
    private final Map<Priority, Rounds> rounds = new EnumMap<>(Priority.class);
    private int turns;

    Line() {
        for (Priority priority : Priority.values()) {
            rounds.put(priority, new Rounds());
        }
    }

    int size() {
        return all.size();
    }

    /// How many would go before a newcomer of that priority, but for the aged.
    int ahead(Priority priority) {
        int ahead = 0;
        for (var entry : rounds.entrySet()) {
            if (entry.getKey().compareTo(priority) <= 0) {
                ahead += entry.getValue().size();
            }
        }
        return ahead;
    }

    /// Visits all who wait, each with how many would go before it, but for the aged and for turns of tenants.
    void each(ObjIntConsumer<Waiting> visitor) {
        var before = new EnumMap<Priority, Integer>(Priority.class);
        int more = 0;
        for (var entry : rounds.entrySet()) {
            before.put(entry.getKey(), more);
            more += entry.getValue().size();
        }
        for (Waiting waiting : all) {
            visitor.accept(waiting, before.merge(waiting.priority(), 1, Integer::sum) - 1);
        }
    }

    void add(Waiting waiting) {
        all.add(waiting);
        rounds(waiting).add(waiting);
    }

    /// Takes one out that does not wait any more; does nothing when it is not there.
    void remove(Waiting waiting) {
        if (all.remove(waiting)) {
            rounds(waiting).remove(waiting);
        }
    }

    /// Whose turn it is, who is then no longer in line; null when nobody waits.
    @Nullable
    Waiting next() {
        if (all.isEmpty()) {
            return null;
        }
        turns++;
        Waiting next = turns % EVERY == 0 ? rounds(all.getFirst()).foremost() : foremost();
        all.remove(next);
        rounds(next).served(next);
        return next;
    }

    private Waiting foremost() {
        for (Rounds each : rounds.values()) {
            if (each.size() > 0) {
                return each.foremost();
            }
        }
        throw new IllegalStateException("somebody waits, but with no priority");
    }

    /// Who can best be spared for a newcomer: the last of the least urgent, if less urgent than that.
    @Nullable
    Waiting leastBelow(Priority priority) {
        Waiting least = null;
        for (Waiting each : all.reversed()) {
            if (each.priority().compareTo(priority) > 0
                    && (least == null || each.priority().compareTo(least.priority()) > 0)) {
                least = each;
            }
        }
        return least;
    }

    private Rounds rounds(Waiting waiting) {
        Rounds of = rounds.get(waiting.priority());
        if (of == null) {
            throw new IllegalStateException("there is no priority " + waiting.priority());
        }
        return of;
    }

    /// Those of one priority, tenant by tenant.
    private static final class Rounds {
        private final Map<String, Tenant> byName = new HashMap<>();
        private final Deque<Tenant> active = new ArrayDeque<>();
        private int size;

        private static final class Tenant {
            private final SequencedSet<Waiting> calls = new LinkedHashSet<>();
            private long deficit = QUANTUM;
        }

        int size() {
            return size;
        }

        void add(Waiting waiting) {
            Tenant tenant = byName.computeIfAbsent(waiting.tenant(), _ -> {
                var fresh = new Tenant();
                active.addLast(fresh);
                return fresh;
            });
            tenant.calls.add(waiting);
            size++;
        }

        Waiting foremost() {
            while (true) {
                Tenant head = active.getFirst();
                Waiting first = head.calls.getFirst();
                if (first.cost() <= head.deficit) {
                    return first;
                }
                head.deficit += QUANTUM;
                active.addLast(active.removeFirst());
            }
        }

        void served(Waiting waiting) {
            Tenant tenant = byName.get(waiting.tenant());
            if (tenant != null) {
                tenant.deficit -= waiting.cost();
            }
            remove(waiting);
        }

        /// A tenant of whom nobody waits is forgotten: nobody saves up turns.
        void remove(Waiting waiting) {
            Tenant tenant = byName.get(waiting.tenant());
            if (tenant != null && tenant.calls.remove(waiting)) {
                size--;
                if (tenant.calls.isEmpty()) {
                    byName.remove(waiting.tenant());
                    active.remove(tenant);
                }
            }
        }
    }
}
