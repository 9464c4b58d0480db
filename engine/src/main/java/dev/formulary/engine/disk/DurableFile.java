package dev.formulary.engine.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;

/// Writes files that are there as a whole or not at all, also after the power failed.
public final class DurableFile {
    private DurableFile() {}

    /// Writes a file in the place of another, or anew. The one before keeps its permissions.
    ///
    /// @throws IOException when it can't be written; the one before is still there
    public static void write(Path path, byte[] content) throws IOException {
        Path folder = Objects.requireNonNull(path.getParent());
        Path aside = aside(path);
        if (Files.exists(path)) {
            // brings the permissions along
            Files.copy(path, aside, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
        }
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            all(channel, content);
        }
        Files.move(aside, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(folder);
    }

    /// Writes a file that nobody but its owner may read or write, where the file system knows owners.
    ///
    /// @throws IOException when it can't be written; the one before is still there
    public static void writePrivate(Path path, byte[] content) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Set<PosixFilePermission> owner = PosixFilePermissions.fromString("rw-------");
            if (Files.exists(path)) {
                Files.setPosixFilePermissions(path, owner);
            } else {
                // aside, so that nobody finds an empty one
                Files.deleteIfExists(aside(path));
                Files.createFile(aside(path), PosixFilePermissions.asFileAttribute(owner));
            }
        }
        write(path, content);
    }

    private static Path aside(Path path) {
        return path.resolveSibling("." + path.getFileName() + ".part");
    }

    /// Adds to the end of a file.
    ///
    /// @throws IOException when it can't be written as a whole
    public static void append(Path path, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            all(channel, content);
        }
    }

    private static void all(FileChannel channel, byte[] content) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(content);
        while (left.hasRemaining()) {
            channel.write(left);
        }
        channel.force(true);
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
