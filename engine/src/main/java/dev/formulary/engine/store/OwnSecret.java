package dev.formulary.engine.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Objects;

/// A secret of the gateway's own in a file: random bytes that nobody chose, made when they are first needed. Where the file
/// system knows owners, only the owner reads it.
final class OwnSecret {
    private static final int BYTES = 32;

    private OwnSecret() {}

    /// The secret in a file, which appears complete or not at all.
    ///
    /// @throws IOException when it can't be read or made; the message is for the user
    static byte[] in(Path file) throws IOException {
        byte[] secret;
        try {
            secret = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return made(file);
        }
        if (secret.length != BYTES) {
            throw new IOException(file + " has " + secret.length + " bytes and not " + BYTES
                    + "; put back the right one, or delete it to begin with another");
        }
        return secret;
    }

    private static byte[] made(Path file) throws IOException {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        Path folder = Objects.requireNonNull(file.getParent());
        String suffix = "." + file.getFileName();
        Path half = folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? Files.createTempFile(folder, ".", suffix, PosixFilePermissions.asFileAttribute(
                        PosixFilePermissions.fromString("rw-------")))
                : Files.createTempFile(folder, ".", suffix);
        try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(secret));
            // what is sealed with it must not outlive it
            channel.force(true);
        }
        Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
        return secret;
    }
}
