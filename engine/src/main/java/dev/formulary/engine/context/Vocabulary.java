package dev.formulary.engine.context;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The facts that a caller may declare and their values.
public final class Vocabulary {
    private static final Map<String, Class<? extends Enum<?>>> WORDS = Map.of("need", Need.class, "risk", Risk.class,
            "emotion", EmotionalState.class, "age", AgeBand.class, "privacy", Privacy.class, "task", Task.class);
    private static final List<String> FLAGS = List.of("consent", "clinician", "paid");
    private static final List<String> TEXTS = List.of("zone", "language");
    private static final int LONGEST_TEXT = 64;

    private Vocabulary() {}

    /// Whether a fact has that name.
    public static boolean knows(String fact) {
        return WORDS.containsKey(fact) || FLAGS.contains(fact) || TEXTS.contains(fact);
    }

    /// All names, sorted.
    public static List<String> names() {
        return java.util.stream.Stream.of(WORDS.keySet(), FLAGS, TEXTS).flatMap(java.util.Collection::stream).sorted()
                .toList();
    }

    static <E extends Enum<E>> E word(Class<E> type, String fact, String value) throws InvalidFactException {
        String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(wanted)) {
                return each;
            }
        }
        throw new InvalidFactException(fact, "the context '" + fact + "' has the unknown value '" + shortened(value)
                + "'; right ones are " + words(type));
    }

    private static String words(Class<? extends Enum<?>> type) {
        return String.join(", ", Arrays.stream(type.getEnumConstants()).map(Enum::name)
                .filter(name -> !name.equals("UNSPECIFIED")).map(name -> name.toLowerCase(Locale.ROOT)).toList());
    }

    static boolean flag(String fact, String value) throws InvalidFactException {
        return switch (value) {
            case "true", "yes", "1", "allow" -> true;
            case "false", "no", "0", "deny" -> false;
            default -> throw new InvalidFactException(fact,
                    "the context '" + fact + "' has the unknown value '" + shortened(value)
                            + "'; right ones are true, false");
        };
    }

    static String text(String fact, String value) throws InvalidFactException {
        if (value.length() > LONGEST_TEXT) {
            throw new InvalidFactException(fact, "the context '" + fact + "' is longer than " + LONGEST_TEXT
                    + " characters");
        }
        return value;
    }

    static InvalidFactException unknown(String fact) {
        return new InvalidFactException(fact,
                "there is no context '" + shortened(fact) + "'; right ones are " + String.join(", ", names()));
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_TEXT ? value : value.substring(0, LONGEST_TEXT) + "…";
    }
}
