package dev.formulary.engine.telemetry;

/// That a plug-in makes a provider, or nobody.
///
/// @param plugin its id
/// @param state in lower case
/// @param provider whom it makes; empty when nobody
public record PluginRow(String plugin, String version, String state, String provider) {}
