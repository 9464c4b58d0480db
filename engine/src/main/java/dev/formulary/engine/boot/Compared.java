package dev.formulary.engine.boot;

import dev.formulary.engine.config.Home;
import dev.formulary.engine.statistics.Comparison;
import dev.formulary.engine.statistics.Difference;
import dev.formulary.engine.store.CallGroups;
import dev.formulary.engine.store.CallGroups.By;
import dev.formulary.engine.store.DecisionReader;
import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// How two models, rule sets or labels compare, by the recorded decisions.
///
/// @param from the first day
/// @param to the last
record Compared(String by, String a, String b, LocalDate from, LocalDate to, List<Difference> differences,
        List<String> notes) {
    private static final int USUAL_DAYS = 30;
    private static final long USUAL_LAST = 100_000;
    private static final long MOST_LAST = 1_000_000;

    /// Reads the parameters `by`, `a`, `b`, `from`, `to` and `last`; without `a` and `b` nothing is compared.
    ///
    /// @param asked gives a parameter's value, empty where nothing is said
    /// @throws IllegalArgumentException when one is wrong; the message is for the user
    /// @throws IOException when no decisions can be read; the message is for the user
    static Compared of(Home home, UnaryOperator<String> asked, LocalDate today)
            throws IOException, InterruptedException {
        By by = By.of(asked.apply("by").isEmpty() ? By.MODEL.word() : asked.apply("by"));
        String a = asked.apply("a");
        String b = asked.apply("b");
        Days days = Days.of(asked, today, USUAL_DAYS);
        long last = last(asked.apply("last"));
        if (a.isEmpty() && b.isEmpty()) {
            return new Compared(by.word(), "", "", days.from(), days.to(), List.of(),
                    List.of("say which two to compare: by (model, rules or tag), a and b"));
        }
        try (var reader = new DecisionReader(home.data(), home.cache())) {
            CallGroups.Pair groups = CallGroups.read(reader, by, a, b, days.begin(), days.end(), last);
            Comparison found = Comparison.of(groups.a(), groups.b());
            return new Compared(by.word(), a, b, days.from(), days.to(), found.differences(), found.notes());
        }
    }

    private static long last(String value) {
        try {
            long last = value.isEmpty() ? USUAL_LAST : Long.parseLong(value);
            if (last >= 1 && last <= MOST_LAST) {
                return last;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'last' must be a whole number from 1 to " + MOST_LAST);
    }

    /// Whether any claim can be made.
    boolean enough() {
        return differences.stream().anyMatch(each -> each.verdict() != Difference.Verdict.TOO_FEW);
    }

    /// For people.
    Stream<String> lines() {
        return Stream.of(Stream.of("A  " + a, "B  " + b, from + " to " + to + " (UTC)"),
                differences.stream().flatMap(this::lines), notes.stream().map(note -> "note: " + note))
                .flatMap(each -> each);
    }

    private Stream<String> lines(Difference each) {
        String head = String.format(Locale.ROOT, "%-8s  A %s (of %d)  B %s (of %d) %s", each.measure(),
                number(each.a()), each.countA(), number(each.b()), each.countB(), each.unit());
        return each.p() == null
                ? Stream.of(head, "          " + verdict(each))
                : Stream.of(head, String.format(Locale.ROOT, "          B-A %s, 95 %% from %s to %s, p %.2g: %s",
                        number(each.difference()), number(each.low()), number(each.high()), each.p(), verdict(each)));
    }

    private String verdict(Difference each) {
        return switch (each.verdict()) {
            case A_BETTER -> a + " is better";
            case B_BETTER -> b + " is better";
            case NOT_SHOWN -> "no difference is shown" + (each.needed() == null
                    ? ""
                    : "; one as large as this would take about " + each.needed() + " calls of each");
            case TOO_FEW -> "too few calls: at least " + Difference.LEAST + " of each are needed";
        };
    }

    private static String number(@Nullable Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.4g" : "%.0f", value);
    }
}
