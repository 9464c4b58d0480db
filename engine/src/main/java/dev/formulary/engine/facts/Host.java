package dev.formulary.engine.facts;

/// How busy the machine is. Shares go from 0 to 1; what can't be measured is -1, never 0. Limits of a container count.
///
/// @param cpu share of the processors in use since the sample before
/// @param memory share of the memory in use
/// @param memoryFree bytes still to be had
/// @param disk share of the data folder's disk in use
/// @param cores processors that may be used
public record Host(double cpu, double memory, long memoryFree, double disk, int cores) {
    /// Nothing measured yet.
    public static final Host UNKNOWN = new Host(-1, -1, -1, -1, Runtime.getRuntime().availableProcessors());

    /// Whether processor or memory are in use above a share; unknown is not busy.
    public boolean busierThan(double share) {
        return cpu > share || memory > share;
    }
}
