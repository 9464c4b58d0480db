package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.admin.Report;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.store.SeriesQuery;
import dev.formulary.engine.store.SeriesReader;
import dev.formulary.engine.store.SeriesReport;
import dev.formulary.engine.vitals.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Shows what is measured, now and over time, and what is usual; and lets an operator have that established anew. Thread-safe.
final class SeriesDesk {
    static final String LOAD = "/admin/load";
    static final String PROCESSES = "/admin/load/processes";
    static final String HISTORY = "/admin/history";
    static final String BASELINES = "/admin/baselines";
    static final String RENEW = "/admin/baselines/renew";

    private final Senses senses;
    private final SeriesReader reader;
    private final Processes processes = new Processes();

    SeriesDesk(Senses senses, Home home) {
        this.senses = senses;
        reader = new SeriesReader(home.data(), home.cache());
    }

    Map<String, Supplier<?>> documents() {
        Map<String, Supplier<?>> all = new HashMap<>(Map.of(LOAD, this::load, PROCESSES, this::processes, HISTORY,
                this::list, BASELINES, this::usual));
        for (Metric metric : Metric.values()) {
            Report report = asked -> report(metric, asked);
            all.put(HISTORY + "/" + metric.word(), report);
        }
        return all;
    }

    Map<String, Change> changes() {
        return Map.of(RENEW, this::renew);
    }

    private ShownSeries.Load load() {
        Instant now = senses.clock().instant();
        List<Signal> signals = senses.signals().latest(now);
        List<ShownSeries.Measured> measured = signals.stream().filter(each -> each.known() && each.silentSeconds() < 60)
                .map(each -> new ShownSeries.Measured(each.metric().word(), each.resource(), each.metric().unit(),
                        each.value()))
                .sorted((one, other) -> (one.metric() + " " + one.resource())
                        .compareTo(other.metric() + " " + other.resource()))
                .toList();
        return new ShownSeries.Load(now, senses.host().current(), measured,
                new ShownSeries.Cost(senses.host().lastSampleMicros(), senses.signals().lastTickMicros(),
                        senses.series().share(), signals.size(), senses.signals().bytes()));
    }

    private List<Processes.Running> processes() {
        try {
            return processes.top();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private List<ShownSeries.Listed> list() {
        senses.series().flush();
        return read(() -> reader.list().stream().map(each -> new ShownSeries.Listed(each.metric().word(),
                each.resource(), each.metric().unit(), each.metric().good(), each.value(), each.at())).toList());
    }

    private interface Reading<T> {
        T now() throws IOException;
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.now();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Report.Content report(Metric metric, UnaryOperator<String> asked) {
        boolean csv = Report.csv(asked);
        SeriesQuery query = SeriesQuery.of(metric, asked, senses.clock().instant());
        senses.series().flush();
        SeriesReport report = read(() -> reader.read(query));
        return csv
                ? Report.Content.csv(SeriesText.csv(report))
                : Report.Content.json(SeriesText.document(report));
    }

    private List<ShownSeries.Usual> usual() {
        senses.series().flush();
        return read(() -> reader.usual().stream().map(SeriesDesk::shown).toList());
    }

    private static ShownSeries.Usual shown(SeriesReader.Known known) {
        Baseline found = known.usual().baseline();
        long since = known.usual().since();
        return new ShownSeries.Usual(known.usual().metric().word(), known.usual().resource(), known.usual().version(),
                since == 0 ? null : Instant.ofEpochMilli(since), found == null ? null : known.found(),
                found == null ? null : found.median(), found == null ? null : found.spread(),
                found == null ? null : found.count());
    }

    private Change.Result renew(Map<String, String> said) {
        var unknown = new TreeSet<>(said.keySet());
        unknown.removeAll(Set.of("metric", "resource"));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("'" + unknown.first() + "' is not known; there are 'metric' and"
                    + " 'resource'");
        }
        String word = said.get("metric");
        Metric metric = word == null
                ? null
                : Metric.of(word).orElseThrow(() -> new IllegalArgumentException("'metric' must be one of "
                        + String.join(", ", List.of(Metric.values()).stream().map(Metric::word).toList())));
        int renewed = senses.signals().anew(which(metric, said.get("resource")), senses.clock().instant());
        return renewed == 0
                ? new Change.Result.Refused("no_such_series", "nothing of that 'metric' and 'resource' is measured; "
                        + HISTORY + " lists what is")
                : new Change.Result.Done(new ShownSeries.Renewed(renewed));
    }

    private static Predicate<dev.formulary.engine.facts.Usual> which(@Nullable Metric metric,
            @Nullable String resource) {
        return each -> (metric == null || each.metric() == metric)
                && (resource == null || each.resource().equals(resource));
    }
}
