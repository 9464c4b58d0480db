package dev.formulary.engine.drill;

import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;

/// What callers saw in one part of a drill.
///
/// @param name `before`, `during` or `after` what goes wrong
/// @param calls that began in it
/// @param answered whole
/// @param refused with an error instead of an answer
/// @param broken answers that broke off
/// @param late told later than the deadline
/// @param switched answered by another model than the first that was asked
/// @param attempts models asked for one call, on average
/// @param firstMsP50 median until the first word; -1 where none came
/// @param firstMsP99 99th percentile
/// @param totalMsP50 median until the end
/// @param totalMsP99 99th percentile
public record Span(String name, int calls, int answered, int refused, int broken, int late, int switched,
        double attempts, long firstMsP50, long firstMsP99, long totalMsP50, long totalMsP99) {
    /// A machine is busy at times.
    static final long SLACK_MS = 500;

    static Span of(String name, long deadlineMs, Collection<Seen> seen) {
        double attempts = seen.stream().mapToInt(Seen::attempts).average().orElse(0);
        List<Seen> heard = seen.stream().filter(each -> each.firstMs() >= 0).toList();
        return new Span(name, seen.size(), (int) seen.stream().filter(Seen::answered).count(),
                (int) seen.stream().filter(Seen::refused).count(), (int) seen.stream().filter(Seen::broken).count(),
                (int) seen.stream().filter(each -> each.totalMs() > deadlineMs + SLACK_MS).count(),
                (int) seen.stream().filter(each -> each.answered() && each.attempts() > 1).count(),
                Math.round(attempts * 100) / 100.0, percentile(heard, 50, Seen::firstMs),
                percentile(heard, 99, Seen::firstMs), percentile(seen, 50, Seen::totalMs),
                percentile(seen, 99, Seen::totalMs));
    }

    /// The nearest rank; -1 of nothing.
    private static long percentile(Collection<Seen> seen, int percent, ToLongFunction<Seen> value) {
        long[] sorted = seen.stream().mapToLong(value).sorted().toArray();
        return sorted.length == 0 ? -1 : sorted[Math.ceilDiv(sorted.length * percent, 100) - 1];
    }
}
