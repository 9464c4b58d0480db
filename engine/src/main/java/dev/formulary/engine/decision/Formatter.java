package dev.formulary.engine.decision;

import java.util.List;
import java.util.Locale;

/// Brings a rule file into the form in which the shipped rules are written: keywords in lines of their own, what is between
/// them indented by four, notes in the order id, owner, reason, spaces inside patterns and around comparisons, one blank line
/// between rules, no blanks at the end of a line. Only spaces, line breaks and the order of notes change: comments, texts and
/// what the rules mean stay. Formatting twice gives the same as once. Pure.
///
/// Where lines break within conditions and consequences is left to the author.
public final class Formatter {
    private Formatter() {}

    /// @param text formatted, or as it was when there are problems
    /// @param problems why the file was left as it is
    public record Formatted(String text, List<Problem> problems) {
        public Formatted {
            problems = List.copyOf(problems);
        }
    }

    /// Whether a file is of the kind that is formatted. Scenarios, word lists and tables are left as they are.
    public static boolean formats(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".drl");
    }

    /// @param file its name, for problems; ends with `.drl`
    public static Formatted format(String file, String text) {
        String lines = text.replace("\r\n", "\n").replace('\r', '\n');
        List<Problem> wrong = syntax(file, lines);
        if (!wrong.isEmpty()) {
            return new Formatted(text, wrong);
        }
        try {
            var layout = new DrlLayout(DrlToken.of(lines));
            String formatted = layout.file();
            boolean same = DrlToken.of(formatted).stream().map(DrlToken::text).toList().equals(layout.written())
                    && syntax(file, formatted).isEmpty();
            return same
                    ? new Formatted(formatted, List.of())
                    : new Formatted(text, List.of(Problem.of(file,
                            "can't be formatted without changing what it says, so it was left as it is")));
        } catch (IllegalArgumentException e) {
            return new Formatted(text, List.of(Problem.of(file, "was left as it is: " + e.getMessage())));
        }
    }

    private static List<Problem> syntax(String file, String text) {
        RuleSource source = RuleSource.of(file, Kind.CONTEXT, text);
        var complaints = new Complaints(source);
        SyntaxGate.read(source, complaints);
        return complaints.all();
    }
}
