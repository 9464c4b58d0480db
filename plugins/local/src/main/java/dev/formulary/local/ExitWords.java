package dev.formulary.local;

/// What the exit code of a process says, by the convention that 128 and more stand for a signal.
final class ExitWords {
    private ExitWords() {}

    static String of(int code) {
        String signal = switch (code - 128) {
            case 4 -> " (SIGILL: the library is made for another processor)";
            case 6 -> " (SIGABRT: the library gave up)";
            case 7 -> " (SIGBUS: the file was cut while it was used)";
            case 9 -> " (SIGKILL: killed from outside, as when memory runs out)";
            case 11 -> " (SIGSEGV: the library failed)";
            case 15 -> " (SIGTERM: ended from outside)";
            default -> "";
        };
        return "code " + code + signal;
    }
}
