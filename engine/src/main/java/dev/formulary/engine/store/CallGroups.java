package dev.formulary.engine.store;

import dev.formulary.engine.facts.CallGroup;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.spi.FailureCategory;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Gathers from the recorded decisions what became of two groups of calls. Not thread-safe; it uses all processors itself.
///
/// By model an attempt of it counts as one call, and what was answered from the cache does not count. By rules or tag a call is a
/// call, however it was answered. Calls that were denied, whose callers had gone, or that are not over do not count.
public final class CallGroups {
    private final By by;
    private final String name;
    private final Deque<Seen> seen = new ArrayDeque<>();

    private CallGroups(By by, String name) {
        this.by = by;
        this.name = name;
    }

    /// What calls of a group have in common.
    public enum By {
        /// The model, `provider/model`.
        MODEL,
        /// The rule set's hash, or its beginning.
        RULES,
        /// A label of the caller's key.
        TAG;

        /// As a parameter says it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// @throws IllegalArgumentException when there is none of that name; the message is for the user
        public static By of(String word) {
            return Arrays.stream(values()).filter(each -> each.word().equals(word)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'by' must be one of "
                            + Stream.of(values()).map(By::word).collect(Collectors.joining(", "))));
        }
    }

    /// Both groups.
    public record Pair(CallGroup a, CallGroup b) {}

    /// A call or attempt; NaN is what is not known.
    private record Seen(boolean failed, double ms, double micros, double prompt) {}

    /// @param a the name of the first group
    /// @param b of the second
    /// @param from calls before that do not count
    /// @param to nor do those from then on
    /// @param last how many decisions are looked at, the latest
    /// @throws IllegalArgumentException when a name is missing or both are the same; the message is for the user
    public static Pair read(DecisionReader reader, By by, String a, String b, Instant from, Instant to, long last)
            throws IOException, InterruptedException {
        if (a.isEmpty() || b.isEmpty() || a.equals(b)) {
            throw new IllegalArgumentException("two different ones are needed to compare them by " + by.word());
        }
        var first = new CallGroups(by, a);
        var second = new CallGroups(by, b);
        reader.each(last, CallGroups::result, found -> found.filter(result -> {
            Instant received = result.call().received();
            return !received.isBefore(from) && received.isBefore(to);
        }).ifPresent(result -> {
            first.take(result);
            second.take(result);
        }));
        return new Pair(first.group(), second.group());
    }

    /// What can't be read is left out.
    private static Optional<Row.Result> result(Row row) {
        try {
            return row.result();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void take(Row.Result result) {
        Outcome outcome = result.outcome();
        switch (by) {
            case MODEL -> attempts(result, outcome);
            case RULES -> {
                if (result.ruleSet().startsWith(name)) {
                    call(result, outcome);
                }
            }
            case TAG -> {
                if (result.call().labels().contains(name)) {
                    call(result, outcome);
                }
            }
        }
    }

    private void attempts(Row.Result result, Outcome outcome) {
        for (Outcome.Tried tried : outcome.attempts()) {
            if (tried.candidate().equals(name) && tried.failure() != FailureCategory.CANCELLED) {
                boolean failed = tried.failure() != null;
                boolean answered = !failed && outcome.status() == Outcome.Status.ANSWERED;
                add(new Seen(failed, answered ? tried.ms() : Double.NaN, answered ? cost(outcome) : Double.NaN,
                        result.promptTokens()));
            }
        }
    }

    private void call(Row.Result result, Outcome outcome) {
        switch (outcome.status()) {
            case ANSWERED, CACHED -> add(new Seen(false, outcome.totalMs(), cost(outcome), result.promptTokens()));
            case FAILED, CUT -> add(new Seen(true, Double.NaN, Double.NaN, result.promptTokens()));
            case DENIED, CLIENT_GONE -> {
                // neither speaks for nor against what was to answer
            }
        }
    }

    private static double cost(Outcome outcome) {
        return outcome.costMicros() < 0 ? Double.NaN : outcome.costMicros();
    }

    private void add(Seen one) {
        if (seen.size() >= CallGroup.MOST) {
            seen.remove();
        }
        seen.add(one);
    }

    private CallGroup group() {
        List<Seen> all = List.copyOf(seen);
        return new CallGroup(all.size(), (int) all.stream().filter(Seen::failed).count(), known(all, Seen::ms),
                known(all, Seen::micros), known(all, Seen::prompt));
    }

    private static double[] known(List<Seen> all, ToDoubleFunction<Seen> what) {
        return all.stream().mapToDouble(what).filter(Double::isFinite).toArray();
    }
}
