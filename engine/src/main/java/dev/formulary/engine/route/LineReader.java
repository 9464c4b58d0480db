package dev.formulary.engine.route;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Reads a file of any size line by line, in the memory of one line.
final class LineReader implements AutoCloseable {
    private final InputStream in;
    private final int longest;
    private long number;
    private long read;

    /// @param longest the most bytes of a line that are kept
    LineReader(InputStream in, int longest) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.longest = longest;
    }

    /// The next line that is not blank, or null at the end.
    @Nullable
    Line next() throws IOException {
        while (true) {
            Line line = readLine();
            if (line == null || !line.blank()) {
                return line;
            }
        }
    }

    private @Nullable Line readLine() throws IOException {
        var bytes = new ByteArrayOutputStream(1024);
        long length = 0;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (length++ < longest) {
                bytes.write(next);
            }
            next = in.read();
        }
        number++;
        read += length + (next < 0 ? 0 : 1);
        return new Line(number, bytes.toByteArray(), length > longest, read);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /// One line without its end.
    ///
    /// @param number counted from 1
    /// @param cut whether it was too long to be kept whole
    /// @param end bytes of the file up to the next line
    record Line(long number, byte[] bytes, boolean cut, long end) {
        boolean blank() {
            for (byte b : bytes) {
                if (b != ' ' && b != '\t' && b != '\r') {
                    return false;
                }
            }
            return !cut;
        }
    }
}
