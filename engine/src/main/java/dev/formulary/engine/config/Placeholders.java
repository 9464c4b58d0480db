package dev.formulary.engine.config;

import java.util.Map;
import java.util.function.Consumer;

/// Puts environment variables in the place of `${NAME}` and `${NAME:-default}`. `$${` stands for a plain `${`.
final class Placeholders {
    private final Map<String, String> env;

    Placeholders(Map<String, String> env) {
        this.env = Map.copyOf(env);
    }

    /// Replaces all of them.
    ///
    /// @param complaint told what is wrong; the variable concerned is then replaced by nothing
    String fill(String text, Consumer<String> complaint) {
        int start = text.indexOf("${");
        if (start < 0) {
            return text;
        }
        StringBuilder filled = new StringBuilder();
        int done = 0;
        while (start >= 0) {
            boolean escaped = start > done && text.charAt(start - 1) == '$';
            filled.append(text, done, escaped ? start - 1 : start);
            int end = text.indexOf('}', start);
            if (escaped) {
                filled.append("${");
                done = start + 2;
            } else if (end < 0) {
                complaint.accept("has \"${\" without \"}\"; write ${NAME}, or $${ for a plain ${");
                return filled.toString();
            } else {
                filled.append(value(text.substring(start + 2, end), complaint));
                done = end + 1;
            }
            start = text.indexOf("${", done);
        }
        return filled.append(text, done, text.length()).toString();
    }

    private String value(String inside, Consumer<String> complaint) {
        int dash = inside.indexOf(":-");
        String name = dash < 0 ? inside : inside.substring(0, dash);
        if (!isName(name)) {
            complaint.accept("\"${" + inside + "}\" does not name an environment variable; write ${NAME},"
                    + " or $${ for a plain ${");
            return "";
        }
        String value = env.getOrDefault(name, "");
        if (dash >= 0) {
            return value.isEmpty() ? inside.substring(dash + 2) : value;
        }
        if (!env.containsKey(name)) {
            complaint.accept("the environment variable " + name + " is not set; set it, or write ${" + name
                    + ":-default}");
        }
        return value;
    }

    private static boolean isName(String name) {
        if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
            return false;
        }
        return name.chars().allMatch(c -> c == '_' || (c < 128 && Character.isLetterOrDigit(c)));
    }
}
