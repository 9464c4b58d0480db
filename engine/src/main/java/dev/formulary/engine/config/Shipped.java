package dev.formulary.engine.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Brings what is shipped into a home folder.
final class Shipped {
    /// Which shipped files were brought, so that they can be told from the user's own: `SHA-256 name` a line.
    private static final String RECORD = ".shipped";

    private Shipped() {}

    /// Copies a folder unless it is there. It appears complete or not at all.
    static void copyOnce(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            return;
        }
        Files.createDirectories(to.getParent());
        Path half = Files.createTempDirectory(to.getParent(), "." + to.getFileName());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = half.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
        Files.setPosixFilePermissions(half, Files.getPosixFilePermissions(to.getParent()));
        Files.move(half, to, ATOMIC_MOVE);
    }

    /// Copies shipped files that are new, and those that changed when the copy is as it was shipped before. What the
    /// user deleted or changed stays so.
    static void follow(Path from, Path to) throws IOException {
        Map<String, String> before = readRecord(to);
        Map<String, String> now = new TreeMap<>(before);
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(from, "*.jar")) {
            for (Path jar : jars) {
                String name = jar.getFileName().toString();
                String sum = sha256(jar);
                String shippedBefore = before.get(name);
                Path copy = to.resolve(name);
                boolean isNew = shippedBefore == null && !Files.exists(copy);
                boolean isUntouched = shippedBefore != null && !shippedBefore.equals(sum) && Files.exists(copy)
                        && shippedBefore.equals(sha256(copy));
                if (isNew || isUntouched) {
                    replace(jar, copy);
                    now.put(name, sum);
                }
            }
        }
        if (!now.equals(before)) {
            Files.write(to.resolve(RECORD), now.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
        }
    }

    private static void replace(Path jar, Path copy) throws IOException {
        Path half = Files.createTempFile(copy.getParent(), ".", ".part");
        Files.copy(jar, half, REPLACE_EXISTING, COPY_ATTRIBUTES);
        Files.move(half, copy, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    private static Map<String, String> readRecord(Path folder) throws IOException {
        Map<String, String> record = new TreeMap<>();
        try {
            List<String> lines = Files.readAllLines(folder.resolve(RECORD));
            for (String line : lines) {
                int space = line.indexOf(' ');
                if (space > 0) {
                    record.put(line.substring(space + 1), line.substring(0, space));
                }
            }
        } catch (NoSuchFileException e) {
            return record;
        }
        return record;
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
