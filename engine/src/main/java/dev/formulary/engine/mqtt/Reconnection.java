package dev.formulary.engine.mqtt;

import java.util.random.RandomGenerator;

/// How long to wait before the next try to connect: twice as long after each that failed, 200 ms at first and 5 s at most, and
/// of that something between half and all, so that the nodes of a broker that comes back don't come at once.
final class Reconnection {
    private static final long FIRST_MS = 200;
    private static final long LONGEST_MS = 5_000;

    private Reconnection() {}

    /// @param attempts how many tries have failed since it was connected
    /// @return milliseconds
    static long delay(int attempts, RandomGenerator random) {
        long full = Math.min(LONGEST_MS, FIRST_MS << Math.clamp(attempts, 0, 10));
        return full / 2 + random.nextLong(full / 2 + 1);
    }
}
