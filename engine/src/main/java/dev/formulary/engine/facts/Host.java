package dev.formulary.engine.facts;

import java.util.List;

/// How busy the machine is. Shares go from 0 to 1; what can't be measured is -1, never 0. Limits of a container count.
///
/// @param cpu share of the processors in use since the sample before
/// @param memory share of the memory in use
/// @param memoryFree bytes still to be had
/// @param disk share of the data folder's disk in use
/// @param cores processors that may be used
/// @param gpus the graphics cards; empty where there is none, or none that can be measured
public record Host(double cpu, double memory, long memoryFree, double disk, int cores, List<Gpu> gpus) {
    /// Nothing measured yet.
    public static final Host UNKNOWN = new Host(-1, -1, -1, -1, Runtime.getRuntime().availableProcessors());

    public Host {
        gpus = List.copyOf(gpus);
    }

    /// A machine without a graphics card.
    public Host(double cpu, double memory, long memoryFree, double disk, int cores) {
        this(cpu, memory, memoryFree, disk, cores, List.of());
    }

    /// Whether processor or memory are in use above a share; unknown is not busy.
    public boolean busierThan(double share) {
        return cpu > share || memory > share;
    }

    /// How much of its time the busiest graphics card is in use, 0 to 1; -1 when unknown.
    public double gpu() {
        double most = -1;
        for (Gpu each : gpus) {
            most = Math.max(most, each.busy());
        }
        return most;
    }

    /// How much of its memory is in use of the fullest graphics card, 0 to 1; -1 when unknown.
    public double gpuMemory() {
        double most = -1;
        for (Gpu each : gpus) {
            most = Math.max(most, each.memory());
        }
        return most;
    }
}
