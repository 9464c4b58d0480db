package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;

/// A piece of a rule file as a reader sees it; spaces and line breaks stand between pieces.
///
/// @param text as it is written
/// @param breaks line breaks before it
/// @param spaced whether there is anything between it and the piece before
record DrlToken(Kind kind, String text, int breaks, boolean spaced) {
    enum Kind {
        WORD, TEXT, SIGN, LINE_COMMENT, BLOCK_COMMENT
    }

    /// Signs of more than one character, the longest first.
    private static final List<String> SIGNS = List.of("==", "!=", "<=", ">=", "&&", "||", "->", ":=", "+=", "-=", "*=",
            "/=", "++", "--", "!.", "::");

    boolean is(String other) {
        return kind != Kind.TEXT && text.equals(other);
    }

    boolean isWord() {
        return kind == Kind.WORD;
    }

    boolean isComment() {
        return kind == Kind.LINE_COMMENT || kind == Kind.BLOCK_COMMENT;
    }

    /// Takes a file apart; its lines end with a line feed.
    ///
    /// @throws IllegalArgumentException when a text or a comment is not closed
    static List<DrlToken> of(String source) {
        var tokens = new ArrayList<DrlToken>();
        int at = 0;
        while (true) {
            int start = at;
            int breaks = 0;
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                breaks += source.charAt(at) == '\n' ? 1 : 0;
                at++;
            }
            if (at >= source.length()) {
                return tokens;
            }
            Kind kind = kind(source, at);
            int end = end(source, at, kind);
            String text = source.substring(at, end);
            tokens.add(new DrlToken(kind, kind == Kind.LINE_COMMENT ? text.stripTrailing() : text, breaks, at > start));
            at = end;
        }
    }

    private static Kind kind(String source, int at) {
        char first = source.charAt(at);
        if (source.startsWith("//", at)) {
            return Kind.LINE_COMMENT;
        } else if (source.startsWith("/*", at)) {
            return Kind.BLOCK_COMMENT;
        } else if (first == '"' || first == '\'') {
            return Kind.TEXT;
        }
        return Character.isJavaIdentifierPart(first) ? Kind.WORD : Kind.SIGN;
    }

    private static int end(String source, int at, Kind kind) {
        return switch (kind) {
            case LINE_COMMENT -> orEnd(source.indexOf('\n', at), source);
            case BLOCK_COMMENT -> closed(source.indexOf("*/", at + 2), "a comment") + 2;
            case TEXT -> endOfText(source, at);
            case WORD -> endOfWord(source, at);
            case SIGN -> at + SIGNS.stream().filter(sign -> source.startsWith(sign, at)).findFirst().map(String::length)
                    .orElse(1);
        };
    }

    private static int orEnd(int found, String source) {
        return found < 0 ? source.length() : found;
    }

    private static int closed(int found, String what) {
        if (found < 0) {
            throw new IllegalArgumentException(what + " is not closed");
        }
        return found;
    }

    private static int endOfText(String source, int at) {
        char quote = source.charAt(at);
        int end = at + 1;
        while (end < source.length() && source.charAt(end) != quote && source.charAt(end) != '\n') {
            end += source.charAt(end) == '\\' ? 2 : 1;
        }
        return closed(end < source.length() && source.charAt(end) == quote ? end : -1, "a text") + 1;
    }

    /// A number holds its point.
    private static int endOfWord(String source, int at) {
        boolean number = Character.isDigit(source.charAt(at));
        int end = at;
        while (end < source.length() && (Character.isJavaIdentifierPart(source.charAt(end))
                || (number && source.charAt(end) == '.'))) {
            end++;
        }
        return end;
    }
}
