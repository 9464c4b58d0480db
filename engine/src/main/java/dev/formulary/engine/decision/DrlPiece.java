package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of a rule file with its place, also of one that is wrong; spaces and remarks are left out.
///
/// @param text as it is written
/// @param line from 1
/// @param column from 1
record DrlPiece(Kind kind, String text, int line, int column) {
    enum Kind {
        WORD, NUMBER, TEXT,
        /// A quotation mark that has no partner on its line.
        OPEN_TEXT, SIGN
    }

    private static final Pattern PIECE = Pattern.compile("(?<remark>//[^\\n]*|/\\*(?s:.)*?(?:\\*/|\\z))"
            + "|(?<text>\"(?:[^\"\\\\\\n]|\\\\.)*\"|'(?:[^'\\\\\\n]|\\\\.)*')|(?<open>[\"'])"
            + "|(?<word>[\\p{L}_$][\\p{L}\\p{N}_$]*)|(?<number>\\d[\\d_]*(?:\\.\\d+)?[LlDdFf]?)"
            + "|(?<sign>==|!=|<=|>=|=>|=<|<>|&&|\\|\\||!\\.|[^\\s])");

    /// Takes a file apart.
    static List<DrlPiece> of(String text) {
        var pieces = new ArrayList<DrlPiece>();
        Matcher found = PIECE.matcher(text);
        int line = 1;
        int begin = 0;
        int at = 0;
        while (found.find()) {
            for (; at < found.start(); at++) {
                if (text.charAt(at) == '\n') {
                    line++;
                    begin = at + 1;
                }
            }
            if (found.group("remark") == null) {
                pieces.add(new DrlPiece(kind(found), found.group(), line, found.start() - begin + 1));
            }
        }
        return pieces;
    }

    private static Kind kind(Matcher found) {
        return found.group("text") != null
                ? Kind.TEXT
                : found.group("open") != null
                        ? Kind.OPEN_TEXT
                        : found.group("word") != null
                                ? Kind.WORD
                                : found.group("number") != null ? Kind.NUMBER : Kind.SIGN;
    }

    boolean is(String other) {
        return kind != Kind.TEXT && text.equals(other);
    }

    boolean word() {
        return kind == Kind.WORD;
    }

    /// Whether it is the word, perhaps with other capitals.
    boolean like(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    /// Whether a value can end with it.
    boolean ends() {
        return kind == Kind.WORD || kind == Kind.NUMBER || kind == Kind.TEXT || is(")") || is("]");
    }

    /// Whether a value can begin with it.
    boolean begins() {
        return kind == Kind.WORD || kind == Kind.NUMBER || kind == Kind.TEXT;
    }
}
