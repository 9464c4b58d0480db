package dev.formulary.engine.decision;

import com.github.javaparser.Range;
import com.github.javaparser.TokenRange;
import dev.formulary.engine.facts.DecisionDraft;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the slip of the pen for which what stands behind `then` can't be read.
final class CodeSlips {
    private static final Set<String> REFUSED = Set.of("modify", "insert", "update", "delete", "retract", "enum",
            "class",
            "interface", "record", "import", "function");

    private CodeSlips() {}

    /// Complains about code that can't be read.
    ///
    /// @param line on which the code begins
    static void explain(Complaints complaints, String rule, int line, String code,
            List<com.github.javaparser.Problem> problems) {
        int last = line + (int) code.lines().count();
        List<DrlPiece> pieces = DrlPiece.of(complaints.source().text()).stream()
                .filter(piece -> piece.line() >= line && piece.line() <= last).toList();
        Optional<Problem> found = Slips.of(complaints.source()).filter(slip -> slip.rule().equals(rule)
                || slip.rule().isEmpty()).or(() -> statement(complaints.source(), rule, pieces));
        if (found.isPresent()) {
            complaints.add(found.get());
            return;
        }
        for (com.github.javaparser.Problem problem : problems) {
            Range range = problem.getLocation().flatMap(TokenRange::toRange).orElse(null);
            int at = line + (range == null ? 0 : range.begin.line - 1);
            boolean semicolon = problem.getMessage().contains("\";\"");
            DrlPiece before = range == null ? null : before(pieces, complaints.source(), at, range, line, code);
            complaints.add(before == null || !semicolon
                    ? new Problem(complaints.source().file(), at, 1, rule,
                            "what follows 'then' can't be read; it is written decision.deny(\"...\"); with a semicolon")
                    : new Problem(complaints.source().file(), before.line(), before.column(), rule,
                            "a semicolon is missing behind '" + before.text() + "'"));
        }
    }

    /// The piece before the place where the reader gave up.
    private static @Nullable DrlPiece before(List<DrlPiece> pieces, RuleSource source, int at,
            Range range, int line, String code) {
        List<String> lines = source.lines();
        int indent = lines.size() < line
                ? 0
                : Math.max(0, lines.get(line - 1).indexOf(
                        code.lines().findFirst().orElse("").stripTrailing()));
        int column = range.begin.line == 1 ? indent + range.begin.column - 1 : range.begin.column;
        DrlPiece before = null;
        for (DrlPiece piece : pieces) {
            if (piece.line() < at || (piece.line() == at && piece.column() <= column)) {
                before = piece;
            }
        }
        return before != null && before.is("end") ? null : before;
    }

    private static Optional<Problem> statement(RuleSource source, String rule, List<DrlPiece> pieces) {
        for (DrlPiece piece : pieces) {
            if (piece.word() && REFUSED.contains(piece.text())) {
                return Optional.of(new Problem(source.file(), piece.line(), piece.column(), rule, "'" + piece.text()
                        + "' is not allowed in a rule; facts never change, and what a rule says begins with 'decision.'"));
            }
        }
        List<String> verbs = FactWords.methodNames(DecisionDraft.class);
        for (int i = 0; i + 1 < pieces.size(); i++) {
            DrlPiece piece = pieces.get(i);
            DrlPiece next = pieces.get(i + 1);
            String message = piece.is(ExpressionWords.DRAFT) && next.word()
                    ? "between '" + ExpressionWords.DRAFT + "' and '" + next.text() + "' a point is missing: "
                            + ExpressionWords.DRAFT + "." + next.text()
                    : piece.word() && verbs.contains(piece.text()) && !next.is("(")
                            ? "behind '" + piece.text() + "' a bracket is missing: decision." + piece.text()
                                    + "( ... );"
                            : "";
            if (!message.isEmpty()) {
                return Optional.of(new Problem(source.file(), piece.line(), piece.column(), rule, message));
            }
        }
        return Optional.empty();
    }
}
