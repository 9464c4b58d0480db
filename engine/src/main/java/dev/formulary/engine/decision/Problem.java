package dev.formulary.engine.decision;

/// Something wrong in the rules folder, told where its author looks.
///
/// @param file relative to the rules folder, with slashes; empty when it concerns the whole set
/// @param line from 1, or 0 when the whole file is meant
/// @param column from 1, or 0 when the whole line is meant
/// @param rule the name of the rule or scenario; empty outside one
/// @param message what is wrong and what would be right
/// @param code which kind of thing is wrong, stable, for example `duplicate-rule`; empty where nobody said
public record Problem(String file, int line, int column, String rule, String message, String code) {

    /// A problem whose kind is told later, or never.
    public Problem(String file, int line, int column, String rule, String message) {
        this(file, line, column, rule, message, "");
    }

    /// A problem of a whole file.
    public static Problem of(String file, String message) {
        return new Problem(file, 0, 0, "", message);
    }

    /// The same problem with its kind, unless it has one.
    Problem coded(String kind) {
        return code.isEmpty() ? new Problem(file, line, column, rule, message, kind) : this;
    }

    /// `file:line:column [rule] message`, without the parts that are not known.
    @Override
    public String toString() {
        var text = new StringBuilder(file);
        if (line > 0) {
            text.append(':').append(line);
            if (column > 0) {
                text.append(':').append(column);
            }
        }
        if (!rule.isEmpty()) {
            text.append(" [").append(rule).append(']');
        }
        return text.isEmpty() ? message : text.append(' ').append(message).toString();
    }
}
