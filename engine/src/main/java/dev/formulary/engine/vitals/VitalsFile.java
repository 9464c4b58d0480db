package dev.formulary.engine.vitals;

import dev.formulary.engine.disk.SavedLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps how models do over a restart, for as long as it counts: a line each, with tabs between `provider/model`, when it was
/// last used in milliseconds of the epoch, its outcomes, its times, and what is to be expected. A file that can't be read is
/// left out, since all of it is learned again.
public final class VitalsFile {
    private static final Logger LOG = LoggerFactory.getLogger(VitalsFile.class);
    private static final int FIELDS = 7;
    private static final int EVERY = 10;

    private final SavedLines saved;
    private final ModelVitals vitals;
    private int ticks;

    /// Brings back what was known.
    public VitalsFile(Path file, ModelVitals vitals) {
        this.saved = new SavedLines(file, "vitals");
        this.vitals = vitals;
        restore();
    }

    private void restore() {
        try {
            for (String line : saved.read()) {
                List<String> fields = SavedLines.fields(line, FIELDS);
                vitals.restore(new ModelVitals.Saved(fields.get(0), Long.parseLong(fields.get(1)),
                        Long.parseLong(fields.get(2)), fields.get(3), fields.get(4), fields.get(5),
                        fields.get(6)));
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("how models did can't be read; it is learned again file={} cause={}", saved.file(), e.toString());
        }
    }

    /// Called once a second; every tenth time, and at once when a model has recovered, writes what there is, unless nothing
    /// changed. Otherwise a restart would bring back failures of an outage that is over.
    public void tick() {
        if (vitals.takeForgotten() || ++ticks % EVERY == 0) {
            save();
        }
    }

    /// Writes what there is, unless nothing changed.
    public void save() {
        List<String> lines = vitals.saved().stream().map(each -> String.join("\t", each.id(),
                Long.toString(each.usedAt()), Long.toString(each.outcomes()), each.firstByte(), each.latency(),
                each.nextFirstByte(), each.next()))
                .toList();
        saved.save(lines);
    }
}
