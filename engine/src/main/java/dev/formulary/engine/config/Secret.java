package dev.formulary.engine.config;

/// A value that is never shown: printing it prints stars.
///
/// @param value what it is, for whoever must send or compare it
public record Secret(String value) {
    @Override
    public String toString() {
        return "****";
    }
}
