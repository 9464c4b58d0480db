package dev.formulary.engine.grid;

import java.util.List;

/// How a node sees its cluster.
///
/// @param node this node, as `host:port`
/// @param members all nodes that there are to be
/// @param here those that see each other, this one among them
/// @param part how many parts of each limit these may use
/// @param of how many parts there are
/// @param unanswered calls that were turned away because the others did not answer in time
/// @param unreadable messages that were not sealed with this node's secret
/// @param clockAheadMs by how much another node's clock was ahead of this one's when one was heard last, beyond what is made
///     up for, in milliseconds
public record ClusterState(String name, String node, List<String> members, List<String> here, int part, int of,
        long unanswered, long unreadable, long clockAheadMs) {
    public ClusterState {
        members = List.copyOf(members);
        here = List.copyOf(here);
    }

    /// Whether all members see each other.
    public boolean whole() {
        return here.size() >= members.size();
    }
}
