package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Parameter;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/// Which numbers make sense where: for what rules say, and for the facts that they compare. One place, so that rules, tables
/// and lints agree.
final class Ranges {
    /// For `prefer` and `avoid`.
    static final Range POINTS = new Range(0, 100, false);
    static final Range FACTOR = new Range(0, 10, false);
    static final Range SAFETY = new Range(0, 10, false);
    static final Range BALANCE = new Range(0, 1, false);
    static final Range ANY = new Range(0, Double.MAX_VALUE, false);
    /// Characters of a label and of the code of an alert.
    static final int WORD_LIMIT = 80;
    /// Characters of the name of what an alert is about.
    static final int NAME_LIMIT = 200;
    /// Characters of a message.
    static final int TEXT_LIMIT = 500;

    private static final Range SHARE = new Range(0, 1, false, true);
    private static final Range GRADE = new Range(0, 10, false);
    /// By fact and field; -1 stands for unknown besides. A budget may be overspent.
    private static final Map<String, Range> FIELDS = Map.ofEntries(Map.entry("Host.cpu", SHARE),
            Map.entry("Host.memory", SHARE), Map.entry("Host.disk", SHARE),
            Map.entry("Host.gpu", SHARE), Map.entry("Host.gpuMemory", SHARE), Map.entry("Gpu.memory", SHARE),
            Map.entry("Gpu.busy", SHARE), Map.entry("Candidate.errorRate", SHARE),
            Map.entry("Vitals.errorRate", SHARE), Map.entry("Candidate.quality", GRADE),
            Map.entry("Candidate.safety", GRADE), Map.entry("Situation.hour", new Range(0, 23, true)),
            Map.entry("Context.balance", BALANCE), Map.entry("Traits.complexity", GRADE),
            Map.entry("Requirements.minQuality", GRADE), Map.entry("Requirements.minSafety", GRADE),
            Map.entry("Budget.step", new Range(0, 1, false, true)),
            Map.entry("Budget.usedRatio", new Range(0, 10, false, true)));

    private Ranges() {}

    /// @param low the least, itself allowed
    /// @param high the most, itself allowed
    /// @param share whether it is a share, of which people write per cent
    record Range(double low, double high, boolean whole, boolean share) {
        Range(double low, double high, boolean whole) {
            this(low, high, whole, false);
        }

        boolean holds(double value) {
            return value >= low && value <= high;
        }

        @Override
        public String toString() {
            return (whole ? "a whole number from " : "a number from ") + plain(low) + " to " + plain(high);
        }
    }

    static String plain(double number) {
        return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
    }

    /// What a rule may set or cap that writes the number out, and what a table may.
    static Range of(Parameter parameter) {
        return switch (parameter) {
            case TEMPERATURE -> new Range(0, 2, false);
            case TOP_P -> new Range(0, 1, false);
            case CACHE_SECONDS, KEEP_ALIVE_SECONDS -> new Range(0, 31_536_000, true);
            case HEDGE_MS -> new Range(0, 86_400_000, true);
            case ATTEMPTS -> new Range(1, 100, true);
            case MAX_TOKENS, CONTEXT_TOKENS -> new Range(1, 100_000_000, true);
            case CONTINUATIONS, CORRECTIONS -> new Range(0, 2, true);
            case FIRST_BYTE_MS, SILENCE_MS, DEADLINE_MS -> new Range(1, 86_400_000, true);
        };
    }

    /// What a rule may set that computes it: a number that is too small or too large for its purpose is narrowed later.
    static Range computed(Parameter parameter) {
        return switch (parameter) {
            case TEMPERATURE, TOP_P, CONTINUATIONS, CORRECTIONS -> of(parameter);
            default -> new Range(0, Integer.MAX_VALUE, false);
        };
    }

    /// Between which numbers a field lies by its meaning; nothing when that is not known.
    ///
    /// @param type simple name of the fact or part
    static Optional<Range> field(String type, String field) {
        return Optional.ofNullable(FIELDS.get(type + "." + field));
    }
}
