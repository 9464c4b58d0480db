package dev.formulary.engine.provider;

import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A plug-in whose classes are loaded and that has no provider yet.
///
/// @param factories by kind
/// @param entries which providers it is to make
/// @param assessors those that it brings
/// @param declared the settings that each kind understands
record Opened(Path file, String sha256, PluginManifest manifest, PluginJar jar, Map<String, ProviderFactory> factories,
        List<Entry> entries, List<GuardedAssessor> assessors, Map<String, List<Setting>> declared) {
    Opened {
        assessors = List.copyOf(assessors);
        declared = Map.copyOf(declared);
    }

    /// @param configured whether the configuration mentions it; otherwise it is a kind's one provider without settings
    /// @param places where the settings stand, see [ProviderEntry]
    record Entry(String id, String kind, Map<String, Object> settings, Map<String, String> places,
            boolean configured) {

        /// Whether it asks for the same, wherever it stands.
        boolean means(Entry other) {
            return id.equals(other.id) && kind.equals(other.kind) && settings.equals(other.settings)
                    && configured == other.configured;
        }
    }

    static List<Entry> entries(Set<String> kinds, List<ProviderEntry> configured) {
        var entries = new ArrayList<Entry>();
        var left = new HashSet<>(kinds);
        for (ProviderEntry entry : configured) {
            if (kinds.contains(entry.kind())) {
                entries.add(new Entry(entry.id(), entry.kind(), entry.settings(), entry.places(), true));
                left.remove(entry.kind());
            }
        }
        left.stream().sorted().forEach(kind -> entries.add(new Entry(kind, kind, Map.of(), Map.of(), false)));
        return List.copyOf(entries);
    }

    /// Whether another configuration asks it for what it has.
    boolean serves(List<ProviderEntry> configured) {
        List<Entry> wanted = entries(factories.keySet(), configured);
        return wanted.size() == entries.size() && wanted.stream().allMatch(this::has);
    }

    boolean has(Entry wanted) {
        return entries.stream().anyMatch(wanted::means);
    }

    /// Makes sure that it takes nothing that another plug-in has.
    void checkAgainst(Opened other) throws Refusal {
        String owner = "of '" + other.file.getFileName() + "', which came first";
        if (other.manifest.id().equals(manifest.id())) {
            throw new Refusal("its Plugin-Id '" + manifest.id() + "' is that " + owner);
        }
        for (String kind : factories.keySet()) {
            if (other.factories.containsKey(kind)) {
                throw new Refusal("its kind of provider '" + kind + "' is that " + owner);
            }
        }
        for (GuardedAssessor mine : assessors) {
            if (other.assessors.stream().anyMatch(theirs -> theirs.name().equals(mine.name()))) {
                throw new Refusal("its assessor '" + mine.name() + "' has the name of one " + owner);
            }
        }
        for (Entry mine : entries) {
            for (Entry theirs : other.entries) {
                if (mine.id.equals(theirs.id)) {
                    throw new Refusal("its provider '" + mine.id + "' has the name of one " + owner
                            + "; give it an entry with another 'id'");
                }
            }
        }
    }
}
