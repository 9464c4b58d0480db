package dev.formulary.engine.store;

import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The files of the audit log: `audit.jsonl`, and older ones that bear the number of their first entry, `audit-000000000001.jsonl`.
final class AuditFiles {
    private static final String NAME = "audit.jsonl";
    private static final String OLDER = "audit-\\d{12}\\.jsonl";

    private final Path folder;
    private final Path file;

    AuditFiles(Path folder) {
        this.folder = folder;
        this.file = folder.resolve(NAME);
    }

    long size() throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    void append(byte[] line) throws IOException {
        if (!Files.exists(file)) {
            DurableFile.writePrivate(file, line);
        } else {
            DurableFile.append(file, line);
        }
    }

    /// Where the chain stands; null when the end of it is damaged. A line without an end is cut off.
    AuditLine.@Nullable Head head() throws IOException {
        if (!Files.exists(file)) {
            List<Path> older = older();
            return older.isEmpty() ? AuditLine.Head.NONE : lastOf(older.getLast());
        }
        byte[] all = Files.readAllBytes(file);
        int end = all.length;
        while (end > 0 && all[end - 1] != '\n') {
            end--;
        }
        if (end < all.length) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(end).force(true);
            }
        }
        if (end == 0) {
            Files.delete(file);
            return head();
        }
        return lastOf(file);
    }

    static AuditLine.@Nullable Head lastOf(Path path) throws IOException {
        List<String> lines = lines(path);
        AuditLine last = lines.isEmpty() ? null : AuditLine.read(lines.getLast());
        return last == null ? null : last.head();
    }

    private static List<String> lines(Path path) throws IOException {
        // bytes that are no UTF-8 are damage, which the hash shows
        return new String(Files.readAllBytes(path), StandardCharsets.UTF_8).lines().toList();
    }

    /// Gives the file a name of its own.
    void rotate() throws IOException {
        AuditLine first = AuditLine.read(lines(file).getFirst());
        long seq = first == null ? 0 : first.head().seq();
        Files.move(file, folder.resolve("audit-%012d.jsonl".formatted(seq)));
    }

    Path putAside(long now) throws IOException {
        Path aside = folder.resolve("audit.damaged-" + now + ".jsonl");
        for (Path each : all()) {
            Files.move(each, each.equals(file) ? aside : folder.resolve(each.getFileName() + ".damaged-" + now));
        }
        return aside;
    }

    /// The oldest files, so that with those that are left there are so many, the one to be written among them.
    List<Path> oldest(int most) throws IOException {
        List<Path> older = older();
        return older.subList(0, Math.max(0, older.size() - (most - 1)));
    }

    void delete(List<Path> files) throws IOException {
        for (Path each : files) {
            Files.deleteIfExists(each);
        }
    }

    private List<Path> older() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.getFileName().toString().matches(OLDER)).sorted().toList();
        }
    }

    /// All files, the oldest first.
    private List<Path> all() throws IOException {
        var all = new ArrayList<>(older());
        if (Files.exists(file)) {
            all.add(file);
        }
        return all;
    }

    /// All lines in their order. One file after the other is read.
    Stream<String> lines() throws IOException {
        return all().stream().flatMap(each -> {
            try {
                return lines(each).stream();
            } catch (NoSuchFileException e) {
                return Stream.of();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    List<Map<String, Object>> latest(int most) {
        var latest = new ArrayList<Map<String, Object>>();
        try {
            for (Path each : all().reversed()) {
                for (String line : lines(each).reversed()) {
                    if (latest.size() >= most) {
                        return latest;
                    }
                    latest.add(shown(line));
                }
            }
            return latest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> shown(String line) {
        AuditLine read = AuditLine.read(line);
        if (read == null) {
            return Map.of("damaged", true);
        }
        var shown = new LinkedHashMap<String, Object>();
        read.json().properties().forEach(member -> {
            if (member.getValue().isObject()) {
                var about = new LinkedHashMap<String, String>();
                member.getValue().properties().forEach(each -> about.put(each.getKey(), each.getValue().asText()));
                shown.put(member.getKey(), about);
            } else {
                shown.put(member.getKey(), member.getValue().isNumber()
                        ? (Object) member.getValue().asLong()
                        : member.getValue().asText());
            }
        });
        return shown;
    }
}
