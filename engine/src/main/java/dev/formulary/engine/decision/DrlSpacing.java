package dev.formulary.engine.decision;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Says where a space stands between two pieces of a line, and how far a line within brackets is indented. One for each
/// part of a rule; sees its pieces one after the other.
final class DrlSpacing {
    private static final Set<String> APART = Set.of("==", "!=", "<=", ">=", "&&", "||", "->", ":=", "+=", "-=", "=");
    private static final Set<String> APART_IN_CONDITIONS = Set.of("<", ">", ":");
    /// Words behind which a bracket is not that of a call.
    private static final Set<String> NO_CALLS = Set.of("in", "memberOf", "contains", "excludes", "if", "switch", "case",
            "return", "else", "and", "or", "not", "exists");
    /// Words behind which a bracket groups conditions.
    private static final Set<String> GROUPS = Set.of("and", "or", "not", "exists", "forall", "accumulate", "acc");

    private enum Inside {
        CONDITIONS, PATTERN, EXPRESSION
    }

    /// @param column of what follows the bracket, or -1 when it ends its line
    /// @param indent of the bracket's line
    private record Open(Inside inside, int column, int indent) {}

    private final boolean conditions;
    private final Deque<Open> open = new ArrayDeque<>();
    private @Nullable DrlToken before;
    private @Nullable DrlToken earlier;

    /// @param conditions whether these are the conditions of a rule
    DrlSpacing(boolean conditions) {
        this.conditions = conditions;
    }

    boolean inBrackets() {
        return !open.isEmpty();
    }

    private Inside inside() {
        Open last = open.peek();
        return last != null ? last.inside() : conditions ? Inside.CONDITIONS : Inside.EXPRESSION;
    }

    /// How far a line is indented that begins with this piece within a bracket.
    int indent(DrlToken token) {
        Open last = open.element();
        if (token.is(")") || token.is("]")) {
            return last.indent();
        }
        return last.column() < 0 ? last.indent() + 4 : last.column();
    }

    /// Whether a space stands before this piece when it goes on in the line.
    boolean space(DrlToken token) {
        DrlToken last = before;
        if (last == null) {
            return false;
        }
        if (token.isComment() || last.isComment()) {
            return token.kind() == DrlToken.Kind.LINE_COMMENT || token.spaced();
        }
        if (token.is(",") || token.is(";")) {
            return false;
        }
        if (token.is("(")) {
            return beforeBracket(token, last);
        }
        if (last.is("(") || token.is(")")) {
            return withinBracket(token, last);
        }
        return last.is(",") || last.is(";") || apart(token) || apart(last) || token.spaced();
    }

    private boolean beforeBracket(DrlToken token, DrlToken last) {
        if (last.is(",") || last.is(";") || apart(last)) {
            return true;
        }
        if (last.is("(")) {
            return withinBracket(token, last);
        }
        boolean call = last.isWord() && !NO_CALLS.contains(last.text()) && next(last) != Inside.CONDITIONS;
        boolean keyword = last.isWord() && NO_CALLS.contains(last.text());
        return !call && (keyword || token.spaced());
    }

    private boolean withinBracket(DrlToken token, DrlToken last) {
        if (last.is("(") && token.is(")")) {
            return false;
        }
        return switch (inside()) {
            case PATTERN -> true;
            case EXPRESSION -> last.is(",") || last.is(";");
            case CONDITIONS -> token.spaced();
        };
    }

    private boolean apart(DrlToken token) {
        return token.kind() == DrlToken.Kind.SIGN && (APART.contains(token.text())
                || (conditions && APART_IN_CONDITIONS.contains(token.text())));
    }

    /// What a bracket holds that stands behind this piece.
    private Inside next(DrlToken last) {
        if (inside() != Inside.CONDITIONS) {
            return Inside.EXPRESSION;
        }
        if (!last.isWord() || GROUPS.contains(last.text())) {
            return Inside.CONDITIONS;
        }
        return Character.isUpperCase(last.text().charAt(0)) ? Inside.PATTERN : Inside.EXPRESSION;
    }

    /// Goes on.
    ///
    /// @param following the piece behind it, or null at the end
    /// @param column behind it, from 0
    /// @param indent of its line
    void pass(DrlToken token, @Nullable DrlToken following, int column, int indent) {
        earlier = before;
        before = token;
        if (token.is("(") || token.is("[")) {
            Inside inside = token.is("[") ? Inside.EXPRESSION : kindOfBracket();
            open.push(new Open(inside, -1, indent));
            if (following != null && following.breaks() == 0 && !following.isComment()) {
                boolean space = space(following);
                open.pop();
                open.push(new Open(inside, column + (space ? 1 : 0), indent));
            }
        } else if ((token.is(")") || token.is("]")) && !open.isEmpty()) {
            open.pop();
        }
    }

    private Inside kindOfBracket() {
        DrlToken last = earlier;
        if (last != null) {
            return next(last);
        }
        return conditions ? Inside.CONDITIONS : Inside.EXPRESSION;
    }
}
