package dev.formulary.engine.boot;

import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.Complaint;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.provider.CardCatalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The catalogues of models under `conf/models/`. A file that is broken, or older than the one before it, changes nothing:
/// what was read from it last goes on, also after a restart, and an alert says so. The shipped file is the least important,
/// the others come in the order of their names. Thread-safe.
final class CatalogueDesk {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueDesk.class);
    private static final String SHIPPED = "shipped.yaml";
    private static final String ENGINE = "engine";
    private static final int MOST_FILES = 100;
    private static final Comparator<Path> IMPORTANCE = Comparator
            .comparing((Path file) -> !file.getFileName().toString().equals(SHIPPED))
            .thenComparing(file -> file.getFileName().toString());

    private final Path folder;
    private final Path kept;
    private final Alerts alerts;
    private final Clock clock;
    private final Runnable changed;
    private Map<Path, Stamp> seen = Map.of();
    private volatile Map<String, Shelf> shelves = Map.of();
    private volatile CardCatalogue catalogue = CardCatalogue.EMPTY;

    private record Stamp(FileTime changed, long size) {}

    /// @param catalogue what serves, or null when nothing of the file could ever be read
    /// @param problem why the file as it is now does not serve; empty when it does
    private record Shelf(@Nullable ModelCatalogue catalogue, String problem) {}

    /// @param folder `conf/models`
    /// @param kept where the last good files are kept
    /// @param changed told when other things are known than before
    CatalogueDesk(Path folder, Path kept, Alerts alerts, Clock clock, Runnable changed) {
        this.folder = folder;
        this.kept = kept;
        this.alerts = alerts;
        this.clock = clock;
        this.changed = changed;
    }

    CardCatalogue catalogue() {
        return catalogue;
    }

    /// Catches up with the folder.
    ///
    /// @return false: it never asks to be called again soon
    synchronized boolean reconcile() {
        Map<Path, Stamp> now = stamps();
        if (!now.equals(seen)) {
            seen = now;
            Map<String, Shelf> next = new LinkedHashMap<>();
            for (Path file : now.keySet()) {
                String name = file.getFileName().toString();
                next.put(name, read(file, name, shelves.get(name)));
            }
            shelves = next;
            catalogue = new CardCatalogue(next.values().stream().map(Shelf::catalogue)
                    .flatMap(Stream::ofNullable).toList());
            LOG.info("catalogue in use files={} models={}", next.size(), next.values().stream().map(Shelf::catalogue)
                    .flatMap(Stream::ofNullable).mapToInt(ModelCatalogue::size).sum());
            changed.run();
        }
        return false;
    }

    private Map<Path, Stamp> stamps() {
        Map<Path, Stamp> stamps = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(CatalogueDesk::isCatalogue).sorted(IMPORTANCE).limit(MOST_FILES).toList()) {
                stamps.put(file, new Stamp(Files.getLastModifiedTime(file), Files.size(file)));
            }
        } catch (IOException e) {
            LOG.debug("no catalogues folder={}", folder, e);
        }
        return stamps;
    }

    private static boolean isCatalogue(Path file) {
        return file.getFileName().toString().endsWith(".yaml") && Files.isRegularFile(file);
    }

    private Shelf read(Path file, String name, @Nullable Shelf before) {
        ModelCatalogue last = before == null ? lastGood(name) : before.catalogue();
        try {
            ModelCatalogue next = ModelCatalogue.read(file, "conf/models/" + name);
            if (last != null && next.version().isBefore(last.version())) {
                return refused(name, last, "conf/models/" + name + ": its version " + next.version()
                        + " is older than " + last.version() + ", which serves");
            }
            keep(file, name);
            return new Shelf(next, "");
        } catch (ConfigurationException e) {
            Complaint first = e.complaints().getFirst();
            return refused(name, last, String.valueOf(first));
        }
    }

    private static Shelf refused(String name, @Nullable ModelCatalogue last, String problem) {
        LOG.warn("catalogue refused file={} problem={} last_good={}", name, problem, last != null);
        return new Shelf(last, problem);
    }

    private @Nullable ModelCatalogue lastGood(String name) {
        Path file = kept.resolve(name);
        try {
            return Files.exists(file) ? ModelCatalogue.read(file, name) : null;
        } catch (ConfigurationException e) {
            return null;
        }
    }

    private void keep(Path file, String name) {
        try {
            Files.createDirectories(kept);
            Path part = Files.copy(file, kept.resolve(name + ".part"), StandardCopyOption.REPLACE_EXISTING);
            Files.move(part, kept.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("catalogue not kept file={} cause={}", name, e.toString());
        }
    }

    /// Keeps alerts open while something is wrong. Call it every few seconds.
    void tick() {
        notices().forEach(notice -> alerts.raise(notice, clock.instant()));
    }

    List<Notice> notices() {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        List<Notice> notices = new ArrayList<>();
        shelves.forEach((name, shelf) -> {
            if (!shelf.problem().isEmpty()) {
                notices.add(new Notice(ENGINE, Severity.WARNING, "catalogue-refused",
                        "a catalogue of models is refused, what was known before goes on: " + shelf.problem()));
            }
            LocalDate until = shelf.catalogue() == null ? null : shelf.catalogue().goodUntil();
            if (until != null && today.isAfter(until)) {
                notices.add(new Notice(ENGINE, Severity.WARNING, "catalogue-stale", "conf/models/" + name
                        + " was good until " + until + "; prices may have changed"));
            }
        });
        return notices;
    }

    /// For operators.
    List<Map<String, Object>> document() {
        List<Map<String, Object>> all = new ArrayList<>();
        shelves.forEach((name, shelf) -> {
            Map<String, Object> shown = new LinkedHashMap<>();
            shown.put("file", name);
            ModelCatalogue serving = shelf.catalogue();
            if (serving != null) {
                shown.put("version", serving.version().toString());
                shown.put("source", serving.source());
                shown.put("models", serving.size());
            }
            shown.put("problem", shelf.problem());
            all.add(shown);
        });
        return all;
    }
}
