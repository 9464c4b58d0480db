package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes the pieces of a rule file anew. Not thread-safe, for one file.
final class DrlLayout {
    private static final int STEP = 4;
    private static final int CONTINUED = 8;
    private static final List<String> NOTES = List.of("id", "owner", "reason", "lasting", "recovery",
            "cooldown");
    /// From this one on they say when an alert begins and ends, on a line of their own.
    private static final int TIMES = NOTES.indexOf("lasting");
    private static final Set<String> ENDINGS = Set.of(";", "{", "}");

    private final List<DrlToken> tokens;
    private final StringBuilder out = new StringBuilder();
    private final List<String> written = new ArrayList<>();
    private int at;

    DrlLayout(List<DrlToken> tokens) {
        this.tokens = tokens;
    }

    /// The pieces in the order in which they were written.
    List<String> written() {
        return written;
    }

    /// @throws IllegalArgumentException when the file holds anything but rules
    String file() {
        boolean afterRule = false;
        while (at < tokens.size()) {
            DrlToken token = tokens.get(at);
            boolean rule = token.is("rule");
            if (!rule && !token.isComment()) {
                throw new IllegalArgumentException("a rule file holds rules and comments only, not '" + token.text()
                        + "'");
            }
            if (afterRule && !rule && token.breaks() == 0) {
                out.setLength(out.length() - 1);
                out.append(' ');
            } else if (!out.isEmpty() && (afterRule || token.breaks() > 1)) {
                out.append('\n');
            }
            if (rule) {
                rule();
                afterRule = true;
            } else {
                at++;
                put(token);
                out.append('\n');
                afterRule = false;
            }
        }
        return out.toString();
    }

    private void put(DrlToken token) {
        out.append(token.text());
        written.add(token.text());
    }

    private void rule() {
        header(until(Set.of("when", "then")));
        if (keyword().is("when")) {
            keywordLine();
            body(until(Set.of("then")), true);
        }
        keywordLine();
        body(until(Set.of("end")), false);
        keywordLine();
    }

    private DrlToken keyword() {
        if (at >= tokens.size()) {
            throw new IllegalArgumentException("the last rule has no end");
        }
        return tokens.get(at);
    }

    private void keywordLine() {
        put(keyword());
        out.append('\n');
        at++;
    }

    /// The pieces up to one of these words outside of brackets.
    private List<DrlToken> until(Set<String> words) {
        int begin = at;
        int depth = 0;
        boolean code = words.contains("end");
        while (at < tokens.size()) {
            DrlToken token = tokens.get(at);
            if (token.isWord() && (depth == 0 || code) && words.contains(token.text()) && !isMember()) {
                break;
            }
            depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
            at++;
        }
        keyword();
        return tokens.subList(begin, at);
    }

    /// Of members any word may be the name, as in `outlook.end`.
    private boolean isMember() {
        return tokens.get(at - 1).is(".") || tokens.get(at - 1).is("!.");
    }

    private void header(List<DrlToken> header) {
        if (header.size() < 2 || header.stream().anyMatch(DrlToken::isComment)) {
            asWritten(header);
            return;
        }
        put(header.getFirst());
        out.append(' ');
        put(header.get(1));
        out.append('\n');
        var notes = new ArrayList<List<DrlToken>>();
        int next = 2;
        while (next < header.size() && header.get(next).is("@")) {
            int end = endOfNote(header, next);
            notes.add(header.subList(next, end));
            next = end;
        }
        notes.sort(Comparator.comparingInt(DrlLayout::rank));
        for (int i = 0; i < notes.size(); i++) {
            boolean times = i > 0 && rank(notes.get(i)) >= TIMES && rank(notes.get(i - 1)) < TIMES;
            out.append(times ? "\n" : "").append(i == 0 || times ? " ".repeat(STEP) : " ");
            inLine(notes.get(i));
        }
        if (!notes.isEmpty()) {
            out.append('\n');
        }
        if (next < header.size()) {
            out.append(" ".repeat(STEP));
            inLine(header.subList(next, header.size()));
            out.append('\n');
        }
    }

    private static int rank(List<DrlToken> note) {
        int rank = note.size() > 1 ? NOTES.indexOf(note.get(1).text()) : -1;
        return rank < 0 ? NOTES.size() : rank;
    }

    private static int endOfNote(List<DrlToken> header, int begin) {
        int end = Math.min(begin + 2, header.size());
        if (end >= header.size() || !header.get(end).is("(")) {
            return end;
        }
        int depth = 0;
        while (end < header.size()) {
            depth += header.get(end).is("(") ? 1 : header.get(end).is(")") ? -1 : 0;
            end++;
            if (depth == 0) {
                return end;
            }
        }
        return end;
    }

    private void inLine(List<DrlToken> line) {
        var spacing = new DrlSpacing(false);
        for (int i = 0; i < line.size(); i++) {
            DrlToken token = line.get(i);
            if (i > 0 && spacing.space(token)) {
                out.append(' ');
            }
            put(token);
            spacing.pass(token, null, 0, 0);
        }
    }

    /// Somebody put comments between: the lines stay, and are indented.
    private void asWritten(List<DrlToken> header) {
        for (int i = 0; i < header.size(); i++) {
            DrlToken token = header.get(i);
            if (i > 0 && token.breaks() > 0) {
                out.append('\n').append(" ".repeat(STEP));
            } else if (i > 0 && token.spaced()) {
                out.append(' ');
            }
            put(token);
        }
        out.append('\n');
    }

    private void body(List<DrlToken> body, boolean conditions) {
        var spacing = new DrlSpacing(conditions);
        int indent = STEP;
        int braces = 0;
        boolean begins = true;
        for (int i = 0; i < body.size(); i++) {
            DrlToken token = body.get(i);
            braces -= token.is("}") ? 1 : 0;
            if (i == 0 || token.breaks() > 0) {
                out.append(i == 0 ? "" : token.breaks() > 1 ? "\n\n" : "\n");
                indent = conditions
                        ? spacing.inBrackets() ? spacing.indent(token) : STEP
                        : STEP + STEP * Math.max(0, braces) + (begins || token.is("}") ? 0 : CONTINUED);
                out.append(" ".repeat(indent));
            } else if (spacing.space(token)) {
                out.append(' ');
            }
            put(token);
            braces += token.is("{") ? 1 : 0;
            begins = token.isComment() ? begins : ENDINGS.contains(token.text()) && !spacing.inBrackets();
            spacing.pass(token, following(body, i), column(), indent);
        }
        out.append(body.isEmpty() ? "" : "\n");
    }

    private static @Nullable DrlToken following(List<DrlToken> body, int i) {
        return i + 1 < body.size() ? body.get(i + 1) : null;
    }

    private int column() {
        return out.length() - 1 - out.lastIndexOf("\n");
    }
}
