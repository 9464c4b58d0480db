package dev.formulary.engine.keys;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// Slows down who tries keys. Ten wrong ones from an address in a minute, and it has to wait half a minute; again ten, and it is
/// twice as long, up to a quarter of an hour, until it has been quiet for an hour. While more than a hundred wrong ones come in
/// a minute from everywhere, two are enough. An address from which no wrong key came never waits. Thread-safe.
///
/// What is remembered is bounded: of 4096 addresses, IPv6 by networks of 64 bits; the one that was quiet for longest makes room.
public final class Throttle {
    private static final int TRIES = 10;
    private static final int TRIES_UNDER_ATTACK = 2;
    private static final int ATTACK = 100;
    private static final int MOST = 4_096;
    private static final long MINUTE = 60_000;
    private static final long FIRST = 30_000;
    private static final long LONGEST = 15 * MINUTE;
    private static final long FORGOTTEN = 60 * MINUTE;

    private final LongSupplier millis;
    private final BiConsumer<String, Duration> listener;
    private final boolean off;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Tries> byAddress = new LinkedHashMap<>(16, 0.75f, true);
    private final Count all = new Count();
    private volatile boolean quiet = true;

    /// Wrong keys of one minute.
    private static final class Count {
        private long since;
        private int count;

        int another(long now) {
            if (now - since >= MINUTE) {
                since = now;
                count = 0;
            }
            return ++count;
        }
    }

    /// What an address did.
    private static final class Tries {
        private final Count wrong = new Count();
        private long last;
        private long until;
        private int waits;
    }

    /// @param millis a clock that only goes forward
    /// @param listener told each address that has to wait from now on, and how long; must not block for long
    public Throttle(LongSupplier millis, BiConsumer<String, Duration> listener) {
        this(millis, listener, false);
    }

    private Throttle(LongSupplier millis, BiConsumer<String, Duration> listener, boolean off) {
        this.millis = millis;
        this.listener = listener;
        this.off = off;
        all.since = millis.getAsLong() - MINUTE;
    }

    /// Slows down nobody.
    public static Throttle none() {
        return new Throttle(() -> 0, (_, _) -> {}, true);
    }

    /// How long an address has to wait; zero when it need not. Takes no lock while nobody has tried a wrong key.
    public Duration waiting(String address) {
        if (quiet || address.isEmpty()) {
            return Duration.ZERO;
        }
        String who = PeerAddress.of(address);
        lock.lock();
        try {
            Tries tries = byAddress.get(who);
            return tries == null ? Duration.ZERO : left(tries, millis.getAsLong());
        } finally {
            lock.unlock();
        }
    }

    private static Duration left(Tries tries, long now) {
        return Duration.ofMillis(Math.max(0, tries.until - now));
    }

    /// A wrong key came. While the address has to wait, that changes nothing.
    ///
    /// @param address empty when nobody knows it: then nobody has to wait
    /// @return how long the address has to wait now; zero when it need not
    public Duration failed(String address) {
        if (off || address.isEmpty()) {
            return Duration.ZERO;
        }
        String who = PeerAddress.of(address);
        Duration wait;
        lock.lock();
        try {
            long now = millis.getAsLong();
            Tries tries = tries(who, now);
            if (tries.until > now) {
                return left(tries, now);
            }
            boolean attack = all.another(now) > ATTACK;
            if (tries.wrong.another(now) < (attack ? TRIES_UNDER_ATTACK : TRIES)) {
                return Duration.ZERO;
            }
            wait = Duration.ofMillis(Math.min(LONGEST, FIRST << Math.min(tries.waits, 10)));
            tries.waits++;
            tries.until = now + wait.toMillis();
            tries.wrong.count = 0;
        } finally {
            lock.unlock();
        }
        listener.accept(who, wait);
        return wait;
    }

    private Tries tries(String who, long now) {
        quiet = false;
        Tries tries = byAddress.get(who);
        if (tries == null || now - Math.max(tries.last, tries.until) >= FORGOTTEN) {
            tries = new Tries();
            tries.wrong.since = now;
            byAddress.put(who, tries);
            if (byAddress.size() > MOST) {
                byAddress.remove(byAddress.keySet().iterator().next());
            }
        }
        tries.last = now;
        return tries;
    }

    /// Forgets who has been quiet for an hour. To be called every now and then.
    public void tick() {
        lock.lock();
        try {
            long now = millis.getAsLong();
            byAddress.values().removeIf(tries -> now - Math.max(tries.last, tries.until) >= FORGOTTEN);
            quiet = byAddress.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// How many addresses are remembered.
    int remembered() {
        lock.lock();
        try {
            return byAddress.size();
        } finally {
            lock.unlock();
        }
    }
}
