package dev.formulary.engine.facts;

/// What callers may write on a call, so that its cost is told apart: a project, a room, an experiment.
public final class TagName {
    /// How many characters it has at most.
    public static final int LONGEST = 64;
    /// What is right, for messages.
    public static final String RIGHT = "1 to " + LONGEST
            + " of the characters a-z, A-Z, 0-9, '.', '_', '-' and ':', the first a letter or digit";

    private TagName() {}

    /// Whether a text is one.
    public static boolean isRight(String text) {
        boolean right = !text.isEmpty() && text.length() <= LONGEST && isPlain(text.charAt(0));
        for (int i = 1; right && i < text.length(); i++) {
            right = isPlain(text.charAt(i)) || "._-:".indexOf(text.charAt(i)) >= 0;
        }
        return right;
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
