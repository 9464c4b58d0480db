package dev.formulary.engine.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A few lines of text in which something is kept over a restart. Used by one thread at a time.
public final class SavedLines {
    private static final Logger LOG = LoggerFactory.getLogger(SavedLines.class);

    private final Path file;
    private final String what;
    private @Nullable List<String> written;
    private boolean unwritable;

    /// @param what it is, for the log: `budgets`
    public SavedLines(Path file, String what) {
        this.file = file;
        this.what = what;
    }

    /// What was saved; empty when nothing was.
    ///
    /// @throws IOException when the file can't be read, or is not UTF-8
    public List<String> read() throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    /// A line divided at its tabs.
    ///
    /// @throws IllegalArgumentException when it has another number of fields
    public static List<String> fields(String line, int count) {
        List<String> fields = List.of(line.split("\t", -1));
        if (fields.size() != count) {
            throw new IllegalArgumentException("a line has " + fields.size() + " fields and not " + count);
        }
        return fields;
    }

    /// Writes the lines in the place of those before, unless they are the same. One that can't be written is logged once, and
    /// tried again the next time.
    public void save(List<String> lines) {
        if (lines.equals(written)) {
            return;
        }
        try {
            DurableFile.write(file, lines.isEmpty()
                    ? new byte[0]
                    : (String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            written = List.copyOf(lines);
            unwritable = false;
        } catch (IOException e) {
            if (!unwritable) {
                LOG.error("{} not saved, trying again file={} cause={}", what, file, e.toString());
            }
            unwritable = true;
        }
    }

    /// Where they lie.
    public Path file() {
        return file;
    }
}
