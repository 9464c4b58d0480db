package dev.formulary.engine.provider;

import dev.formulary.engine.provider.PluginStatus.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Brings what is loaded in line with what lies in the folder. Used by one thread at a time.
final class Reconciler {
    /// What came of a file: loaded, refused, or neither because it holds what it held before.
    private record Tried(Path file, String sha256, @Nullable Opened opened, @Nullable Refusal refusal) {}

    /// @param conflict true when another file has to go before it can serve
    private record Refused(PluginStatus status, boolean conflict) {}

    private final JarFolder folder;
    private final Staging staging;
    private final Loading loading;
    private final Reports reports;
    private final Map<Path, Generation> live = new TreeMap<>();
    private final Map<Path, Refused> refused = new TreeMap<>();
    private boolean somethingWasFreed;

    Reconciler(JarFolder folder, Staging staging, Loading loading, Reports reports) {
        this.folder = folder;
        this.staging = staging;
        this.loading = loading;
        this.reports = reports;
    }

    /// @param retired versions that no longer serve; their calls go on
    /// @param rejected versions that were loaded and never served
    /// @param again whether there is more to do soon
    record Result(List<Generation> retired, List<Generation> rejected, boolean again) {}

    Result reconcile() throws IOException, InterruptedException {
        JarFolder.Look look = folder.look();
        var gone = new HashSet<>(look.gone());
        boolean retry = somethingWasFreed || !gone.isEmpty();
        somethingWasFreed = false;
        var work = new TreeSet<>(look.settled());
        if (retry) {
            refused.forEach((file, why) -> {
                if (why.conflict && !gone.contains(file)) {
                    work.add(file);
                }
            });
        }
        List<Opened> opened = open(work, retry);
        List<Generation> made = InParallel.each(withoutConflicts(opened, gone), loading::start);
        var retired = new ArrayList<Generation>();
        var rejected = new ArrayList<Generation>();
        made.forEach(generation -> commit(generation, retired, rejected));
        gone.forEach(file -> remove(file, retired));
        somethingWasFreed = !retired.isEmpty();
        return new Result(List.copyOf(retired), List.copyOf(rejected), look.pending() || somethingWasFreed);
    }

    private List<Opened> open(Set<Path> files, boolean retry) throws InterruptedException {
        var opened = new ArrayList<Opened>();
        for (Tried tried : InParallel.each(files, file -> tryFile(file, retry))) {
            if (tried.opened != null) {
                opened.add(tried.opened);
            } else if (tried.refusal != null) {
                refuse(tried.file, new PluginStatus(name(tried.file), "", "", tried.sha256, State.REFUSED,
                        tried.refusal.reason(), List.of()), false);
            } else if (isLive(tried.file, tried.sha256)) {
                refused.remove(tried.file);
            }
        }
        return opened;
    }

    /// Reads the maps only, so that files can be tried side by side.
    private Tried tryFile(Path file, boolean retry) throws InterruptedException {
        Staging.Copy copy;
        try {
            copy = staging.copy(file);
        } catch (Refusal e) {
            return new Tried(file, "", null, e);
        }
        try {
            if (isLive(file, copy.sha256()) || wasRefused(file, copy.sha256(), retry)) {
                return new Tried(file, copy.sha256(), null, null);
            }
            return new Tried(file, copy.sha256(), loading.open(file, copy), null);
        } catch (Refusal e) {
            return new Tried(file, copy.sha256(), null, e);
        } finally {
            staging.discard(copy);
        }
    }

    private boolean isLive(Path file, String sha256) {
        Generation serving = live.get(file);
        return serving != null && serving.opened().sha256().equals(sha256);
    }

    private boolean wasRefused(Path file, String sha256, boolean retry) {
        Refused before = refused.get(file);
        return before != null && before.status.sha256().equals(sha256) && !(retry && before.conflict);
    }

    /// Who serves already goes before who comes, and among those who come the first by name.
    private List<Opened> withoutConflicts(List<Opened> opened, Set<Path> gone) {
        var accepted = new ArrayList<Opened>();
        for (Opened candidate : opened) {
            try {
                for (Map.Entry<Path, Generation> other : live.entrySet()) {
                    if (!gone.contains(other.getKey()) && !other.getKey().equals(candidate.file())) {
                        candidate.checkAgainst(other.getValue().opened());
                    }
                }
                for (Opened other : accepted) {
                    candidate.checkAgainst(other);
                }
                accepted.add(candidate);
            } catch (Refusal e) {
                loading.unload(candidate.jar());
                refuse(candidate.file(), statusOf(candidate, e, List.of()), true);
            }
        }
        return accepted;
    }

    private void commit(Generation made, List<Generation> retired, List<Generation> rejected) {
        Path file = made.opened().file();
        Generation before = live.get(file);
        try {
            made.checkServes(before);
        } catch (Refusal e) {
            rejected.add(made);
            refuse(file, statusOf(made.opened(), e, made.status(false).providers()), false);
            return;
        }
        refused.remove(file);
        live.put(file, made);
        if (before != null) {
            made.inherit(before);
            retired.add(before);
        }
        reports.serving(made);
    }

    /// Puts versions in the place of those that serve, for another configuration. It may be what refused files lacked, so they
    /// are tried again.
    ///
    /// @return versions that no longer serve; their calls go on
    List<Generation> replace(List<Generation> made) {
        var retired = new ArrayList<Generation>();
        for (Generation next : made) {
            Generation before = live.put(next.opened().file(), next);
            if (before != null) {
                next.inherit(before);
                retired.add(before);
            }
            reports.serving(next);
        }
        refused.replaceAll((_, why) -> new Refused(why.status, true));
        somethingWasFreed = true;
        return retired;
    }

    private void remove(Path file, List<Generation> retired) {
        refused.remove(file);
        Generation before = live.remove(file);
        if (before != null) {
            retired.add(before);
        }
    }

    private void refuse(Path file, PluginStatus status, boolean conflict) {
        Refused before = refused.put(file, new Refused(status, conflict));
        if (before == null || !before.status.equals(status)) {
            reports.refused(status);
        }
    }

    private static PluginStatus statusOf(Opened opened, Refusal why, List<PluginStatus.ProviderStatus> providers) {
        return new PluginStatus(name(opened.file()), opened.manifest().id(), opened.manifest().version(),
                opened.sha256(), State.REFUSED, why.reason(), providers);
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    /// Deletes copies that no generation uses.
    void sweep(List<Generation> draining) throws IOException {
        var used = new HashSet<String>();
        live.values().forEach(generation -> used.add(generation.opened().sha256()));
        draining.forEach(generation -> used.add(generation.opened().sha256()));
        staging.sweep(used);
    }

    List<Generation> live() {
        return List.copyOf(live.values());
    }

    List<PluginStatus> refused() {
        return refused.values().stream().map(Refused::status).toList();
    }

    /// Forgets what serves, and gives it to be ended.
    List<Generation> takeAll() {
        List<Generation> all = live();
        live.clear();
        return all;
    }
}
