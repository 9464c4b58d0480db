package dev.formulary.engine.context;

import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.spi.Capability;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// What a caller declared, by the names of the vocabulary, read as it must be.
///
/// @param facts their values by name
record Declared(Map<String, String> facts) {
    private static final int LONGEST_MS = 86_400_000;
    private static final int MOST_TOKENS = 100_000_000;
    private static final double MOST_DOLLARS = 1_000_000;
    private static final double MICROS = 1_000_000;

    <E extends Enum<E>> E word(String name, Class<E> type, E unsaid) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? unsaid : Vocabulary.word(type, name, value);
    }

    boolean flag(String name, boolean unsaid) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? unsaid : Vocabulary.flag(name, value);
    }

    String text(String name) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? "" : Vocabulary.text(name, value);
    }

    private double number(String name, double most) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? -1 : Vocabulary.number(name, value, 0, most);
    }

    private int whole(String name, int most) throws InvalidFactException {
        String value = facts.get(name);
        return value == null ? -1 : Vocabulary.whole(name, value, 1, most);
    }

    Therapy therapy() throws InvalidFactException {
        String crisis = facts.get("crisis");
        return new Therapy(word("approach", Approach.class, Approach.UNSPECIFIED),
                word("difficulty", Difficulty.class, Difficulty.UNSPECIFIED),
                word("session-state", SessionState.class, SessionState.UNSPECIFIED),
                word("intervention", Intervention.class, Intervention.UNSPECIFIED),
                crisis == null ? null : Vocabulary.word(CrisisType.class, "crisis", crisis));
    }

    /// `max-cost` is in dollars, like all money that people write.
    Requirements requirements() throws InvalidFactException {
        double dollars = number("max-cost", MOST_DOLLARS);
        return new Requirements(whole("max-latency-ms", LONGEST_MS), number("min-quality", 10),
                number("min-safety", 10), dollars < 0 ? -1 : (long) Math.floor(dollars * MICROS + 1e-6),
                whole("min-context-tokens", MOST_TOKENS));
    }

    /// 0 to 1, or -1 when not said.
    double balance() throws InvalidFactException {
        return number("balance", 1);
    }

    /// Capabilities that a model must have, written `vision+json`, or with spaces or commas in quotes.
    Set<Capability> capabilities() throws InvalidFactException {
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        for (String word : facts.getOrDefault("capabilities", "").split("[+, ]+", -1)) {
            if (!word.isEmpty()) {
                all.add(Vocabulary.word(Capability.class, "capabilities", word));
            }
        }
        return all;
    }
}
