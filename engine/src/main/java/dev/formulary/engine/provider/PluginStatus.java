package dev.formulary.engine.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What has become of one version of one file in the plug-in folder. A file whose new version was refused while the one
/// before serves on appears twice.
///
/// @param file its name without folder
/// @param pluginId empty when it could not be read
/// @param version empty when it could not be read
/// @param sha256 in hexadecimal; empty when it could not be read
/// @param reason why it is in that state; empty when nothing needs to be said
/// @param providers what it provides, those included that could not be made
public record PluginStatus(String file, String pluginId, String version, String sha256, State state, String reason,
        List<ProviderStatus> providers) {
    public PluginStatus {
        providers = List.copyOf(providers);
    }

    /// Where it stands.
    public enum State {
        /// Answers calls.
        SERVING,
        /// Loaded, but it has nothing to do until it is configured.
        IDLE,
        /// Not loaded.
        REFUSED,
        /// Replaced or removed; ends the calls that it has.
        DRAINING
    }

    /// @param id the provider's name
    /// @param models how many models it lists
    /// @param lastError why it could not be made or could not list its models the last time; null when it could
    public record ProviderStatus(String id, String kind, int models, @Nullable String lastError) {}
}
