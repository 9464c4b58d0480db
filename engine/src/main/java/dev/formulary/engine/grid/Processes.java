package dev.formulary.engine.grid;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;

/// Numbers of processes, by which it can be told of which node they are and which came later: 20 bits of the CRC-32 of the
/// node's address, and 43 of the milliseconds since the epoch. None is less than 1. Thread-safe.
///
/// Two members whose addresses have the same 20 bits would be taken for one where it is asked what a dead node held, and only
/// there.
final class Processes {
    private static final int TIME_BITS = 43;
    private static final int NODE_BITS = 20;
    private static final AtomicLong LAST = new AtomicLong();

    private final long node;

    Processes(String address) {
        node = node(address) << TIME_BITS;
    }

    private static long node(String address) {
        var sum = new CRC32();
        sum.update(address.getBytes(StandardCharsets.UTF_8));
        return sum.getValue() & ((1L << NODE_BITS) - 1);
    }

    /// A number that no other window of this node has or had, if its clock was not put back.
    long next() {
        return node | LAST.updateAndGet(last -> Math.max(last + 1, System.currentTimeMillis()));
    }

    static boolean sameNode(long one, long other) {
        return one >>> TIME_BITS == other >>> TIME_BITS;
    }

    /// Whether a process is of one of these nodes.
    static boolean ofAny(List<String> addresses, long process) {
        for (String address : addresses) {
            if (node(address) == process >>> TIME_BITS) {
                return true;
            }
        }
        return false;
    }
}
