package dev.formulary.engine.config;

import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The last versions of `conf/formulary.yaml`: a line for each in `history.tsv`, and its text, as written, in a file of its own
/// that is named by its hash. Only the owner may read them, because keys may stand in them. Thread-safe; used by one process
/// at a time.
public final class Versions {
    /// How many are kept.
    public static final int KEEP = 50;
    private static final Logger LOG = LoggerFactory.getLogger(Versions.class);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{4,64}");
    private static final String ENDING = ".yaml";

    private final Path folder;

    /// @param folder where they are; made when it is needed
    public Versions(Path folder) {
        this.folder = folder;
    }

    /// What became of a version.
    public enum Event {
        /// The gateway started with it.
        STARTED,
        /// It was written while the gateway ran, and serves.
        CHANGED,
        /// It was put back into the file.
        ROLLED_BACK,
        /// It serves again because the providers of the one after it failed.
        RETURNED,
        /// It stood in the file, never served, and was kept when an earlier one was put back.
        KEPT
    }

    /// @param number counts from 1
    /// @param hash SHA-256 of the text, in hexadecimal
    /// @param who wrote it: the owner of the file, or whoever asked for it; may be empty
    /// @param changed the providers that it changed, as in `+came ~changed -went`
    public record Version(long number, Instant at, Event event, String hash, String who, String changed) {
        private String line() {
            return String.join("\t", Long.toString(number), at.toString(), event.name(), hash, who, changed);
        }
    }

    /// All that are kept, the latest first.
    public synchronized List<Version> all() {
        try {
            return Files.readAllLines(folder.resolve("history.tsv")).stream().flatMap(line -> version(line).stream())
                    .toList().reversed();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("the history of the configuration can't be read cause={}", e.toString());
            return List.of();
        }
    }

    private static Optional<Version> version(String line) {
        String[] parts = line.split("\t", -1);
        try {
            return Optional.of(new Version(Long.parseLong(parts[0]), Instant.parse(parts[1]), Event.valueOf(parts[2]),
                    parts[3], parts[4], parts[5]));
        } catch (IllegalArgumentException | DateTimeException | ArrayIndexOutOfBoundsException e) {
            LOG.warn("a damaged line of the history of the configuration is left out length={}", line.length());
            return Optional.empty();
        }
    }

    /// The one that served last.
    public Optional<Version> served() {
        return all().stream().filter(version -> version.event() != Event.KEPT).findFirst();
    }

    /// Adds one.
    ///
    /// @param text as it stands in the file
    public synchronized void add(Event event, String text, String who, String changed, Instant at) throws IOException {
        Files.createDirectories(folder);
        String hash = hash(text);
        DurableFile.writePrivate(folder.resolve(hash + ENDING), text.getBytes(StandardCharsets.UTF_8));
        List<Version> all = new ArrayList<>(all().reversed());
        long number = all.isEmpty() ? 1 : all.getLast().number() + 1;
        all.add(new Version(number, at, event, hash, line(who), line(changed)));
        List<Version> kept = all.subList(Math.max(0, all.size() - KEEP), all.size());
        DurableFile.writePrivate(folder.resolve("history.tsv"), kept.stream().map(Version::line)
                .collect(Collectors.joining("\n", "", "\n")).getBytes(StandardCharsets.UTF_8));
        sweep(kept.stream().map(version -> version.hash() + ENDING).collect(Collectors.toSet()));
    }

    private static String line(String text) {
        return text.codePoints().filter(c -> !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
    }

    private void sweep(Set<String> kept) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING) && !kept.contains(name)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /// The text of a version; nothing when it is not kept or damaged.
    public Optional<String> text(String hash) {
        try {
            String text = Files.readString(folder.resolve(hash + ENDING));
            return hash(text).equals(hash) ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /// Finds a version.
    ///
    /// @param target a number, or the first digits of a hash, four at least; empty for the last that served beside the present
    /// @param present the hash of what stands in the file
    /// @throws IllegalArgumentException when there is none, or more than one; the message is for the user
    public Version meant(String target, String present) {
        List<Version> all = all();
        String wanted = target.toLowerCase(Locale.ROOT);
        if (target.isEmpty()) {
            return all.stream().filter(version -> version.event() != Event.KEPT && !version.hash().equals(present))
                    .findFirst().orElseThrow(() -> new IllegalArgumentException(
                            "there is no version that served before; see: formulary config history"));
        }
        if (NUMBER.matcher(wanted).matches()) {
            long number = Long.parseLong(wanted);
            Optional<Version> numbered = all.stream().filter(version -> version.number() == number).findFirst();
            if (numbered.isPresent()) {
                return numbered.get();
            }
        }
        List<Version> fitting = HASH.matcher(wanted).matches()
                ? all.stream().filter(version -> version.hash().startsWith(wanted)).toList()
                : List.of();
        long hashes = fitting.stream().map(Version::hash).distinct().count();
        if (hashes != 1) {
            throw new IllegalArgumentException((hashes == 0 ? "no version is" : "several versions begin with") + " '"
                    + line(target) + "'; name a number or the first digits of a hash of: formulary config history");
        }
        return fitting.getFirst();
    }

    /// The hash by which a text is known.
    public static String hash(String text) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
