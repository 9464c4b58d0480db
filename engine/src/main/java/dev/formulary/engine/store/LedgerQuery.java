package dev.formulary.engine.store;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// What is asked of the ledger.
///
/// @param from the first day, in UTC
/// @param to the last day
/// @param limit how many rows at most
/// @param offset how many rows are left out before
public record LedgerQuery(By by, LocalDate from, LocalDate to, int limit, int offset) {
    private static final int USUAL_DAYS = 30;
    private static final int USUAL_LIMIT = 1_000;
    private static final int MOST = 10_000;
    private static final int FURTHEST = 100_000_000;

    /// What makes a row.
    public enum By {
        DAY, MODEL, TENANT, KEY, SESSION, TAG, LABELS, RULE;

        /// As a parameter says it.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        List<String> columns() {
            return this == SESSION
                    ? List.of("tenant", "session")
                    : this == KEY ? List.of("tenant", "key_name") : List.of(word());
        }

        /// What they are called in reports.
        List<String> names() {
            return columns().stream().map(each -> each.equals("key_name") ? "key" : each).toList();
        }
    }

    /// Reads parameters: `by`, `from`, `to`, `limit` and `offset`. Without days it is the last 30.
    ///
    /// @param asked gives a parameter's value, empty where nothing is said
    /// @throws IllegalArgumentException when one is wrong; the message is for the user
    public static LedgerQuery of(UnaryOperator<String> asked, LocalDate today) {
        LocalDate to = day("to", asked.apply("to"), today);
        LocalDate from = day("from", asked.apply("from"), to.minusDays(USUAL_DAYS - 1));
        if (from.isAfter(to)) {
            throw new IllegalArgumentException("'from' is after 'to'");
        }
        return new LedgerQuery(by(asked.apply("by")), from, to,
                number("limit", asked.apply("limit"), USUAL_LIMIT, 1, MOST),
                number("offset", asked.apply("offset"), 0, 0, FURTHEST));
    }

    private static By by(String word) {
        return word.isEmpty()
                ? By.DAY
                : Arrays.stream(By.values()).filter(each -> each.name().equals(word.toUpperCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("'by' must be one of " + Arrays
                                .stream(By.values()).map(By::word)
                                .collect(Collectors.joining(", "))));
    }

    private static LocalDate day(String name, String value, LocalDate preset) {
        try {
            return value.isEmpty() ? preset : LocalDate.parse(value);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + name + "' must be a day such as 2026-11-30", e);
        }
    }

    private static int number(String name, String value, int preset, int least, int most) {
        try {
            int number = value.isEmpty() ? preset : Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'" + name + "' must be a whole number from " + least + " to " + most);
    }
}
