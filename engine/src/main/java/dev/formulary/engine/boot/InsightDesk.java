package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Report;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.LedgerSettings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.HourlyUse;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.statistics.Insight;
import dev.formulary.engine.statistics.Insights;
import dev.formulary.engine.statistics.Projection;
import dev.formulary.engine.store.HourlyUses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/// Shows what is worth knowing of what was measured and booked: insights, comparisons, and what other loads would cost. Works it
/// out when somebody asks. Thread-safe.
final class InsightDesk {
    static final String INSIGHTS = "/admin/insights";
    static final String COMPARE = "/admin/compare";
    static final String PROJECTION = "/admin/cost/projection";
    private static final Duration LOOKED_AT = Duration.ofDays(7);
    private static final int USUAL_DAYS = 30;
    private static final double MOST = 1_000;

    private final Insights insights = new Insights();
    private final Home home;
    private final HourlyUses booked;
    private final Supplier<List<Signal>> signals;
    private final Supplier<List<Candidate>> candidates;
    private final InstantSource clock;

    /// @param signals what was measured, as rules that watch see it
    InsightDesk(Home home, LedgerSettings ledger, Supplier<List<Signal>> signals,
            Supplier<List<Candidate>> candidates, InstantSource clock) {
        this.home = home;
        booked = new HourlyUses(home.data(), home.cache(), ledger);
        this.signals = signals;
        this.candidates = candidates;
        this.clock = clock;
    }

    Map<String, Supplier<?>> documents() {
        Report compare = this::compare;
        Report projection = this::projection;
        return Map.of(INSIGHTS, this::insights, COMPARE, compare, PROJECTION, projection);
    }

    List<Insight> insights() {
        Instant to = clock.instant().truncatedTo(ChronoUnit.HOURS);
        Instant from = to.minus(LOOKED_AT);
        return insights.of(signals.get(), candidates.get(), uses(from, to), from, to);
    }

    private List<HourlyUse> uses(Instant from, Instant to) {
        try {
            return booked.read(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private Report.Content compare(UnaryOperator<String> asked) {
        try {
            return Report.Content.json(Compared.of(home, asked, today()));
        } catch (IOException e) {
            // none are kept, for one: whoever asks is told so
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /// The hour that is not over yet does not count, nor does what lies before the first booking.
    private Report.Content projection(UnaryOperator<String> asked) {
        double factor = factor(asked.apply("factor"));
        Days days = Days.of(asked, today(), USUAL_DAYS);
        Instant now = clock.instant().truncatedTo(ChronoUnit.HOURS);
        Instant to = days.end().isBefore(now) ? days.end() : now;
        List<HourlyUse> uses = uses(days.begin(), to);
        Instant from = uses.isEmpty() ? to : uses.getFirst().hour();
        return Report.Content.json(Projection.of(uses, from, to,
                DoubleStream.of(1, 2, 5, 10, factor).distinct().sorted().boxed().toList()));
    }

    private static double factor(String value) {
        try {
            double factor = value.isEmpty() ? 1 : Double.parseDouble(value);
            if (factor > 0 && factor <= MOST) {
                return factor;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("'factor' must be a number above 0 and up to 1000");
    }
}
