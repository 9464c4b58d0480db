package dev.formulary.engine.alert;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is to be told and was not yet written down by whoever carries it. Thread-safe.
final class Outgoing {
    private static final Logger LOG = LoggerFactory.getLogger(Alerts.class);
    private static final int MOST = 1_000;

    private final Map<String, Telling> untold = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();
    private @Nullable Teller teller;
    private boolean changed;
    private long lost;

    /// All of it is for another one now.
    synchronized void tellBy(Teller other) {
        teller = other;
        taken.clear();
    }

    synchronized void keep(Telling telling) {
        untold.put(telling.id(), telling);
        changed = true;
        if (untold.size() > MOST) {
            String oldest = untold.keySet().iterator().next();
            forget(oldest);
            lost++;
            LOG.error("an event of an alert is lost, too many wait to be written down event={}", oldest);
        }
    }

    private void forget(String id) {
        untold.remove(id);
        taken.remove(id);
    }

    private synchronized void written(String id) {
        forget(id);
        changed = true;
    }

    /// Whether there is something else since this was asked last.
    synchronized boolean takeChanged() {
        boolean was = changed;
        changed = false;
        return was;
    }

    synchronized List<Telling> all() {
        return List.copyOf(untold.values());
    }

    synchronized long lost() {
        return lost;
    }

    /// Hands over what nobody has taken yet, in order, until there is no room for more.
    void handOver() {
        Teller to;
        var left = new ArrayList<Telling>();
        synchronized (this) {
            to = teller;
            untold.values().stream().filter(each -> !taken.contains(each.id())).forEach(left::add);
        }
        if (to != null) {
            for (Telling each : left) {
                if (!take(to, each)) {
                    return;
                }
            }
        }
    }

    private boolean take(Teller to, Telling telling) {
        synchronized (this) {
            taken.add(telling.id());
        }
        boolean took = to.take(telling, () -> written(telling.id()));
        if (!took) {
            synchronized (this) {
                taken.remove(telling.id());
            }
        }
        return took;
    }
}
