package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Priority;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/// The order in which calls get their turns. Not thread-safe, and without a clock.
///
/// - The more urgent priority comes first.
/// - Within a priority, tenants take turns by what they ask for: start-time fair queuing (Goyal, Vin and Cheng, Start-Time Fair
///   Queuing: A Scheduling Algorithm for Integrated Services Packet Switching Networks, 1996), with tokens for the bytes of a
///   packet: the tenant goes first whose earlier calls asked for least. So two calls of one size take turns, however small.
/// - Of one tenant and priority, who came first goes first.
/// - Every eighth turn goes to the priority of the one who has waited longest of all, and is given there as fairly as any. So
///   nobody waits for ever, and the urgent lose an eighth at most, however many of the others wait.
final class Line {
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

    /// Who has waited longest; null when nobody waits.
    @Nullable
    Waiting oldest() {
        return all.isEmpty() ? null : all.getFirst();
    }

    /// About how many would go before a newcomer, but for the aged: all that are more urgent, and of each tenant as many as of
    /// his own, the newcomer included.
    int ahead(Priority priority, String tenant) {
        int ahead = 0;
        for (var entry : rounds.entrySet()) {
            int order = entry.getKey().compareTo(priority);
            ahead += order < 0 ? entry.getValue().size() : order == 0 ? entry.getValue().ahead(tenant) : 0;
        }
        return ahead;
    }

    /// Visits all who wait, each with about its place, counted as [#ahead] does; 1 is the foremost.
    void each(ObjIntConsumer<Waiting> visitor) {
        int before = 0;
        for (Rounds each : rounds.values()) {
            each.places(before, visitor);
            before += each.size();
        }
    }

    boolean has(Waiting waiting) {
        return all.contains(waiting);
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

    /// Who can best be spared for a newcomer: of the least urgent, if less urgent than that, or else of the equally urgent the
    /// last of the tenant with most of them, if he has more than the newcomer's will have. Null when nobody can.
    @Nullable
    Waiting sparedFor(Waiting newcomer) {
        for (Priority priority : List.of(Priority.values()).reversed()) {
            Waiting last = lastOfMost(priority);
            if (last == null) {
                continue;
            }
            if (priority.compareTo(newcomer.priority()) > 0) {
                return last;
            }
            Rounds equals = rounds(newcomer);
            return priority == newcomer.priority() && equals.count(last.tenant()) > equals.count(newcomer.tenant()) + 1
                    ? last
                    : null;
        }
        return null;
    }

    private @Nullable Waiting lastOfMost(Priority priority) {
        Waiting last = null;
        int most = 0;
        for (Waiting each : all.reversed()) {
            if (each.priority() == priority && rounds(each).count(each.tenant()) > most) {
                last = each;
                most = rounds(each).count(each.tenant());
            }
        }
        return last;
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
        private static final int MOST_GONE = 256;

        private final Map<String, Tenant> byName = new LinkedHashMap<>();
        /// How far tenants have got of whom nobody waits, where that is further than everybody else.
        private final Map<String, Long> gone = new HashMap<>();
        private long reached;
        private int size;

        private static final class Tenant {
            private final SequencedSet<Waiting> calls = new LinkedHashSet<>();
            /// What its earlier calls asked for, since it had to begin where the others were.
            private long start;
        }

        int size() {
            return size;
        }

        int count(String tenant) {
            Tenant known = byName.get(tenant);
            return known == null ? 0 : known.calls.size();
        }

        int ahead(String tenant) {
            int own = count(tenant);
            int ahead = 0;
            for (Tenant each : byName.values()) {
                ahead += Math.min(each.calls.size(), own + 1);
            }
            return ahead;
        }

        /// The call that is a tenant's nth comes after as many of each other tenant, as far as there are.
        void places(int before, ObjIntConsumer<Waiting> visitor) {
            int[] tenants = new int[size + 2];
            byName.values().forEach(each -> tenants[each.calls.size()]++);
            int[] places = new int[size + 1];
            places[0] = before;
            for (int calls = size; calls > 0; calls--) {
                tenants[calls] += tenants[calls + 1];
            }
            for (int nth = 1; nth <= size; nth++) {
                places[nth] = places[nth - 1] + tenants[nth];
            }
            for (Tenant each : byName.values()) {
                int nth = 0;
                for (Waiting waiting : each.calls) {
                    visitor.accept(waiting, places[++nth]);
                }
            }
        }

        void add(Waiting waiting) {
            Tenant tenant = byName.get(waiting.tenant());
            if (tenant == null) {
                tenant = new Tenant();
                Long before = gone.remove(waiting.tenant());
                tenant.start = Math.max(reached, before == null ? 0 : before);
                byName.put(waiting.tenant(), tenant);
            }
            tenant.calls.add(waiting);
            size++;
        }

        Waiting foremost() {
            Tenant least = null;
            for (Tenant each : byName.values()) {
                if (least == null || each.start < least.start) {
                    least = each;
                }
            }
            if (least == null) {
                throw new IllegalStateException("nobody of this priority waits");
            }
            return least.calls.getFirst();
        }

        void served(Waiting waiting) {
            Tenant tenant = byName.get(waiting.tenant());
            if (tenant != null) {
                reached = Math.max(reached, tenant.start);
                tenant.start += waiting.cost();
            }
            remove(waiting);
        }

        /// A tenant of whom nobody waits begins where the others are when he comes back: nobody saves up turns, and nobody
        /// gets rid of what he had by waiting with one call at a time.
        void remove(Waiting waiting) {
            Tenant tenant = byName.get(waiting.tenant());
            if (tenant != null && tenant.calls.remove(waiting)) {
                size--;
                if (tenant.calls.isEmpty()) {
                    byName.remove(waiting.tenant());
                    gone.put(waiting.tenant(), tenant.start);
                    forget();
                }
            }
        }

        private void forget() {
            if (gone.size() > MOST_GONE) {
                gone.values().removeIf(start -> start <= reached);
            }
            if (gone.size() > MOST_GONE) {
                gone.clear();
            }
        }
    }
}
