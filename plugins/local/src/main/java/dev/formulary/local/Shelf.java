package dev.formulary.local;

import dev.formulary.local.gguf.GgufException;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The models' files: the folder is looked at anew each time, and a file is read again when it has changed. A file that is not as
/// it should be is said once, and not offered. Thread-safe.
final class Shelf {
    private static final int MOST_FILES = 1000;

    /// @param file null when it can't be used
    /// @param reason why; empty when it can
    private record Seen(ModelFile.Stamp stamp, @Nullable ModelFile file, String reason) {}

    private final @Nullable Path folder;
    private final List<Path> files;
    private final Consumer<String> complaints;
    private Map<Path, Seen> seen = Map.of();
    private volatile Map<String, ModelFile> models = Map.of();
    private volatile Map<String, String> refused = Map.of();

    /// @param complaints hears of each file that can't be used
    Shelf(@Nullable Path folder, List<Path> files, Consumer<String> complaints) {
        this.folder = folder;
        this.files = List.copyOf(files);
        this.complaints = complaints;
    }

    /// Looks again.
    ///
    /// @return the models by id, in the order of their names
    synchronized Map<String, ModelFile> update() {
        Map<Path, Seen> now = new HashMap<>();
        Map<String, ModelFile> byId = new LinkedHashMap<>();
        Map<String, String> reasons = new HashMap<>();
        for (Path path : paths()) {
            Seen known = seen.get(path);
            Seen next = look(path, known);
            now.put(path, next);
            if (next.file() == null || byId.containsKey(next.file().id())) {
                String reason = next.file() == null ? next.reason() : "another file has the same name";
                reasons.putIfAbsent(ModelFile.id(path), reason);
                if (!next.equals(known)) {
                    complaints.accept("model not offered file=" + path.getFileName() + " reason=" + reason);
                }
            } else {
                byId.put(next.file().id(), next.file());
            }
        }
        seen = now;
        models = byId;
        refused = reasons;
        return byId;
    }

    /// @throws ProviderException when there is no such model, or its file can't be used
    ModelFile find(String id) throws ProviderException {
        ModelFile file = models.get(id);
        if (file == null) {
            // it may have come since
            file = update().get(id);
        }
        if (file == null) {
            String reason = refused.get(id);
            throw reason == null
                    ? new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is no file '" + id + ".gguf'")
                    : new ProviderException(FailureCategory.CONFIGURATION, "'" + id + ".gguf': " + reason);
        }
        return file;
    }

    private static Seen look(Path path, @Nullable Seen known) {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class);
            var stamp = new ModelFile.Stamp(attributes.size(), attributes.lastModifiedTime().toMillis(),
                    attributes.fileKey());
            return known != null && known.stamp().equals(stamp) ? known : read(path, stamp);
        } catch (IOException e) {
            return new Seen(new ModelFile.Stamp(-1, 0, null), null, "it can't be read");
        }
    }

    private static Seen read(Path path, ModelFile.Stamp stamp) {
        try {
            return new Seen(stamp, ModelFile.read(path, stamp), "");
        } catch (GgufException | ModelFile.Unfit e) {
            return new Seen(stamp, null, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Seen(stamp, null, "it can't be read");
        }
    }

    private List<Path> paths() {
        List<Path> paths = new ArrayList<>(files);
        if (folder != null) {
            List<Path> inFolder = new ArrayList<>();
            try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.gguf")) {
                for (Path path : found) {
                    if (inFolder.size() < MOST_FILES) {
                        inFolder.add(path);
                    }
                }
            } catch (IOException e) {
                // a folder that is not there has no models; it may come
            }
            inFolder.sort(null);
            paths.addAll(inFolder);
        }
        return paths.stream().distinct().toList();
    }
}
