package dev.formulary.engine.keys;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Looks up who has a key: one hash and one look into a table that is replaced as a whole, without a lock. Only hashes are kept,
/// so a wrong key takes as long whatever it has in common with a right one. Thread-safe.
///
/// Where an address has to wait, an issued key passes all the same: nobody finds one by trying, and so nobody can lock a
/// neighbour out. A key that somebody chose has to wait, too, since it may be found by trying.
///
/// @param <T> who has a key
public final class KeyTable<T> {
    private static final String SCHEME = "bearer ";

    private final Throttle throttle;
    private final InstantSource clock;
    private volatile Map<String, Held<T>> byHash = Map.of();

    /// A key.
    ///
    /// @param until milliseconds since 1970 from which it is not good any more
    /// @param chosen whether somebody chose it, rather than the gateway
    public record Held<T>(T who, long until, boolean chosen) {
        /// A key of the configuration.
        public static <T> Held<T> chosen(T who) {
            return new Held<>(who, Long.MAX_VALUE, true);
        }
    }

    /// What becomes of somebody at the door.
    public sealed interface Entry<T> {}

    /// The key is right.
    public record Welcome<T>(T who) implements Entry<T> {}

    /// The key is missing or wrong.
    public record Stranger<T>() implements Entry<T> {}

    /// Too many wrong keys came from there.
    public record Wait<T>(Duration left) implements Entry<T> {}

    /// @param clock by which keys expire
    public KeyTable(Throttle throttle, InstantSource clock) {
        this.throttle = throttle;
        this.clock = clock;
    }

    /// Takes other keys in the place of those of before, for all who come from now on.
    ///
    /// @param others by [KeyToken#hash]
    public void replace(Map<String, Held<T>> others) {
        byHash = Map.copyOf(others);
    }

    /// Puts a key into a table, and the one of before where it was rotated, unless it is good no more.
    public static <T> void put(Map<String, Held<T>> table, IssuedKey key, T who) {
        if (key.revoked() != null) {
            return;
        }
        long end = key.expires() == null ? Long.MAX_VALUE : key.expires().toEpochMilli();
        table.put(key.hash(), new Held<>(who, end, false));
        if (key.oldHash() != null && key.oldUntil() != null) {
            table.put(key.oldHash(), new Held<>(who, Math.min(end, key.oldUntil().toEpochMilli()), false));
        }
    }

    /// The token of a header with a bearer token (RFC 6750, section 2.1); null when it has none.
    public static @Nullable String bearer(@Nullable String authorization) {
        return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? authorization.substring(SCHEME.length()).strip()
                : null;
    }

    /// Finds out who comes.
    ///
    /// @param key what was sent, or null for nothing: that is no try
    /// @param address from where; empty when nobody knows
    public Entry<T> enter(@Nullable String key, String address) {
        if (key == null || key.isEmpty()) {
            return new Stranger<>();
        }
        Held<T> held = byHash.get(KeyToken.hash(key));
        boolean good = held != null && clock.millis() < held.until();
        if (held != null && good && !held.chosen()) {
            return new Welcome<>(held.who());
        }
        Duration left = throttle.waiting(address);
        if (left.isZero() && !good) {
            left = throttle.failed(address);
        }
        if (!left.isZero()) {
            return new Wait<>(left);
        }
        return held != null && good ? new Welcome<>(held.who()) : new Stranger<>();
    }
}
