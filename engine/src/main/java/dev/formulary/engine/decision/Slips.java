package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the slip of the pen for which a file can't be read as rules: a bracket or a quotation mark that is missing, `=` for
/// `==`, no `end`. The parser only knows at which word it gave up, which is often somewhere else.
final class Slips {
    private static final Set<String> ATTRIBUTES = Set.of("salience", "no-loop", "enabled");
    /// Which the gate refuses for what they do.
    private static final Set<String> OTHERS = Set.of("agenda", "activation", "ruleflow", "timer", "dialect", "duration",
            "date", "lock", "calendars", "extends", "auto", "no", "true", "false", "attributes", "refract", "direct");
    private static final Set<String> HEADERS = Set.of("import", "package", "global", "function", "declare", "query",
            "unit", "dialect", "expander", "attributes", "agenda", "activation", "ruleflow", "salience", "no", "timer",
            "lock", "auto", "duration", "date", "calendars", "enabled");
    private static final Map<String, String> CLOSING = Map.of("(", ")", "[", "]", "{", "}");
    private static final String QUOTES = "“”„‟‘’‚«»";

    private final RuleSource source;
    private final List<DrlPiece> pieces;
    private final Deque<DrlPiece> open = new ArrayDeque<>();
    private int at;
    private String rule = "";

    private Slips(RuleSource source) {
        this.source = source;
        this.pieces = DrlPiece.of(source.text());
    }

    /// The first slip; nothing when none is found.
    static Optional<Problem> of(RuleSource source) {
        var slips = new Slips(source);
        try {
            slips.marks();
            while (slips.at < slips.pieces.size()) {
                slips.rule();
            }
            return Optional.empty();
        } catch (Found found) {
            return Optional.of(found.problem);
        }
    }

