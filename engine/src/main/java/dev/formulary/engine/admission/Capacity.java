package dev.formulary.engine.admission;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import java.util.concurrent.TimeUnit;

/// How many calls a provider gets at once. Thread-safe.
sealed interface Capacity {

    /// At least 1; 0 where none may pass for now.
    int calls();

    /// What an attempt taught.
    ///
    /// @param begun a reading of [System#nanoTime]
    /// @param nanos to the first of the answer, or until it failed
    /// @param inFlight calls at the provider at its beginning, itself included
    /// @param dropped whether the provider had too much to do
    void learn(long begun, long nanos, int inFlight, boolean dropped);

    /// @param calls so many, or 0 when that follows what the provider shows
    static Capacity of(int calls) {
        return calls > 0 ? new Fixed(calls) : new Adaptive();
    }

    /// A number that the operator gives.
    record Fixed(int calls) implements Capacity {
        @Override
        public void learn(long begun, long nanos, int inFlight, boolean dropped) {}
    }

    /// All or none.
    final class Door implements Capacity {
        volatile boolean closed;

        @Override
        public int calls() {
            return closed ? 0 : Integer.MAX_VALUE;
        }

        @Override
        public void learn(long begun, long nanos, int inFlight, boolean dropped) {}
    }

    /// A number that follows what the provider shows: fewer while the first byte takes longer than it used to
    /// (Netflix's Gradient2, over windows of a second), and at once fewer when it refuses calls (additive increase,
    /// multiplicative decrease; Chiu and Jain, 1989). The smaller of both holds.
    final class Adaptive implements Capacity {
        static final int LEAST = 8;
        static final int FIRST = 64;
        static final int MOST = 512;
        /// Answers differ in length and prompts in size, so times may double without meaning anything.
        private static final double TOLERANCE = 2;
        private static final long LONGEST_MINUTES = 60;

        private final Limit slowness = WindowedLimit.newBuilder().build(Gradient2Limit.newBuilder().minLimit(LEAST)
                .initialLimit(FIRST).maxConcurrency(MOST).rttTolerance(TOLERANCE).build());
        private final Limit refusals = AIMDLimit.newBuilder().minLimit(LEAST).initialLimit(MOST).maxLimit(MOST)
                .timeout(LONGEST_MINUTES, TimeUnit.MINUTES).build();

        @Override
        public int calls() {
            return Math.min(slowness.getLimit(), refusals.getLimit());
        }

        @Override
        public void learn(long begun, long nanos, int inFlight, boolean dropped) {
            refusals.onSample(begun, nanos, inFlight, dropped);
            if (!dropped) {
                slowness.onSample(begun, nanos, inFlight, false);
            }
        }
    }
}
