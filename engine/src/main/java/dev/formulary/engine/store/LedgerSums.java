package dev.formulary.engine.store;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// What many bookings come to. Not thread-safe.
final class LedgerSums {
    /// What is summed up, in the order of [#values].
    static final List<String> COLUMNS = Stream.of(
            Stream.of("attempts", "answers", "cached", "failed", "unsettled", "estimated", "unpriced"), classColumns(),
            Stream.of("cost", "reference_cost", "saved", "uncompared")).flatMap(each -> each).toList();
    private static final int COUNTS = 7;
    private static final int COST = COUNTS + 2 * Charge.CLASSES;

    private final long[] values = new long[COLUMNS.size()];

    /// Tokens of each class, then what they cost.
    static Stream<String> classColumns() {
        return Stream.concat(Stream.of(TokenClass.values()).map(each -> "tokens_" + each.word()),
                Stream.of(TokenClass.values()).map(each -> "cost_" + each.word()));
    }

    /// What bookings have in common that are summed up.
    record Group(String day, String via, String tenant, String key, String labels, String tag, String model,
            String rule) {
        static final List<String> COLUMNS = List.of("day", "via", "tenant", "key_name", "labels", "tag",
                "model", "rule");

        /// In which nodes take rows that they share.
        static final Comparator<Group> ORDER = Comparator.comparing(Group::day).thenComparing(Group::via)
                .thenComparing(Group::tenant).thenComparing(Group::key).thenComparing(Group::labels)
                .thenComparing(Group::tag).thenComparing(Group::model).thenComparing(Group::rule);

        static Group of(Booking booking) {
            Opening o = booking.opening();
            return new Group(LedgerFile.day(o.at()), o.via(), o.tenant(), o.key(), o.labels(), o.tag(), o.model(),
                    o.rule());
        }

        List<String> values() {
            return List.of(day, via, tenant, key, labels, tag, model, rule);
        }
    }

    void add(Booking booking) {
        Closing c = booking.closing();
        Charge charge = c.charge();
        boolean[] counts = {c.state() != Booked.CACHED, c.accepted(), c.state() == Booked.CACHED,
                c.state() == Booked.FAILED || c.state() == Booked.ABANDONED, c.state() == Booked.UNSETTLED,
                c.estimated(), charge.total() < 0};
        for (int i = 0; i < COUNTS; i++) {
            values[i] += counts[i] ? 1 : 0;
        }
        for (int i = 0; i < Charge.CLASSES; i++) {
            values[COUNTS + i] += charge.tokens()[i];
            values[COUNTS + Charge.CLASSES + i] += charge.micros()[i];
        }
        Long saved = booking.saved();
        values[COST] += Math.max(0, charge.total());
        values[COST + 1] += Math.max(0, c.reference());
        values[COST + 2] += saved == null ? 0 : saved;
        values[COST + 3] += saved == null ? 1 : 0;
    }

    long[] values() {
        return values.clone();
    }
}
