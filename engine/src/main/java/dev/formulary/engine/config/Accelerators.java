package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// In which line calls wait for a provider: in its own, or in the one of its accelerator, a graphics card or the processors of
/// one machine, which it shares with all providers that name the same. Immutable.
public final class Accelerators {
    private final Map<String, String> lines = new HashMap<>();
    private final Map<String, Integer> parallel = new HashMap<>();

    /// The lines of the providers that are configured.
    public Accelerators(List<ProviderEntry> entries) {
        for (ProviderEntry entry : entries) {
            String line = entry.accelerator().isEmpty() ? entry.id() : entry.accelerator();
            lines.put(entry.id(), line);
            if (entry.parallel() > 0) {
                parallel.merge(line, entry.parallel(), Math::min);
            }
        }
    }

    /// The name of a provider's line: its accelerator's, or its own id where it names none.
    public String line(String provider) {
        return lines.getOrDefault(provider, provider);
    }

    /// How many calls a line lets in at once, the least that one of its providers says; 0 when none says anything, which
    /// follows what they show.
    public int parallel(String line) {
        return parallel.getOrDefault(line, 0);
    }

    /// Reads what an entry names.
    static String name(Section s) {
        return s.has("accelerator") ? s.text("accelerator", "", Configuration.ID, Configuration.AN_ID) : "";
    }

    /// Complains of accelerators that are called as a provider is: their lines could not be told apart.
    ///
    /// @param named by the section of each provider what it names, maybe nothing
    static void check(Map<Section, String> named, Set<String> ids) {
        named.forEach((section, name) -> {
            if (ids.contains(name)) {
                section.complain("accelerator", "must not be the id of a provider, as \"" + name
                        + "\" is; lines are shown by both");
            }
        });
    }
}
