package dev.formulary.engine.decision;

import dev.formulary.engine.disk.DurableFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps rule sets as they were, one ZIP file each: `NUMBER-HASH.zip`, the highest number being the latest. What comes out is
/// compared with the hash in the name, so a damaged file is as good as none. Not thread-safe.
final class RuleArchive {
    /// Rule sets that are kept beside the latest.
    static final int KEEP = 50;
    private static final Logger LOG = LoggerFactory.getLogger(RuleArchive.class);
    private static final Pattern NAME = Pattern.compile("(\\d{6,12})-([0-9a-f]{64})(\\.kept)?\\.zip");

    private final Path folder;

    RuleArchive(Path folder) {
        this.folder = folder;
    }

    /// @param served whether the set was accepted once; one that was not is only kept
    record Item(long number, String hash, boolean served, Path path) {}

    /// All sets, the latest first.
    List<Item> items() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.flatMap(path -> item(path).stream()).sorted(Comparator.comparingLong(Item::number).reversed())
                    .toList();
        } catch (IOException e) {
            LOG.warn("archived rules can't be listed cause={}", e.toString());
            return List.of();
        }
    }

    private static Optional<Item> item(Path path) {
        Matcher name = NAME.matcher(path.getFileName().toString());
        return name.matches()
                ? Optional.of(new Item(Long.parseLong(name.group(1)), name.group(2), name.group(3) == null, path))
                : Optional.empty();
    }

    /// Makes a set the latest, complete or not at all.
    ///
    /// @param served whether it was accepted
    void save(String hash, Map<String, byte[]> files, boolean served) throws IOException {
        Files.createDirectories(folder);
        List<Item> items = items();
        long number = items.isEmpty() ? 1 : items.getFirst().number() + 1;
        Path path = folder.resolve("%06d-%s%s.zip".formatted(number, hash, served ? "" : ".kept"));
        DurableFile.write(path, zip(files));
        for (Item old : items) {
            if (old.hash().equals(hash)) {
                Files.deleteIfExists(old.path());
            }
        }
        for (Item old : items().stream().skip(KEEP + 1L).toList()) {
            Files.deleteIfExists(old.path());
        }
    }

    private static byte[] zip(Map<String, byte[]> files) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (var file : new TreeMap<>(files).entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /// The files of a set by path, or nothing when they are not what they were.
    Optional<Map<String, byte[]>> read(Item item) {
        var files = new TreeMap<String, byte[]>();
        try (InputStream in = Files.newInputStream(item.path()); var zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                files.put(entry.getName(), zip.readNBytes(SyntaxGate.FILE_LIMIT + 1));
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("archived rules are damaged and left out hash={} cause={}", item.hash(), e.toString());
            return Optional.empty();
        }
        if (!Digest.of(files).equals(item.hash())) {
            LOG.warn("archived rules are damaged and left out hash={} cause=\"the content does not fit the hash\"",
                    item.hash());
            return Optional.empty();
        }
        return Optional.of(files);
    }
}
