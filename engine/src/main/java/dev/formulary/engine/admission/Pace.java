package dev.formulary.engine.admission;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// A token bucket: so much may come at once, and it is refilled evenly. Thread-safe.
final class Pace {
    private final long burst;
    private final Bucket bucket;

    /// @param burst how much the bucket holds; it begins full
    /// @param limit how much is refilled in a period
    /// @param millis never goes back
    Pace(long burst, long limit, Duration period, LongSupplier millis) {
        this.burst = burst;
        bucket = Bucket.builder()
                .addLimit(Bandwidth.builder().capacity(burst).refillGreedy(limit, period).build())
                .withCustomTimePrecision(new Meter(millis)).build();
    }

    private record Meter(LongSupplier millis) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(millis.getAsLong());
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }

    boolean take(long count) {
        return bucket.tryConsume(count);
    }

    /// Counts what was used without being asked for.
    void add(long count) {
        bucket.consumeIgnoringRateLimits(count);
    }

    /// What was taken was not needed after all.
    void giveBack(long count) {
        bucket.addTokens(count);
    }

    long left() {
        return bucket.getAvailableTokens();
    }

    /// How long until so much may be taken, in milliseconds. More than the bucket holds is counted as all of it.
    long waitFor(long count) {
        long nanos = bucket.estimateAbilityToConsume(Math.min(count, burst)).getNanosToWaitForRefill();
        return Math.ceilDiv(nanos, 1_000_000L);
    }
}
