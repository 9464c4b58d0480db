package dev.formulary.engine.boot;

/// Exit codes.
final class Exit {
    static final int OK = 0;
    /// The answer is no, or the work could not be done.
    static final int NO = 1;
    /// The user must change something first: an argument, a file, the configuration.
    static final int USAGE = 2;

    private Exit() {}
}
