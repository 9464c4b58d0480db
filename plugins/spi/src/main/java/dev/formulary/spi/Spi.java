package dev.formulary.spi;

/// The version of this contract, checked against a plug-in's `Plugin-Requires` when it loads.
public final class Spi {
    /// Semantic version. Plug-ins built for the same major version keep working.
    public static final String VERSION = "1.6.0";

    private Spi() {}
}
