package dev.formulary.engine.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// What a process leaves that dies now: what it wrote is in its files, whoever else has them open.
public final class Remains {
    private Remains() {}

    /// Copies the files of a folder. One that was renamed or deleted in the midst, as spare files are, makes it begin again,
    /// so that no mixture of before and after is taken for what was there.
    ///
    /// @return `to`
    public static Path copy(Path folder, Path to) throws IOException {
        Files.createDirectories(to);
        while (!copied(folder, to)) {
            for (Path file : files(to)) {
                Files.delete(file);
            }
        }
        return to;
    }

    private static boolean copied(Path folder, Path to) throws IOException {
        try {
            List<Path> before = files(folder);
            for (Path file : before) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
            return files(folder).equals(before);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
