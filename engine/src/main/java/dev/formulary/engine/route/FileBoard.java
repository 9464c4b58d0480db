package dev.formulary.engine.route;

import dev.formulary.engine.telemetry.FileCounts;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The files of the inbox that are at work, and the last ones that were. Thread-safe.
public final class FileBoard {
    /// How many of those that ended are shown.
    static final int LATEST = 100;

    private final Clock clock;
    private final LongSupplier nanos;
    /// Guarded by this, as the others.
    private final Map<Path, FileProgress> working = new LinkedHashMap<>();
    /// The one that ended last stands last.
    private final SequencedMap<Path, Map<String, Object>> latest = new LinkedHashMap<>();
    private long done;
    private long refused;
    private final LongAdder succeeded = new LongAdder();
    private final LongAdder failed = new LongAdder();

    /// @param nanos a clock that never goes back, in nanoseconds
    FileBoard(Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
    }

    /// Somebody begins to answer a file.
    ///
    /// @param file where to tell how far it is, or null
    /// @return null when somebody does so already
    synchronized @Nullable FileProgress begin(Path input, @Nullable ProgressFile file) {
        if (working.containsKey(input)) {
            return null;
        }
        var progress = new FileProgress(input, file, clock, nanos);
        latest.remove(input);
        working.put(input, progress);
        return progress;
    }

    /// Nobody works on a file any more.
    ///
    /// @param why it was refused or has to wait, or empty
    void end(Path input, FileProgress progress, FileProgress.State state, String why) {
        progress.end(state, why);
        Map<String, Object> document = progress.document();
        synchronized (this) {
            working.remove(input, progress);
            latest.putLast(input, document);
            if (latest.size() > LATEST) {
                latest.pollFirstEntry();
            }
            switch (state) {
                case DONE -> done++;
                case REFUSED -> refused++;
                case WORKING, WAITING -> {
                }
            }
        }
    }

    /// A line was answered. Does not block.
    void answered(boolean success) {
        (success ? succeeded : failed).increment();
    }

    /// The gateway ends: what is at work says so in its file.
    void leave() {
        working().forEach(each -> each.end(FileProgress.State.WAITING, ""));
    }

    private synchronized Collection<FileProgress> working() {
        return List.copyOf(working.values());
    }

    /// What the management API shows: `working`, those taken up first in front, and `latest`, those that ended last in front.
    public Map<String, Object> document() {
        List<Map<String, Object>> now = working().stream().map(FileProgress::document).toList();
        return Map.of("working", now, "latest", ended());
    }

    private synchronized List<Map<String, Object>> ended() {
        return new ArrayList<>(latest.sequencedValues()).reversed();
    }

    /// Counts for metrics, since the start.
    public synchronized FileCounts counts() {
        return new FileCounts(working.size(), done, refused, succeeded.sum(), failed.sum());
    }
}
