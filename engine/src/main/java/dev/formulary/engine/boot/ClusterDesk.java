package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.grid.Cluster;
import dev.formulary.engine.grid.ClusterState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What operators see of the other nodes. Thread-safe, but for [#tick], which one thread calls.
final class ClusterDesk {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final @Nullable Cluster cluster;
    private final Alerts alerts;
    private Instant told = Instant.EPOCH;
    private long unreadable;

    /// @param cluster null for none
    ClusterDesk(@Nullable Cluster cluster, Alerts alerts) {
        this.cluster = cluster;
        this.alerts = alerts;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of("/admin/cluster", this::document);
    }

    private Map<String, Object> document() {
        if (cluster == null) {
            return Map.of("state", "off");
        }
        ClusterState state = cluster.state();
        var document = new LinkedHashMap<String, Object>();
        document.put("state", state.whole() ? "whole" : "apart");
        document.put("name", state.name());
        document.put("node", state.node());
        document.put("members", state.members());
        document.put("here", state.here());
        document.put("share", state.part() + "/" + state.of());
        document.put("unanswered", state.unanswered());
        document.put("unreadable", state.unreadable());
        document.put("clock_ahead_ms", state.clockAheadMs());
        return document;
    }

    /// Raises what is wrong, now and then.
    void tick(Instant now) {
        if (cluster == null || now.isBefore(told.plus(EVERY))) {
            return;
        }
        told = now;
        ClusterState state = cluster.state();
        if (!state.whole()) {
            raise("cluster-apart", missing(state), now);
        }
        if (state.clockAheadMs() > 0) {
            raise("cluster-clocks", "the clock of another node is ahead of this one's by " + state.clockAheadMs()
                    + " ms more than is made up for; limits may be passed; keep the clocks of all nodes by NTP", now);
        }
        if (state.unreadable() > unreadable) {
            raise("cluster-unreadable",
                    (state.unreadable() - unreadable) + " messages came that were not sealed with this"
                            + " node's cluster.secret; give all nodes the same",
                    now);
        }
        unreadable = state.unreadable();
    }

    private static String missing(ClusterState state) {
        List<String> missing = new ArrayList<>(state.members());
        missing.removeAll(state.here());
        return state.here().size() + " of " + state.members().size() + " nodes are here, " + String.join(", ", missing)
                + " not; " + (state.part() == 0
                        ? "this node lets nothing through limits"
                        : state.part() == state.of()
                                ? "limits are whole here, as most nodes are"
                                : "limits let " + state.part() + "/" + state.of() + " through here");
    }

    private void raise(String code, String message, Instant now) {
        alerts.raise(new Notice("engine", Severity.WARNING, code, message), now);
    }
}
