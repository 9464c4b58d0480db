package dev.formulary.engine.dispatch;

import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.dispatch.Breakers.Opening;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps open breakers over a restart: a line each, `provider/model`, since when, until when, how often in a row, with tabs
/// between. A file that can't be read is left out, since breakers learn again what they knew.
public final class BreakerFile {
    private static final Logger LOG = LoggerFactory.getLogger(BreakerFile.class);
    private static final int FIELDS = 4;

    private final SavedLines saved;
    private final Breakers breakers;

    /// Opens those that were open.
    public BreakerFile(Path file, Breakers breakers) {
        saved = new SavedLines(file, "open breakers");
        this.breakers = breakers;
        restore();
    }

    private void restore() {
        try {
            for (String line : saved.read()) {
                List<String> fields = SavedLines.fields(line, FIELDS);
                breakers.restore(fields.get(0), new Opening(Instant.parse(fields.get(1)),
                        Instant.parse(fields.get(2)), Math.max(1, Integer.parseInt(fields.get(3)))));
            }
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
            LOG.warn("which breakers were open can't be read; they learn it again file={} cause={}", saved.file(),
                    e.toString());
        }
    }

    /// Writes those that are open, unless nothing changed. Called on a tick, by one thread at a time.
    public void save() {
        Map<String, Opening> now = breakers.openings();
        saved.save(now.entrySet().stream().map(entry -> String.join("\t", entry.getKey(),
                entry.getValue().since().toString(), entry.getValue().until().toString(),
                Integer.toString(entry.getValue().times()))).toList());
    }
}
