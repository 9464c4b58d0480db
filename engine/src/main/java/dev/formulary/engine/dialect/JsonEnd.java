package dev.formulary.engine.dialect;

/// Notices where a JSON object ends that comes in pieces. Not thread-safe.
final class JsonEnd {
    private int depth;
    private boolean begun;
    private boolean inText;
    private boolean escaped;

    void add(String piece) {
        for (int i = 0; i < piece.length(); i++) {
            char c = piece.charAt(i);
            if (escaped) {
                escaped = false;
            } else if (inText) {
                escaped = c == '\\';
                inText = c != '"';
            } else if (c == '"') {
                inText = true;
            } else if (c == '{' || c == '[') {
                depth++;
                begun = true;
            } else if (c == '}' || c == ']') {
                depth--;
            }
        }
    }

    boolean complete() {
        return begun && depth <= 0;
    }
}
