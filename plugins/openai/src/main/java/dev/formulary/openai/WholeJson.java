package dev.formulary.openai;

/// Knows when a JSON object that comes in pieces is complete, without keeping it.
final class WholeJson {
    private int depth;
    private boolean begun;
    private boolean inText;
    private boolean escaped;

    void add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            next(piece.charAt(i));
        }
    }

    private void next(char c) {
        if (escaped) {
            escaped = false;
        } else if (inText) {
            escaped = c == '\\';
            inText = c != '"';
        } else if (c == '"') {
            inText = true;
        } else if (c == '{' || c == '[') {
            begun = true;
            depth++;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }

    boolean complete() {
        return begun && depth == 0 && !inText;
    }
}
