package dev.formulary.engine.transport;

import dev.formulary.engine.config.Perimeter;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The connections of one port, and how many there may be. When there are as many as may be, one that never brought a whole
/// request makes room, the oldest; and when there is none, the one that has had no call under way for longest. So who opens
/// thousands of connections and never finishes a request keeps nobody out. Connections with calls under way stay.
/// Thread-safe; an event loop waits here for a moment only.
final class Visitors {
    static final AttributeKey<Visit> VISIT = AttributeKey.valueOf(Visitors.class, "visit");

    private final int most;
    private final int mostPerAddress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<Visit> all = new LinkedHashSet<>();
    private final Map<InetAddress, Integer> perAddress = new HashMap<>();
    private final AtomicLong turnedAway = new AtomicLong();

    Visitors(Perimeter perimeter) {
        most = perimeter.maxConnections();
        mostPerAddress = perimeter.maxPerAddress();
    }

    /// One connection. What its event loop writes others only read.
    static final class Visit {
        private final @Nullable Channel channel;
        private final @Nullable InetAddress address;
        private volatile boolean known;
        private volatile int calls;
        private volatile long lastNanos = System.nanoTime();

        /// @param address from where, when those from there are counted
        Visit(@Nullable Channel channel, @Nullable InetAddress address) {
            this.channel = channel;
            this.address = address;
        }

        /// On the event loop: a whole request has come.
        @SuppressWarnings("NonAtomicVolatileUpdate") // written by one thread only
        void called() {
            known = true;
            calls++;
        }

        /// On the event loop: its answer is complete, or nobody wants it any more.
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void answered() {
            calls--;
            lastNanos = System.nanoTime();
        }

        private void cut() {
            Channel it = channel;
            if (it == null) {
                return;
            }
            if (it.isRegistered()) {
                var _ = it.close();
            } else {
                it.unsafe().closeForcibly();
            }
        }
    }

    /// Lets a connection in that has just been accepted.
    ///
    /// @return false when it must be closed
    boolean admit(Channel channel) {
        var visit = new Visit(channel, counted(channel));
        Visit leaving = null;
        lock.lock();
        try {
            if (tooManyFrom(visit.address)) {
                turnedAway.incrementAndGet();
                return false;
            }
            if (all.size() >= most) {
                leaving = leastWanted();
                turnedAway.incrementAndGet();
                if (leaving == null) {
                    return false;
                }
                remove(leaving);
            }
            all.add(visit);
            if (visit.address != null) {
                perAddress.merge(visit.address, 1, Integer::sum);
            }
        } finally {
            lock.unlock();
        }
        if (leaving != null) {
            leaving.cut();
        }
        channel.attr(VISIT).set(visit);
        channel.closeFuture().addListener(_ -> left(visit));
        return true;
    }

    private boolean tooManyFrom(@Nullable InetAddress address) {
        return address != null && mostPerAddress > 0 && perAddress.getOrDefault(address, 0) >= mostPerAddress;
    }

    /// This machine's own programs, and whoever comes through a proxy on it, are not counted by address.
    private static @Nullable InetAddress counted(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress from && from.getAddress() != null
                && !from.getAddress().isLoopbackAddress() ? from.getAddress() : null;
    }

    private @Nullable Visit leastWanted() {
        Stream<Visit> idle = all.stream().filter(each -> each.calls == 0);
        return all.stream().filter(each -> !each.known).findFirst()
                .or(() -> idle.min(Comparator.comparingLong(each -> each.lastNanos))).orElse(null);
    }

    private void left(Visit visit) {
        lock.lock();
        try {
            remove(visit);
        } finally {
            lock.unlock();
        }
    }

    private void remove(Visit visit) {
        if (all.remove(visit) && visit.address != null) {
            perAddress.computeIfPresent(visit.address, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    /// How many connections there are.
    int size() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    /// How many connections were closed so far because there were too many.
    long turnedAway() {
        return turnedAway.get();
    }
}
