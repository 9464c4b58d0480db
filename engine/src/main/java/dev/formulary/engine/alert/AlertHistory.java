package dev.formulary.engine.alert;

import dev.formulary.engine.disk.DurableFile;
import dev.formulary.engine.facts.Severity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The alerts that are over, the latest of them, in memory and in a file to which each is added once. Thread-safe.
final class AlertHistory {
    /// So many are kept.
    static final int MOST = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(AlertHistory.class);
    private static final int FIELDS = 16;

    private final @Nullable Path file;
    private final Map<ClosedAlert.Opening, ClosedAlert> all = new LinkedHashMap<>();
    private final Deque<ClosedAlert> unwritten = new ArrayDeque<>();
    private int written;
    private boolean whole = true;
    private boolean troubled;

    /// @param file null to keep it in memory only
    AlertHistory(@Nullable Path file) {
        this.file = file;
        if (file != null && Files.exists(file)) {
            read(file);
        }
    }

    private void read(Path from) {
        try {
            byte[] bytes = Files.readAllBytes(from);
            whole = bytes.length == 0 || bytes[bytes.length - 1] == '\n';
            for (String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isEmpty()) {
                    read(line);
                    written++;
                }
            }
        } catch (IOException e) {
            LOG.error("the history of alerts can't be read: {}", e.toString());
        }
    }

    private void read(String line) {
        try {
            keep(read(new Fields(line, FIELDS)));
        } catch (IllegalArgumentException e) {
            whole = false;
            LOG.warn("a line of the history of alerts is damaged and left out: {}", e.getMessage());
        }
    }

    private static ClosedAlert read(Fields f) {
        return new ClosedAlert(f.text(), f.text(), f.text(), f.word(Severity.class), f.text(), f.time(), f.time(),
                f.time(), f.number(), f.acknowledged(), f.flag(), f.flag(), (int) f.number(), f.text());
    }

    private static String line(ClosedAlert a) {
        var noted = a.acknowledged();
        return Fields.line(a.rule(), a.code(), a.resource(), a.severity(), a.message(), a.began(), a.opened(),
                a.ended(), a.count(), noted == null ? null : noted.by(), noted == null ? null : noted.at(),
                noted == null ? null : noted.note(), a.silenced(), a.flapping(), a.told(), a.how()) + "\n";
    }

    synchronized void add(ClosedAlert closed) {
        keep(closed);
        if (file != null) {
            unwritten.add(closed);
            if (unwritten.size() > MOST) {
                unwritten.removeFirst();
            }
        }
    }

    private void keep(ClosedAlert closed) {
        all.remove(closed.opening());
        all.put(closed.opening(), closed);
        if (all.size() > MOST) {
            all.remove(all.keySet().iterator().next());
        }
    }

    /// The newest first.
    synchronized List<ClosedAlert> latest() {
        return new ArrayList<>(all.values()).reversed();
    }

    /// Writes down what is new. What can't be written is tried again the next time. One thread at a time calls it; others go on
    /// adding meanwhile.
    void save() {
        List<ClosedAlert> fresh;
        byte[] lines;
        boolean anew;
        synchronized (this) {
            if (file == null || unwritten.isEmpty()) {
                return;
            }
            fresh = List.copyOf(unwritten);
            anew = !whole || written + fresh.size() > 2 * MOST;
            lines = bytes(anew ? all.values() : fresh);
        }
        try {
            if (anew) {
                DurableFile.write(file, lines);
            } else {
                DurableFile.append(file, lines);
            }
            saved(fresh, anew);
        } catch (IOException e) {
            failed(e);
        }
    }

    private synchronized void saved(List<ClosedAlert> fresh, boolean anew) {
        unwritten.removeAll(fresh);
        written = anew ? all.size() : written + fresh.size();
        whole = true;
        troubled = false;
    }

    private synchronized void failed(IOException problem) {
        // a part of a line may stand there
        whole = false;
        if (!troubled) {
            LOG.error("the history of alerts is not saved, trying again: {}", problem.toString());
        }
        troubled = true;
    }

    private static byte[] bytes(Iterable<ClosedAlert> closed) {
        var lines = new StringBuilder();
        closed.forEach(each -> lines.append(line(each)));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }
}
