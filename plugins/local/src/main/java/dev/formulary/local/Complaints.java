package dev.formulary.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Reads what a process writes to its standard error, line by line, and passes it on: no line longer, and no more lines, than
/// anybody would read.
final class Complaints implements Runnable {
    private static final int LONGEST_LINE = 400;
    private static final int MOST_LINES = 100;

    private final InputStream in;
    private final Consumer<String> log;
    private volatile String last = "";
    private int lines;

    Complaints(InputStream in, Consumer<String> log) {
        this.in = in;
        this.log = log;
    }

    /// The last line, or an empty text.
    String last() {
        return last;
    }

    @Override
    public void run() {
        var line = new StringBuilder();
        try (var reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                if (c == '\n') {
                    tell(line.toString());
                    line.setLength(0);
                } else if (line.length() < LONGEST_LINE) {
                    line.append(Character.isISOControl(c) ? ' ' : (char) c);
                }
            }
        } catch (IOException e) {
            // the process has ended
        }
        tell(line.toString());
    }

    private void tell(String line) {
        if (line.isBlank()) {
            return;
        }
        last = line.strip();
        lines++;
        if (lines <= MOST_LINES) {
            log.accept(last);
        } else if (lines == MOST_LINES + 1) {
            log.accept("(it says more, which is left out)");
        }
    }
}
