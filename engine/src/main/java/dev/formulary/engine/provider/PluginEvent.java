package dev.formulary.engine.provider;

/// Something happened to a plug-in.
///
/// @param file the file's name without folder
/// @param pluginId empty when the file could not be read
/// @param version empty when the file could not be read
/// @param reason why; empty when nothing needs to be said
public record PluginEvent(Kind kind, String file, String pluginId, String version, String reason) {
    /// What happened.
    public enum Kind {
        /// It answers calls from now on, alone or in place of the version before.
        SERVING,
        /// It was loaded and has nothing to do until it is configured.
        IDLE,
        /// It was not loaded; a version before serves on.
        REFUSED,
        /// It has been unloaded.
        UNLOADED
    }
}
