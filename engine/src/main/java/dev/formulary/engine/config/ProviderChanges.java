package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which providers two configurations do not have in common, by id in alphabetical order. Immutable.
///
/// @param added those that came
/// @param changed those with other settings
/// @param removed those that went
public record ProviderChanges(List<String> added, List<String> changed, List<String> removed) {
    public ProviderChanges {
        added = List.copyOf(added);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
    }

    /// What leads from one configuration to another.
    public static ProviderChanges between(List<ProviderEntry> before, List<ProviderEntry> after) {
        Map<String, ProviderEntry> old = byId(before);
        Map<String, ProviderEntry> young = byId(after);
        return new ProviderChanges(
                young.keySet().stream().filter(id -> !old.containsKey(id)).sorted().toList(),
                after.stream().filter(each -> {
                    ProviderEntry was = old.get(each.id());
                    return was != null && !was.means(each);
                }).map(ProviderEntry::id).sorted().toList(),
                old.keySet().stream().filter(id -> !young.containsKey(id)).sorted().toList());
    }

    private static Map<String, ProviderEntry> byId(List<ProviderEntry> entries) {
        return entries.stream().collect(Collectors.toMap(ProviderEntry::id, Function.identity(), (one, _) -> one));
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /// Those that are there and were not there like that before.
    public Set<String> news() {
        return Stream.concat(added.stream(), changed.stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    /// As in `+came ~changed -went`.
    @Override
    public String toString() {
        return Stream.of(added.stream().map(id -> "+" + id), changed.stream().map(id -> "~" + id),
                removed.stream().map(id -> "-" + id)).flatMap(Function.identity()).collect(Collectors.joining(" "));
    }
}