    /// Ends the search.
    private static final class Found extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        Found(Problem problem) {
            super(problem.message(), null, false, false);
            this.problem = problem;
        }
    }

    private Found slip(DrlPiece piece, String message) {
        return new Found(new Problem(source.file(), piece.line(), piece.column(), rule, message));
    }

    private DrlPiece now() {
        return pieces.get(at);
    }

    private DrlPiece next() {
        return pieces.get(Math.min(at + 1, pieces.size() - 1));
    }

    private boolean more() {
        return at < pieces.size();
    }

    private void marks() {
        for (DrlPiece piece : pieces) {
            if (piece.kind() == DrlPiece.Kind.SIGN && QUOTES.contains(piece.text())) {
                throw slip(piece, "write straight quotation marks, \", in place of " + piece.text());
            }
        }
        for (DrlPiece piece : pieces) {
            if (piece.kind() == DrlPiece.Kind.OPEN_TEXT) {
                throw slip(piece, "this quotation mark has no partner on its line; a text begins and ends with \"");
            }
        }
    }

    private void rule() {
        rule = "";
        DrlPiece first = now();
        if (first.is("rule")) {
            at++;
            header();
        } else if (first.like("rule")) {
            throw slip(first, "'" + first.text() + "' is written 'rule'");
        } else if (first.is("#")) {
            throw slip(first, "a remark begins with //");
        } else if (first.word() && HEADERS.contains(first.text())) {
            throw slip(first, "'" + first.text() + "'" + SyntaxGate.RULES_ONLY);
        } else if (first.is(";")) {
            at++;
        } else {
            throw slip(first, first.like("end")
                    ? "this 'end' ends nothing, the rule before has ended"
                    : "a rule begins with: rule \"its name\"; this is '" + first.text() + "'");
        }
    }

    private void header() {
        DrlPiece begin = pieces.get(at - 1);
        if (!more() || now().is("when") || now().is("@")) {
            throw slip(begin, "a rule has a name: rule \"its name\"");
        }
        DrlPiece name = now();
        rule = name.kind() == DrlPiece.Kind.TEXT ? name.text().substring(1, name.text().length() - 1) : name.text();
        at++;
        if (name.word() && more() && now().word() && !like(now(), "when") && !keyword(now().text())) {
            throw slip(name, "a rule's name of several words stands in quotation marks");
        }
        while (more()) {
            DrlPiece piece = now();
            if (piece.is("when")) {
                balanced();
                at++;
                conditions(begin);
                return;
            }
            if (piece.is("then")) {
                balanced();
                at++;
                said(begin);
                return;
            }
            head(piece);
            bracket(piece);
            at++;
        }
        throw slip(open.isEmpty() ? begin : open.peek(), open.isEmpty()
                ? "the rule has no 'when' and no 'then'"
                : "this bracket is not closed");
    }

    private static boolean keyword(String word) {
        return ATTRIBUTES.contains(word) || OTHERS.contains(word);
    }

    private void head(DrlPiece piece) {
        if (piece.is("@") && at + 2 < pieces.size() && !pieces.get(at + 2).is("(")
                && pieces.get(at + 2).kind() == DrlPiece.Kind.TEXT) {
            throw slip(pieces.get(at + 2), "the text of a note stands in brackets: @" + next().text() + "("
                    + pieces.get(at + 2).text() + ")");
        }
        boolean note = at > 0 && pieces.get(at - 1).is("@");
        if (!piece.word() || note || !open.isEmpty()) {
            return;
        }
        keywordLike(piece, "when");
        keywordLike(piece, "then");
        String text = piece.text();
        if (Vocabulary.FACT_NAMES.contains(text) || text.startsWith("$")) {
            throw slip(piece, "'when' is missing before the conditions");
        }
        boolean part = pieces.get(at - 1).is("-")
                || (pieces.get(at - 1).ends() && keyword(pieces.get(at - 1).text()));
        if (!part && !keyword(text)) {
            String nearest = Nearest.to(text, Set.of("salience", "no-loop", "enabled", "when", "then"));
            throw slip(piece, "'" + text + "' is not known here" + (nearest == null
                    ? "; above 'when' stand @id, @reason, @owner, salience, no-loop and enabled"
                    : ", did you mean '" + nearest + "'?"));
        }
    }

    private void keywordLike(DrlPiece piece, String word) {
        if (like(piece, word)) {
            throw slip(piece, "'" + piece.text() + "' is written '" + word + "'");
        }
    }

    private static boolean like(DrlPiece piece, String word) {
        return piece.like(word) && !piece.is(word);
    }

    private void conditions(DrlPiece begin) {
        while (more()) {
            DrlPiece piece = now();
            if (piece.is("then")) {
                balanced();
                before(piece);
                at++;
                said(begin);
                return;
            }
            if (piece.like("end") || piece.is("rule") || piece.is("decision")) {
                balanced();
                throw slip(piece, "'then' is missing before what the rule says");
            }
            keywordLike(piece, "then");
            bracket(piece);
            PatternSlips.look(pieces, at, !open.isEmpty()).ifPresent(slip -> {
                throw slip(slip.at(), slip.message());
            });
            at++;
        }
        balanced();
        throw slip(begin, "the rule has no 'then'");
    }

    /// Something that joins has nothing behind it.
    private void before(DrlPiece piece) {
        DrlPiece last = pieces.get(at - 1);
        if (last.like("and") || last.like("or") || last.is("&&") || last.is("||") || last.is("not")) {
            throw slip(last, "behind '" + last.text() + "' a condition is missing; then comes '" + piece.text() + "'");
        }
    }

    private void said(DrlPiece begin) {
        while (more()) {
            DrlPiece piece = now();
            if (piece.is("end")) {
                balanced();
                at++;
                return;
            }
            if (piece.is("rule") && next().kind() == DrlPiece.Kind.TEXT) {
                balanced();
                throw slip(piece, "'end' is missing before this rule begins");
            }
            keywordLike(piece, "end");
            bracket(piece);
            at++;
        }
        balanced();
        throw slip(pieces.getLast(), "'end' is missing behind what the rule of line " + begin.line() + " says");
    }

    private void bracket(DrlPiece piece) {
        if (piece.kind() != DrlPiece.Kind.SIGN) {
            return;
        }
        if (CLOSING.containsKey(piece.text())) {
            open.push(piece);
        } else if (CLOSING.containsValue(piece.text())) {
            if (open.isEmpty() || !piece.text().equals(CLOSING.get(open.peek().text()))) {
                throw slip(piece, "this bracket closes none that was opened");
            }
            open.pop();
        }
    }

    private void balanced() {
        if (!open.isEmpty()) {
            throw slip(open.peek(), "this bracket is not closed, '" + CLOSING.get(open.peek().text()) + "' is missing");
        }
    }
}
