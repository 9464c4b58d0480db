package dev.formulary.local.child;

import java.lang.foreign.MemorySegment;

/// What the library says to people. Warnings and errors go to standard error; the first error is kept as a reason.
@SuppressWarnings("restricted") // reads memory of the library
final class NativeLog {
    private static final int WARNING = 3;
    private static final int ERROR = 4;
    private static final int LONGEST = 300;
    private static volatile String firstError = "";

    private NativeLog() {}

    /// Called by the library on any of its threads; nothing may be thrown into it.
    static void write(int level, MemorySegment text, MemorySegment data) {
        if (level != WARNING && level != ERROR) {
            return;
        }
        try {
            String line = text.reinterpret(Long.MAX_VALUE).getString(0).strip();
            System.err.println(line);
            if (level == ERROR && firstError.isEmpty()) {
                firstError = line.length() > LONGEST ? line.substring(0, LONGEST) : line;
            }
        } catch (RuntimeException e) {
            System.err.println("a line of the library's log can't be read: " + e.getMessage());
        }
    }

    static void forget() {
        firstError = "";
    }

    /// The first error since [#forget], or an empty text.
    static String firstError() {
        return firstError;
    }
}
