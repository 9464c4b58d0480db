package dev.formulary.engine.dispatch;

import dev.formulary.engine.dispatch.Breakers.Opening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps open breakers over a restart: a line each, `provider/model`, since when, until when, how often in a row, with tabs
/// between. A file that can't be read is left out, since breakers learn again what they knew.
public final class BreakerFile {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerFile.class);
    private static final int FIELDS = 4;

    private final Path file;
    private final Breakers breakers;
    private @Nullable Map<String, Opening> written;
    private boolean unwritable;

    /// Opens those that were open.
    public BreakerFile(Path file, Breakers breakers) {
        this.file = file;
        this.breakers = breakers;
        if (Files.exists(file)) {
            restore();
        }
    }

    private void restore() {
        try {
            for (String line : Files.readAllLines(file)) {
                String[] fields = line.split("\t", -1);
                if (fields.length != FIELDS) {
                    throw new IllegalArgumentException("a line has " + fields.length + " fields and not " + FIELDS);
                }
                breakers.restore(fields[0], new Opening(Instant.parse(fields[1]), Instant.parse(fields[2]),
                        Math.max(1, Integer.parseInt(fields[3]))));
            }
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            LOG.warn("which breakers were open can't be read; they learn it again file={} cause={}", file,
                    e.toString());
        }
    }

    /// Writes those that are open, unless nothing changed. Called on a tick, by one thread at a time.
    public void save() {
        Map<String, Opening> now = breakers.openings();
        if (now.equals(written)) {
            return;
        }
        List<String> lines = now.entrySet().stream().map(entry -> String.join("\t", entry.getKey(),
                entry.getValue().since().toString(), entry.getValue().until().toString(),
                Integer.toString(entry.getValue().times()))).toList();
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.write(part, lines);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = now;
            unwritable = false;
        } catch (IOException e) {
            if (!unwritable) {
                LOG.error("open breakers not saved, trying again file={} cause={}", file, e.toString());
            }
            unwritable = true;
        }
    }
}
