package dev.formulary.engine.provider;

import dev.formulary.engine.config.Settings.ProviderEntry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tries another configuration on what is loaded, without changing anything that serves.
final class Reconfiguration {
    private Reconfiguration() {}

    /// @param made a version for each plug-in that the configuration concerns
    /// @param problems why it can't serve; empty when it can
    record Trial(List<Generation> made, List<String> problems) {}

    static Trial tried(Loading loading, List<Generation> live, List<ProviderEntry> entries)
            throws InterruptedException {
        var kept = new ArrayList<Opened>();
        Map<Path, Generation> concerned = new HashMap<>();
        for (Generation each : live) {
            if (each.opened().serves(entries)) {
                kept.add(each.opened());
            } else {
                concerned.put(each.opened().file(), each);
            }
        }
        var problems = new ArrayList<String>();
        List<Opened> opened = open(loading, concerned.values().stream().map(Generation::opened).toList(), entries,
                problems);
        checkConflicts(opened, kept, problems);
        if (!problems.isEmpty()) {
            opened.forEach(each -> loading.unload(each.jar()));
            return new Trial(List.of(), List.copyOf(problems));
        }
        List<Generation> made = InParallel.each(opened, loading::start);
        for (Generation next : made) {
            Generation before = concerned.get(next.opened().file());
            problems.addAll(before == null ? List.of() : next.problems(before));
        }
        return new Trial(List.copyOf(made), List.copyOf(problems));
    }

    private static List<Opened> open(Loading loading, List<Opened> concerned, List<ProviderEntry> entries,
            List<String> problems) throws InterruptedException {
        var opened = new ArrayList<Opened>();
        for (Opened before : concerned) {
            try {
                opened.add(loading.again(before, entries));
            } catch (Refusal e) {
                problems.add(told(before, e));
            }
        }
        return opened;
    }

    private static void checkConflicts(List<Opened> opened, List<Opened> kept, List<String> problems) {
        var accepted = new ArrayList<>(kept);
        for (Opened next : opened) {
            try {
                for (Opened other : accepted) {
                    next.checkAgainst(other);
                }
                accepted.add(next);
            } catch (Refusal e) {
                problems.add(told(next, e));
            }
        }
    }

    private static String told(Opened plugin, Refusal refusal) {
        return plugin.file().getFileName() + ": " + refusal.reason();
    }
}
