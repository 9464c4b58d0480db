package dev.formulary.engine.keys;

/// What somebody wrote, fit for a message.
final class Texts {
    private static final int LONGEST = 40;

    private Texts() {}

    /// Short, and without what is a key or could be one.
    static String shown(String text) {
        String masked = KeyToken.masked(text);
        return masked.length() > LONGEST ? masked.substring(0, LONGEST) + "\u2026" : masked;
    }
}
