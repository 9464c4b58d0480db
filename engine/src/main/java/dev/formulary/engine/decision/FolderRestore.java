package dev.formulary.engine.decision;

import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Puts a rule set back into the rules folder, file by file. A note says that it was begun until it is done, so that it can
/// be finished after a crash. Whatever it replaces or takes out is moved or copied into a backup folder first.
final class FolderRestore {
    private final Path rules;
    private final Path backups;
    private final Path note;

    /// @param place where the note and the backups are kept
    FolderRestore(Path rules, Path place) {
        this.rules = rules;
        this.backups = place.resolve("backup");
        this.note = place.resolve("rollback.begun");
    }

    /// The hash of a set whose return was begun and not finished.
    Optional<String> begun() {
        try {
            return Optional.of(Files.readString(note, StandardCharsets.UTF_8).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// @param present the files of the folder that belong to its rule set
    /// @param backup name of the backup folder
    void restore(String hash, Map<String, byte[]> wanted, Set<String> present, String backup) throws IOException {
        Files.createDirectories(Objects.requireNonNull(note.getParent()));
        DurableFile.write(note, hash.getBytes(StandardCharsets.UTF_8));
        Path aside = backups.resolve(backup);
        for (var file : wanted.entrySet()) {
            put(file.getKey(), file.getValue(), aside);
        }
        for (String file : present) {
            if (!wanted.containsKey(file)) {
                Files.move(rules.resolve(file), room(aside, file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        done();
    }

    void done() throws IOException {
        Files.deleteIfExists(note);
    }

    private void put(String file, byte[] content, Path aside) throws IOException {
        Path path = rules.resolve(file).normalize();
        if (!path.startsWith(rules)) {
            throw new IOException("'" + file + "' lies outside of the rules folder");
        }
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        try {
            if (Arrays.equals(Files.readAllBytes(path), content)) {
                return;
            }
            Files.copy(path, room(aside, file), StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            // new, or taken away just now: there is nothing to keep
        }
        DurableFile.write(path, content);
    }

    private static Path room(Path aside, String file) throws IOException {
        Path path = aside.resolve(file);
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        return path;
    }
}
