package dev.formulary.openai;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The keys of one provider. One is used until the vendor sends it away; then it rests, and the next one's turn comes. The
/// only key never rests: the gateway itself knows what to do with a provider that fails. Thread-safe.
final class KeyRing {
    /// @param position from 1, for people
    /// @param secret null for a server that asks for none
    record Key(int position, @Nullable String secret) {
        @Override
        public String toString() {
            return "key " + position;
        }
    }

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final List<String> secrets;
    private final LongSupplier nanos;
    /// When each may be used again; guarded by this.
    private final long[] readyAt;
    /// Why each rests; guarded by this.
    private final FailureCategory[] reasons;
    private int current;

    /// @param nanos a clock such as [System#nanoTime]
    KeyRing(List<String> secrets, LongSupplier nanos) {
        this.secrets = List.copyOf(secrets);
        this.nanos = nanos;
        this.readyAt = new long[Math.max(1, secrets.size())];
        this.reasons = new FailureCategory[readyAt.length];
        Arrays.fill(readyAt, nanos.getAsLong());
        Arrays.fill(reasons, FailureCategory.THROTTLED);
    }

    int size() {
        return readyAt.length;
    }

    /// The key whose turn it is.
    ///
    /// @param tried positions of keys that are not wanted
    /// @return null when all others rest
    synchronized @Nullable Key next(Set<Integer> tried) {
        long now = nanos.getAsLong();
        for (int i = 0; i < size(); i++) {
            int index = (current + i) % size();
            if (!tried.contains(index + 1) && now - readyAt[index] >= 0) {
                current = index;
                return new Key(index + 1, secrets.isEmpty() ? null : secrets.get(index));
            }
        }
        return null;
    }

    /// Lets a key rest for as long as the vendor says, or as long as such a refusal mostly lasts.
    ///
    /// @return how long
    synchronized Duration rest(Key key, ProviderException why) {
        Duration rest = why.retryAfter().orElse(usual(why));
        rest = rest.compareTo(LONGEST) > 0 ? LONGEST : rest.compareTo(SHORTEST) < 0 ? SHORTEST : rest;
        if (size() > 1) {
            readyAt[key.position() - 1] = nanos.getAsLong() + rest.toNanos();
            reasons[key.position() - 1] = why.category();
            current = key.position() % size();
        }
        return rest;
    }

    /// A key that may not use one model may use others.
    private static Duration usual(ProviderException why) {
        return switch (why.category()) {
            case QUOTA -> LONGEST;
            case AUTH -> why.status() == 403 ? Duration.ofMinutes(1) : Duration.ofMinutes(10);
            default -> Duration.ofSeconds(10);
        };
    }

    /// Says that no key can be used, and when the first one can again.
    synchronized ProviderException exhausted() {
        long now = nanos.getAsLong();
        int first = 0;
        for (int i = 1; i < size(); i++) {
            first = readyAt[i] - readyAt[first] < 0 ? i : first;
        }
        Duration wait = Duration.ofNanos(Math.max(0, readyAt[first] - now));
        return new ProviderException(reasons[first], "none of the " + size() + " keys can be used now", 0, wait, null);
    }
}
