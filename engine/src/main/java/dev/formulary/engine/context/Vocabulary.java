package dev.formulary.engine.context;

import static java.util.Map.entry;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Task;
import dev.formulary.spi.Capability;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The facts that a caller may declare and their values.
public final class Vocabulary {
    private static final Map<String, Class<? extends Enum<?>>> WORDS = Map.ofEntries(entry("need", Need.class),
            entry("risk", Risk.class), entry("emotion", EmotionalState.class), entry("age", AgeBand.class),
            entry("privacy", Privacy.class), entry("task", Task.class), entry("approach", Approach.class),
            entry("difficulty", Difficulty.class), entry("session-state", SessionState.class),
            entry("intervention", Intervention.class), entry("crisis", CrisisType.class),
            entry("capabilities", Capability.class));
    private static final List<String> NUMBERS = List.of("max-latency-ms", "min-quality", "min-safety", "max-cost",
            "min-context-tokens", "balance");
    private static final List<String> FLAGS = List.of("consent", "clinician", "paid");
    private static final List<String> TEXTS = List.of("zone", "language");
    static final int LONGEST_TEXT = 64;

    private Vocabulary() {}

    /// A fact's name as we write it; callers may write `max_cost` for `max-cost`.
    static String name(String written) {
        return written.indexOf('_') < 0 ? written : written.replace('_', '-');
    }

    /// Whether a fact has that name.
    public static boolean knows(String fact) {
        return WORDS.containsKey(fact) || NUMBERS.contains(fact) || FLAGS.contains(fact) || TEXTS.contains(fact);
    }

    /// All names, sorted.
    public static List<String> names() {
        return Stream.of(WORDS.keySet(), NUMBERS, FLAGS, TEXTS).flatMap(Collection::stream).sorted()
                .toList();
    }

    static <E extends Enum<E>> E word(Class<E> type, String fact, String value) throws InvalidFactException {
        String wanted = value.toUpperCase(Locale.ROOT).replace('-', '_');
        for (E each : type.getEnumConstants()) {
            if (each.name().equals(wanted)) {
                return each;
            }
        }
        throw unknownWord(fact, value, words(type));
    }

    static InvalidFactException unknownWord(String fact, String value, List<String> right) {
        return new InvalidFactException(fact, "the context '" + fact + "' has the unknown value '" + shortened(value)
                + "'; right ones are " + String.join(", ", right));
    }

    private static List<String> words(Class<? extends Enum<?>> type) {
        return Arrays.stream(type.getEnumConstants()).map(Enum::name).filter(name -> !name.equals("UNSPECIFIED"))
                .map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }

    /// The words that a fact takes; none when it is not known, or takes something else.
    static List<String> words(String fact) {
        Class<? extends Enum<?>> type = WORDS.get(fact);
        return type == null ? List.of() : words(type);
    }

    /// Whether a fact takes one word of a list.
    static boolean takesWords(String fact) {
        return WORDS.containsKey(fact) && !fact.equals("capabilities");
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

    /// A number from least to most.
    static double number(String fact, String value, double least, double most) throws InvalidFactException {
        try {
            double number = Double.parseDouble(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, like a number that is too small
        }
        throw wrongNumber(fact, value, "a number from " + plain(least) + " to " + plain(most));
    }

    /// A whole number from least to most.
    static int whole(String fact, String value, int least, int most) throws InvalidFactException {
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, like a number that is too small
        }
        throw wrongNumber(fact, value, "a whole number from " + least + " to " + most);
    }

    private static InvalidFactException wrongNumber(String fact, String value, String right) {
        return new InvalidFactException(fact,
                "the context '" + fact + "' has the wrong value '" + shortened(value) + "'; it must be " + right);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    /// @param more names that are known beside ours
    static InvalidFactException unknown(String fact, Collection<String> more) {
        return new InvalidFactException(fact, "there is no context '" + shortened(fact) + "'; right ones are "
                + String.join(", ", Stream.concat(names().stream(), more.stream()).distinct().sorted().toList()));
    }

    private static String shortened(String value) {
        return value.length() <= LONGEST_TEXT ? value : value.substring(0, LONGEST_TEXT) + "…";
    }
}
