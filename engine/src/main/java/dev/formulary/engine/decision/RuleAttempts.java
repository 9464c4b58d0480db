package dev.formulary.engine.decision;

import dev.formulary.engine.disk.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers which rule sets are being tried, so that one that ends the process each time is not tried at every start: a
/// note is written before a set is compiled and rehearsed, and goes when that came to an end, whichever. Not thread-safe.
///
/// One line for each set: its hash and how many attempts did not come to an end. A file that can't be read is as good as none.
final class RuleAttempts {
    /// Attempts after which a set is given up.
    private static final int MOST = 2;
    /// For who looks after the gateway.
    static final String GIVEN_UP = "the process ended twice while it tried these rules, so they are not tried again; "
            + "change the rules, or delete the file 'attempts' beside the kept rule sets to try them once more";
    /// Sets that are remembered, the latest.
    private static final int KEPT = 16;
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) (\\d{1,4})");
    private static final Logger LOG = LoggerFactory.getLogger(RuleAttempts.class);

    private final Path file;

    /// @param file where it is kept; its folder is made when it is missing
    RuleAttempts(Path file) {
        this.file = file;
    }

    /// Whether the set has ended the process as often as it may.
    boolean givenUp(String hash) {
        return read().getOrDefault(hash, 0) >= MOST;
    }

    /// An attempt begins. When it can't be noted, the set is tried nevertheless.
    void begin(String hash) {
        Map<String, Integer> counts = read();
        int count = counts.getOrDefault(hash, 0);
        counts.remove(hash);
        counts.put(hash, count + 1);
        while (counts.size() > KEPT) {
            counts.remove(counts.keySet().iterator().next());
        }
        write(counts);
    }

    /// Notes an attempt while it goes on.
    <T> T trying(String hash, Supplier<T> attempt) {
        begin(hash);
        try {
            return attempt.get();
        } finally {
            end(hash);
        }
    }

    /// The attempt came to an end, good or bad.
    void end(String hash) {
        Map<String, Integer> counts = read();
        if (counts.remove(hash) != null) {
            write(counts);
        }
    }

    private Map<String, Integer> read() {
        var counts = new LinkedHashMap<String, Integer>();
        try {
            if (Files.isRegularFile(file)) {
                for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                    Matcher parts = LINE.matcher(line);
                    if (parts.matches()) {
                        counts.put(parts.group(1), Integer.valueOf(parts.group(2)));
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("the attempts at rules can't be read file={} cause={}", file, e.toString());
        }
        return counts;
    }

    private void write(Map<String, Integer> counts) {
        try {
            if (counts.isEmpty()) {
                Files.deleteIfExists(file);
            } else {
                Files.createDirectories(file.toAbsolutePath().getParent());
                DurableFile.write(file.toAbsolutePath(), counts.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue() + "\n").collect(Collectors.joining())
                        .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            LOG.warn("an attempt at rules can't be noted file={} cause={}", file, e.toString());
        }
    }
}
