package dev.formulary.engine.decision;

/// Looks at a file's characters, before anything reads them as rules: nothing may look different from what it is, and
/// nothing may be nested so deeply that reading it takes for ever.
final class TextGate {
    /// Brackets within brackets. The reader of conditions tries several ways at each.
    private static final int DEPTH_LIMIT = 16;

    private final String text;
    private final Complaints complaints;
    private int line = 1;
    private int depth;
    private Inside inside = Inside.CODE;

    private enum Inside {
        CODE, LINE_COMMENT, BLOCK_COMMENT, TEXT, CHARACTER
    }

    private TextGate(String text, Complaints complaints) {
        this.text = text;
        this.complaints = complaints;
    }

    static void look(String text, Complaints complaints) {
        var gate = new TextGate(text, complaints);
        for (int at = 0; at < text.length(); at++) {
            gate.visible(at);
            at = gate.step(at);
        }
    }

    private void visible(int at) {
        char c = text.charAt(at);
        if (text.startsWith("\\u", at)) {
            complaints.add(line, "\\u", "", "unicode escapes are not allowed, write the character itself");
        } else if (hidden(c) || (c == '\r' && !text.startsWith("\r\n", at))) {
            complaints.add(line, String.valueOf(c), "", String.format("the invisible character U+%04X is not allowed, "
                    + "it makes a text look different from what it is; delete it", (int) c));
        }
    }

    /// Joiners are part of emoji and of several scripts.
    private static boolean hidden(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL -> c != '\n' && c != '\r' && c != '\t';
            case Character.FORMAT -> c != '\u200c' && c != '\u200d';
            case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /// @return the last character that was taken
    private int step(int at) {
        char c = text.charAt(at);
        if (c == '\n') {
            line++;
            inside = inside == Inside.BLOCK_COMMENT ? inside : Inside.CODE;
            return at;
        }
        return switch (inside) {
            case CODE -> code(at, c);
            case LINE_COMMENT -> at;
            case BLOCK_COMMENT -> text.startsWith("*/", at) ? enter(Inside.CODE, at + 1) : at;
            case TEXT -> quoted(at, c, '"');
            case CHARACTER -> quoted(at, c, '\'');
        };
    }

    private int quoted(int at, char c, char end) {
        boolean escape = c == '\\' && at + 1 < text.length() && (text.charAt(at + 1) == '\\'
                || text.charAt(at + 1) == end);
        return c == end ? enter(Inside.CODE, at) : escape ? at + 1 : at;
    }

    private int enter(Inside next, int at) {
        inside = next;
        return at;
    }

    private int code(int at, char c) {
        if (text.startsWith("//", at)) {
            return enter(Inside.LINE_COMMENT, at + 1);
        }
        if (text.startsWith("/*", at)) {
            return enter(Inside.BLOCK_COMMENT, at + 1);
        }
        switch (c) {
            case '"' -> inside = Inside.TEXT;
            case '\'' -> inside = Inside.CHARACTER;
            case '(', '[', '{' -> deeper(c);
            case ')', ']', '}' -> depth = Math.max(0, depth - 1);
            default -> {
                // a word
            }
        }
        return at;
    }

    private void deeper(char bracket) {
        depth++;
        if (depth == DEPTH_LIMIT + 1) {
            complaints.add(line, String.valueOf(bracket), "", "brackets may stand " + DEPTH_LIMIT
                    + " deep in each other; write several conditions or several rules");
        }
    }
}
