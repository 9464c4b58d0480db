package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Question;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A question with one fact changed.
///
/// @param fact which: `context.risk`, `context.words[need]`, `situation.host.cpu`, `situation.at`, `budget[family].spent`,
///   `candidate[a/b].quality`
/// @param kind how plausible such a change is, the most plausible first
/// @param from what it was, as the fact itself
/// @param to what it is now
/// @param question all of it
record Variation(String fact, Kind kind, @Nullable Object from, @Nullable Object to, Question question) {

    /// In the order in which changes are preferred.
    enum Kind {
        CONTEXT, CALL, SITUATION, CANDIDATE, DERIVED, NAMED
    }

    /// The change in words.
    ///
    /// @param allOthers whether every other value of an enumeration flips the choice as well
    Explanation.Flip flip(boolean allOthers) {
        String value = show(to);
        String text = switch (kind) {
            case NAMED -> "if the call asked for " + ("auto".equals(to) ? "'auto'" : "it by name");
            default -> words(allOthers, value);
        };
        return new Explanation.Flip(fact, show(from), value, text);
    }

    private String words(boolean allOthers, String value) {
        String name = name();
        if (to instanceof Element element) {
            return "if " + name + (element.there() ? " contained " : " did not contain ") + show(element.value());
        }
        if (allOthers) {
            return "if " + name + " were not " + show(from);
        }
        return to instanceof Boolean
                ? "if " + name + " were " + value
                : "if " + name + " were " + value + " instead of " + show(from);
    }

    private String name() {
        String path = fact.replaceFirst("^(context|call|situation)\\.", "").replaceFirst("^words\\[(.*)]$", "$1")
                .replaceFirst("^candidate\\[[^]]*]\\.",
                        "its ");
        String plain = path.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT).replace('.', ' ');
        if (fact.startsWith("session.")) {
            return plain.equals("session model")
                    ? "the session's last model"
                    : "the session's "
                            + plain.substring("session ".length());
        }
        return fact.startsWith("call.")
                ? "the call's " + plain
                : plain.startsWith("budget[")
                        ? path.replaceFirst("^budget\\[(.*)]\\.spent$",
                                "what budget $1 has spent (in micro-dollars)")
                                .replaceFirst("^budget\\[(.*)]\\.limit$", "the limit of budget $1 (in micro-dollars)")
                        : plain.equals("at") ? "the time" : plain;
    }

    /// Something that a set contains now, or does not contain any more.
    record Element(Object value, boolean there) {}

    private String show(@Nullable Object value) {
        return switch (value) {
            case null -> "nothing";
            case Number number when number.doubleValue() == -1 ->
                fact.startsWith("context.") ? "not said" : "unknown";
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case Element element -> (element.there() ? "with " : "without ") + show(element.value());
            default -> FactValues.show(value);
        };
    }
}
