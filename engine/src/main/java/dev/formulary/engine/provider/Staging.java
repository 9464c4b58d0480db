package dev.formulary.engine.provider;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies of the plug-ins' files that nobody changes, named by their SHA-256. Checks are made on the copy, so what is
/// checked is what is loaded.
final class Staging {
    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
    private static final long MOST_PACKED = 1L << 30;
    private static final long MOST_UNPACKED = 4L << 30;
    private static final int PIECE = 1 << 16;

    private final Path folder;
    private final long mostPacked;
    private final long mostUnpacked;
    private final AtomicLong copies = new AtomicLong();

    /// @param path a copy under a passing name
    record Copy(Path path, String sha256) {}

    /// Takes a folder that is the gateway's own, and empties it of what an earlier run has left.
    Staging(Path folder) throws IOException {
        this(folder, MOST_PACKED, MOST_UNPACKED);
    }

    /// @param mostPacked bytes that a file may have
    /// @param mostUnpacked bytes that all of its entries may have together
    Staging(Path folder, long mostPacked, long mostUnpacked) throws IOException {
        this.mostPacked = mostPacked;
        this.mostUnpacked = mostUnpacked;
        this.folder = Files.createDirectories(folder);
        sweep(Set.of());
    }

    Copy copy(Path jar) throws Refusal {
        requireFit(jar);
        Path part = folder.resolve("copy-" + copies.incrementAndGet() + ".part");
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
            Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
            return new Copy(part, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new Refusal("the file can't be read: " + e.getMessage(), e);
        }
    }

    /// So that a file put there by mistake does not fill the disk.
    private void requireFit(Path jar) throws Refusal {
        try {
            long size = Files.size(jar);
            if (size > mostPacked) {
                throw new Refusal("the file has " + size + " bytes; a plug-in may have " + mostPacked);
            }
        } catch (IOException e) {
            throw new Refusal("the file can't be read: " + e.getMessage(), e);
        }
    }

    /// Checks a copy and gives it its lasting name.
    Path accept(Copy copy) throws Refusal {
        checkZip(copy.path);
        try {
            return Files.move(copy.path, file(copy.sha256), StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new Refusal("the file can't be copied into the work folder: " + e.getMessage(), e);
        }
    }

    void discard(Copy copy) {
        delete(copy.path);
    }

    /// Deletes all copies but those of the given hashes.
    void sweep(Set<String> kept) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{jar,part}")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!kept.contains(name.substring(0, name.lastIndexOf('.')))) {
                    delete(file);
                }
            }
        }
    }

    /// Where the copy of a file with that content lies.
    Path file(String sha256) {
        return folder.resolve(sha256 + ".jar");
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("staged plug-in not deleted file={}", file.getFileName(), e);
        }
    }

    /// The class loader would notice a damaged class only when it is needed, in the middle of some call.
    private void checkZip(Path jar) throws Refusal {
        try (var zip = new ZipFile(jar.toFile())) {
            long left = mostUnpacked;
            for (ZipEntry entry : Collections.list(zip.entries())) {
                left -= checkEntry(zip, entry, left);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new Refusal("the file is not a whole JAR: " + e.getMessage() + "; copy it again", e);
        }
    }

    private long checkEntry(ZipFile zip, ZipEntry entry, long limit) throws IOException, Refusal {
        var crc = new CRC32();
        long size = 0;
        byte[] piece = new byte[PIECE];
        try (InputStream in = zip.getInputStream(entry)) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                crc.update(piece, 0, n);
                size += n;
                if (size > limit) {
                    throw new Refusal("the JAR unpacks to more than " + mostUnpacked + " bytes");
                }
            }
        }
        if (crc.getValue() != entry.getCrc()) {
            throw new Refusal("the JAR is damaged at '" + entry.getName() + "'; copy it again");
        }
        return size;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
