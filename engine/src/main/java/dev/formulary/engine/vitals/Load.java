package dev.formulary.engine.vitals;

/// Numbers of the machine and of the container around us, and what both together mean. The tighter of the two holds.
/// What can't be measured is -1.
final class Load {
    private Load() {}

    /// Share of the processors in use: the machine's, or the container's share of its quota where that is higher.
    ///
    /// @param machine the machine's share
    /// @param usedNanos processor time that the container used
    /// @param wallNanos in how much time
    /// @param quota how many processors the container may use; 0 or less for no limit
    static double cpu(double machine, long usedNanos, long wallNanos, double quota) {
        if (quota <= 0 || usedNanos < 0 || wallNanos <= 0) {
            return machine;
        }
        return Math.max(machine, share((double) usedNanos, wallNanos * quota));
    }

    /// Bytes still to be had: the machine's, or what the container's limit leaves where that is less.
    static long free(long available, long used, long limit) {
        if (limit <= 0 || used < 0) {
            return available;
        }
        return Math.min(available, Math.max(0, limit - used));
    }

    /// Share of the memory in use.
    static double memory(long free, long total, long limit) {
        if (free < 0 || total <= 0) {
            return -1;
        }
        long ours = limit <= 0 ? total : Math.min(total, limit);
        return share(ours - free, ours);
    }

    static double share(long part, long whole) {
        return share((double) part, (double) whole);
    }

    /// A part of a whole, 0 to 1; -1 when the whole is unknown.
    private static double share(double part, double whole) {
        return whole <= 0 ? -1 : Math.clamp(part / whole, 0.0, 1.0);
    }
}
