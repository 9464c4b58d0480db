package dev.formulary.engine.decision;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Severity;
import dev.formulary.spi.Capability;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A column that may stand behind `->` in a decision table.
///
/// @param code what its rule says, with `%s` for the cell
/// @param heard how several rows that say it are put together
/// @param meaning for people
record TableAction(String name, Value value, String code, Heard heard, String meaning) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}(\\.\\d{1,6})?");
    private static final Pattern CODE = Pattern.compile("[a-z0-9][a-z0-9._:-]{0,79}");
    private static final int TEXT_LIMIT = 300;

    /// How several rows that say it are put together.
    enum Heard {
        /// Said twice is the same as said once.
        ONCE,
        /// Different values are a conflict.
        SINGLE,
        /// Each one counts.
        EACH
    }

    /// What its cells hold.
    sealed interface Value {
        record Yes() implements Value {}

        record Amount(Ranges.Range range) implements Value {}

        record Word() implements Value {}

        record Constant(Class<? extends Enum<?>> of) implements Value {}

        record Reacting(FailureClass to) implements Value {}

        record Message() implements Value {}

        record Alarm() implements Value {}
    }

    private static final Value YES = new Value.Yes();
    private static final Value WORD = new Value.Word();
    private static final Value POINTS = new Value.Amount(Ranges.POINTS);
    private static final Value FACTOR = new Value.Amount(Ranges.FACTOR);

    /// Every one there is.
    static final List<TableAction> ALL = all();

    private static List<TableAction> all() {
        var all = new ArrayList<>(List.of(
                new TableAction("forbid", YES, "forbid($candidate)", Heard.ONCE, "the model must not answer"),
                new TableAction("require-label", WORD, "requireLabel(%s)", Heard.ONCE,
                        "only models with that label may answer"),
                new TableAction("require-capability", new Value.Constant(Capability.class),
                        "requireCapability(%s)", Heard.ONCE,
                        "only models that can do that may answer"),
                new TableAction("require-local", YES, "requireLocal()", Heard.ONCE,
                        "only models from which nothing leaves may answer"),
                new TableAction("require-safety", new Value.Amount(Ranges.SAFETY), "requireSafety(%s)", Heard.ONCE,
                        "only models with that safety or more may answer"),
                new TableAction("keep-free", YES, "keepFree()", Heard.ONCE,
                        "where a free model may answer, no paid one is tried"),
                new TableAction("last-resort", WORD, "lastResort(%s)", Heard.ONCE,
                        "models with that label answer only where no other may"),
                new TableAction("spare", YES, "spare($candidate)", Heard.ONCE,
                        "where any other model may answer, this one is tried only when none of them does"),
                new TableAction("pin", YES, "pin()", Heard.ONCE, "the session keeps to its model"),
                new TableAction("move", YES, "move()", Heard.ONCE, "the session may get another model now"),
                new TableAction("prefer", POINTS, "prefer($candidate, %s)", Heard.EACH, "the model is better"),
                new TableAction("avoid", POINTS, "avoid($candidate, %s)", Heard.EACH, "the model is worse")));
        for (String term : List.of("QUALITY", "COST", "LATENCY", "LOAD")) {
            all.add(new TableAction("weigh-" + TableWords.word(term), FACTOR, "weigh(Term." + term + ", %s)",
                    Heard.EACH, "it counts so many times as much"));
        }
        for (Parameter parameter : Parameter.values()) {
            all.add(new TableAction(TableWords.word(parameter.name()), range(parameter),
                    "set(Parameter." + parameter + ", %s)", Heard.SINGLE, "unless the caller says otherwise"));
        }
        for (Parameter parameter : Parameter.values()) {
            all.add(new TableAction("cap-" + TableWords.word(parameter.name()), range(parameter),
                    "cap(Parameter." + parameter + ", %s)", Heard.ONCE, "never above; the lowest cap holds"));
        }
        all.add(new TableAction("balance", new Value.Amount(Ranges.BALANCE), "balance(%s)", Heard.SINGLE,
                "between fast (0) and creative (1)"));
        all.add(new TableAction("queue", new Value.Constant(Priority.class), "queue(%s)", Heard.SINGLE,
                "while the best model is busy the call waits for it, with that priority"));
        for (FailureClass failure : FailureClass.values()) {
            if (failure.may(Reaction.STOP)) {
                all.add(new TableAction("on-" + TableWords.word(failure.name()), new Value.Reacting(failure),
                        "onFailure(FailureClass." + failure + ", %s)", Heard.ONCE,
                        "what becomes of the call when an attempt fails so; the most careful holds"));
            }
        }
        all.add(new TableAction("deny", new Value.Message(), "deny(%s)", Heard.ONCE,
                "no answer; the caller is told this"));
        all.add(new TableAction("alert", new Value.Alarm(), "alert(%s)", Heard.ONCE,
                "somebody should know; the message is the row's reason"));
        return List.copyOf(all);
    }

    private static Value range(Parameter parameter) {
        return new Value.Amount(Ranges.of(parameter));
    }

    /// What one row says.
    ///
    /// @param said as it stands in the rule; equal when it says the same
    record Deed(TableAction action, String said) {}

    /// Whether it says something of a model.
    boolean ofCandidate() {
        return code.contains("$candidate");
    }

    /// Reads a cell that is not blank.
    ///
    /// @param reason the row's
    /// @throws Fields.Wrong what would be right
    Deed parse(String cell, String reason) {
        String argument = switch (value) {
            case Value.Yes _ -> yes(cell);
            case Value.Amount amount -> number(cell, amount.range());
            case Value.Word _ -> quoted(TableTexts.name(cell));
            case Value.Constant constant -> constant(cell, constant.of());
            case Value.Reacting reacting -> reaction(cell, reacting.to());
            case Value.Message _ -> quoted(text(cell));
            case Value.Alarm _ -> alarm(cell, reason);
        };
        return new Deed(this, "decision." + code.replace("%s", argument) + ";");
    }

    private static String yes(String cell) {
        if (!cell.equals("yes")) {
            throw new Fields.Wrong("'" + cell + "' must be yes or blank");
        }
        return "";
    }

    private String number(String cell, Ranges.Range range) {
        boolean number = NUMBER.matcher(cell).matches() && !(range.whole() && cell.contains("."));
        if (!number || !range.holds(Double.parseDouble(cell))) {
            throw new Fields.Wrong("'" + cell + "' must be " + right());
        }
        return new BigDecimal(cell).stripTrailingZeros().toPlainString();
    }

    private static String constant(String cell, Class<? extends Enum<?>> of) {
        TableWords words = TableWords.of(of);
        words.parse(cell);
        if (words.index(cell) < 0) {
            throw new Fields.Wrong("'" + cell + "' must be one of " + words.right());
        }
        return words.literals().get(words.index(cell));
    }

    private String reaction(String cell, FailureClass to) {
        String literal = constant(cell, Reaction.class);
        if (!to.may(Reaction.valueOf(literal.substring(literal.indexOf('.') + 1)))) {
            throw new Fields.Wrong("'" + cell + "' must be one of " + right());
        }
        return literal;
    }

    private static String alarm(String cell, String reason) {
        String[] parts = cell.split("\\s+", -1);
        TableWords severities = TableWords.of(Severity.class);
        if (parts.length != 2 || severities.index(parts[0]) < 0 || !CODE.matcher(parts[1]).matches()) {
            throw new Fields.Wrong("'" + cell + "' must be a severity and a code, for example 'warning budget-low'; "
                    + "severities are " + severities.right());
        }
        return severities.literals().get(severities.index(parts[0])) + ", " + quoted(parts[1]) + ", " + quoted(reason);
    }

    /// Refuses what can't stand in a text for people.
    static String text(String text) {
        if (text.length() > TEXT_LIMIT) {
            throw new Fields.Wrong("a text may have " + TEXT_LIMIT + " characters, this has " + text.length());
        }
        boolean odd = text.codePoints().anyMatch(c -> c == '\\' || Set.of((int) Character.CONTROL,
                (int) Character.FORMAT, (int) Character.LINE_SEPARATOR, (int) Character.PARAGRAPH_SEPARATOR,
                (int) Character.SURROGATE, (int) Character.UNASSIGNED).contains(Character.getType(c)));
        if (odd) {
            throw new Fields.Wrong("a text is one line, without backslashes and without characters that can't be seen");
        }
        return text;
    }

    /// As a text stands in a rule: what it holds can't end it.
    static String quoted(String text) {
        return '"' + text.replace("\"", "\\\"") + '"';
    }

    /// What may stand in a cell, for people.
    String right() {
        return switch (value) {
            case Value.Yes _ -> "yes";
            case Value.Amount amount -> amount.range().toString();
            case Value.Word _ -> "a label";
            case Value.Constant constant -> TableWords.of(constant.of()).right();
            case Value.Reacting reacting -> Arrays.stream(Reaction.values()).filter(reacting.to()::may)
                    .map(each -> TableWords.word(each.name())).collect(Collectors.joining(", "));
            case Value.Message _ -> "a text";
            case Value.Alarm _ -> "a severity and a code, such as `warning budget-low`";
        };
    }

    /// The list of columns for the documentation.
    static String documentation() {
        return "| action | what it says | cells |\n|---|---|---|\n" + ALL.stream()
                .map(one -> "| `" + one.name + "` | " + one.meaning + " | " + one.right() + " |\n")
                .collect(Collectors.joining());
    }
}
