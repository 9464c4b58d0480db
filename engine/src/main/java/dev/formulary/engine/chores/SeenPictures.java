package dev.formulary.engine.chores;

import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Which picture of each room was looked at last, over restarts: its hash, nothing else of it. Thread-safe.
final class SeenPictures {
    private final Path file;
    private final Map<String, String> hashes = new TreeMap<>();

    /// A file that can't be read means that nothing was looked at: then what stands on the lists keeps tasks from coming twice.
    SeenPictures(Path file) {
        this.file = file;
        try (Stream<String> lines = Files.lines(file)) {
            lines.filter(line -> line.indexOf(' ') == 64)
                    .forEach(line -> hashes.put(line.substring(65), line.substring(0, 64)));
        } catch (IOException | java.io.UncheckedIOException e) {
            hashes.clear();
        }
    }

    synchronized boolean isSame(String zone, String hash) {
        return hash.equals(hashes.get(zone));
    }

    /// @throws HouseException when it can't be written down
    synchronized void saw(String zone, String hash) throws HouseException {
        hashes.put(zone, hash);
        List<String> lines = new ArrayList<>();
        hashes.forEach((each, seen) -> lines.add(seen + " " + each + "\n"));
        try {
            DurableFile.writePrivate(file, String.join("", lines).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new HouseException("the tasks are on the list, but " + file.getFileName()
                    + " in the data folder can't be written: the same picture would be asked about again");
        }
    }
}
