package dev.formulary.engine.decision;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Finds slips of the pen between `when` and `then`.
final class PatternSlips {
    private static final Set<String> OPERATORS = Set.of("contains", "memberof", "in", "not", "excludes", "matches",
            "instanceof", "soundslike", "str", "and", "or", "exists", "is");
    private static final Set<String> AROUND = Set.of("and", "or", "not", "exists", "forall", "accumulate", "from",
            "eval", "collect", "over", "init", "action", "reverse", "result", "acc", "groupby", "entry", "do", "if",
            "else", "break");
    private static final Pattern PERCENT = Pattern.compile("\\d{1,3}(\\.\\d{1,3})?");
    private static final Map<String, String> SIGNS = Map.of("=", "==", "=>", ">=", "=<", "<=", "<>", "!=");

    private final List<DrlPiece> pieces;
    private final int at;

    private PatternSlips(List<DrlPiece> pieces, int at) {
        this.pieces = pieces;
        this.at = at;
    }

    /// @param at the piece that is meant
    record Slip(DrlPiece at, String message) {}

    /// Looks at one piece; not the first of the file.
    ///
    /// @param inside whether it stands between brackets
    static Optional<Slip> look(List<DrlPiece> pieces, int at, boolean inside) {
        var slips = new PatternSlips(pieces, at);
        return inside ? slips.inside(pieces.get(at)) : slips.outside(pieces.get(at));
    }

    private DrlPiece last() {
        return pieces.get(at - 1);
    }

    private DrlPiece next() {
        return pieces.get(Math.min(at + 1, pieces.size() - 1));
    }

    private static Optional<Slip> slip(DrlPiece piece, String message) {
        return Optional.of(new Slip(piece, message));
    }

    private Optional<Slip> outside(DrlPiece piece) {
        String text = piece.text();
        if (!piece.word() || text.startsWith("$") || AROUND.contains(text)) {
            boolean twice = (piece.is("and") || piece.is("or")) && (next().is("and") || next().is("or"));
            return twice
                    ? slip(next(), "behind '" + text + "' a condition is missing; then comes '" + next().text() + "'")
                    : Optional.empty();
        }
        if (AROUND.contains(text.toLowerCase(Locale.ROOT)) && !Vocabulary.FACT_NAMES.contains(text)) {
            return text.equalsIgnoreCase("if")
                    ? slip(piece, "'" + text + "' is not needed, conditions follow 'when' as they are")
                    : slip(piece, "'" + text + "' is written '" + text.toLowerCase(Locale.ROOT) + "'");
        }
        boolean named = next().is(":") || last().is(".") || next().is(".");
        if (named || next().is("(")) {
            return Optional.empty();
        }
        return slip(piece, Vocabulary.FACT_NAMES.contains(text)
                ? "behind '" + text + "' a bracket is missing: " + text + "( ... )"
                : "'" + text + "' is not a fact" + FactWords.meant(text, Vocabulary.FACT_NAMES));
    }

    private Optional<Slip> inside(DrlPiece piece) {
        String right = SIGNS.get(piece.text());
        if (right != null && piece.kind() == DrlPiece.Kind.SIGN) {
            return slip(piece, "'" + piece.text() + "' compares nothing, write '" + right + "'");
        }
        if (piece.is("%") && (next().is(")") || next().is(",")) && PERCENT.matcher(last().text()).matches()) {
            return slip(last(), "a share is written as a number from 0 to 1: "
                    + Ranges.plain(Double.parseDouble(last().text()) / 100) + " for " + last().text() + " %");
        }
        boolean and = piece.like("and");
        if ((and || piece.like("or")) && last().ends() && !fact(at + 1) && !last().is(")")) {
            return slip(piece, "between the brackets of a fact, conditions are joined with "
                    + (and ? "',' or '&&'" : "'||'") + ", not with '" + piece.text() + "'");
        }
        boolean joins = piece.is(",") || piece.is("&&") || piece.is("||");
        if (joins && (next().is(")") || next().is(","))) {
            return slip(piece, "behind '" + piece.text() + "' a condition is missing");
        }
        if (piece.is(";") && !accumulated()) {
            return slip(piece, "between conditions stands a comma, no semicolon");
        }
        boolean operands = last().ends() && piece.begins() && !around(piece) && !(last().word() && around(last()));
        return operands && !fact(at) && !fact(at - 1)
                ? slip(piece, "a comma is missing before '" + piece.text() + "'")
                : Optional.empty();
    }

    private static boolean around(DrlPiece piece) {
        return OPERATORS.contains(piece.text().toLowerCase(Locale.ROOT)) || AROUND.contains(piece.text());
    }

    /// Whether it stands in an accumulate, whose parts semicolons divide.
    private boolean accumulated() {
        int depth = 0;
        for (int i = at - 1; i > 0 && !pieces.get(i).is("when"); i--) {
            depth += pieces.get(i).is(")") ? 1 : pieces.get(i).is("(") ? -1 : 0;
            if (depth < 0 && pieces.get(i).is("(")) {
                return Set.of("accumulate", "acc", "groupby").contains(pieces.get(i - 1).text());
            }
        }
        return false;
    }

    /// Whether a pattern begins there: they stand in brackets within `not`, `exists` and the like.
    private boolean fact(int index) {
        return index < pieces.size() && (Vocabulary.FACT_NAMES.contains(pieces.get(index).text())
                || pieces.get(index).is("(") || (pieces.get(index).text().startsWith("$")
                        && index + 1 < pieces.size() && pieces.get(index + 1).is(":")));
    }
}
