package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.config.SeriesSettings;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Usual;
import dev.formulary.engine.store.SeriesReport.Point;
import dev.formulary.engine.store.SeriesReport.Summary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesStoreTest {
    /// Begins an hour and a day.
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    @TempDir
    Path folder;
    private final MutableClock clock = new MutableClock(START);
    private final List<Notice> notices = new CopyOnWriteArrayList<>();
    private final Map<Long, Double> noted = new TreeMap<>();

    private SeriesStore store(SeriesSettings settings) {
        return new SeriesStore(folder, folder, settings, notices::add, clock, 0);
    }

    private static SeriesSettings keep(Duration raw, Duration minutes, Duration five, Duration hours, long bytes) {
        return new SeriesSettings(Duration.ofSeconds(5), true, raw, minutes, five, hours, bytes);
    }

    /// Notes random values of two series for some time, and writes them every half minute.
    private void measure(SeriesStore store, Duration time, Duration every, SplittableRandom random) {
        Instant end = clock.instant().plus(time);
        for (int i = 0; clock.instant().isBefore(end); i++) {
            double value = random.nextInt(1_000) / 1_000.0;
            noted.put(clock.millis(), value);
            store.noted(clock.millis(), List.of(new Reading(Metric.HOST_CPU, value),
                    new Reading(Metric.MODEL_LATENCY, "p/m", 7)));
            clock.advance(every);
            if (i % 6 == 5) {
                store.flush();
            }
        }
        store.flush();
    }

    private SeriesReport read(Metric metric, String... said) throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < said.length; i += 2) {
            all.put(said[i], said[i + 1]);
        }
        return new SeriesReader(folder, folder).read(SeriesQuery.of(metric, name -> all.getOrDefault(name, ""),
                clock.instant()));
    }

    private Point expected(Instant at, Duration step) {
        double[] values = noted.entrySet().stream()
                .filter(each -> each.getKey() >= at.toEpochMilli() && each.getKey() < at.plus(step).toEpochMilli())
                .mapToDouble(Map.Entry::getValue).sorted().toArray();
        int n = values.length;
        return new Point(at, values[0], (values[(n - 1) / 2] + values[n / 2]) / 2, values[n - 1], n);
    }

    @Test
    void eachSpanIsSummedUpFromItsSamples() throws Exception {
        try (SeriesStore store = store(SeriesSettings.USUAL)) {
            measure(store, Duration.ofMinutes(151), Duration.ofSeconds(5), new SplittableRandom(3));
        }

        for (Map.Entry<String, Duration> step : Map.of("1m", Duration.ofMinutes(1), "5m", Duration.ofMinutes(5), "1h",
                Duration.ofHours(1)).entrySet()) {
            List<Point> points = read(Metric.HOST_CPU, "step", step.getKey(), "from", "2026-11-20").lines().getFirst()
                    .points();
            assertThat(points).as(step.getKey())
                    .hasSize((int) Duration.ofMinutes(150).dividedBy(step.getValue()))
                    .allSatisfy(point -> assertThat(point).isEqualTo(expected(point.at(), step.getValue())));
        }
        List<Point> quarters = read(Metric.HOST_CPU, "step", "15m", "from", "2026-11-20").lines().getFirst().points();
        assertThat(quarters).hasSize(10).first().satisfies(each -> {
            Point exact = expected(START, Duration.ofMinutes(15));
            assertThat(each.least()).isEqualTo(exact.least());
            assertThat(each.most()).isEqualTo(exact.most());
            assertThat(each.count()).isEqualTo(180);
            assertThat(each.median()).isCloseTo(exact.median(), within(0.1));
        });
        assertThat(read(Metric.HOST_CPU, "step", "raw", "from", "10m").lines().getFirst().points()).hasSize(120)
                .allSatisfy(each -> assertThat(each.median()).isEqualTo(noted.get(each.at().toEpochMilli())));
    }

    @Test
    void hoursAndDaysAreSummedUp() throws Exception {
        try (SeriesStore store = store(SeriesSettings.USUAL)) {
            measure(store, Duration.ofHours(26), Duration.ofSeconds(20), new SplittableRandom(4));
        }
        SeriesReport report = read(Metric.HOST_CPU, "summary", "hour", "above", "0.5,2", "from", "26h");
        List<Summary> hours = report.lines().getFirst().summaries();
        assertThat(report.resolution()).isEqualTo(Duration.ofMinutes(5));
        assertThat(hours).hasSize(26);
        Summary first = hours.getFirst();
        Point exact = expected(START, Duration.ofHours(1));
        assertThat(List.of(first.least(), first.most(), (double) first.count())).containsExactly(exact.least(),
                exact.most(), 180.0);
        assertThat(first.knownSeconds()).isEqualTo(3_600);
        assertThat(first.secondsAbove()).hasSize(2);
        assertThat(first.secondsAbove().getFirst()).isBetween(600L, 3_000L);
        assertThat(first.secondsAbove().getLast()).isZero();
        assertThat(first.p95()).isBetween(first.median(), first.most());

        List<Summary> days = read(Metric.HOST_CPU, "summary", "day", "from", "26h").lines().getFirst().summaries();
        assertThat(days).extracting(Summary::at).containsExactly(START, START.plus(Duration.ofDays(1)));
        assertThat(days.getFirst().count()).isEqualTo(24 * 180);
        assertThat(days.getFirst().median()).isCloseTo(0.5, within(0.05));
    }

    @Test
    void whatIsOldGoesAndWhatIsTooMuch() throws Exception {
        SeriesSettings settings = keep(Duration.ofHours(1), Duration.ofHours(3), Duration.ofHours(6),
                Duration.ofHours(8), 8L << 20);
        try (SeriesStore store = store(settings)) {
            measure(store, Duration.ofHours(12), Duration.ofSeconds(30), new SplittableRandom(5));
        }
        assertThat(first("raw")).isBetween(clock.instant().minus(Duration.ofMinutes(130)),
                clock.instant().minus(Duration.ofHours(1)));
        assertThat(first("1m")).isAfter(clock.instant().minus(Duration.ofMinutes(200)));
        assertThat(first("5m")).isAfter(clock.instant().minus(Duration.ofMinutes(380)));
        assertThat(first("1h")).isBetween(clock.instant().minus(Duration.ofMinutes(530)),
                clock.instant().minus(Duration.ofMinutes(420)));

        var small = new SeriesRollups.Keep(3_600_000, 1L << 40, 1L << 40, 1L << 40, 60_000);
        try (SeriesFile file = new SeriesFile(folder, folder)) {
            file.prune(small, clock.millis());
        }
        assertThat(Files.size(folder.resolve(SeriesFile.FILE))).isLessThan(150_000);
        assertThat(read(Metric.HOST_CPU, "step", "1h", "from", "2026-11-20").lines()).as("hours outlast minutes")
                .isNotEmpty();
    }

    private Instant first(String step) throws IOException {
        Duration length = switch (step) {
            case "raw" -> Duration.ZERO;
            case "1m" -> Duration.ofMinutes(1);
            case "5m" -> Duration.ofMinutes(5);
            default -> Duration.ofHours(1);
        };
        return new SeriesReader(folder, folder)
                .read(new SeriesQuery(Metric.HOST_CPU, null, START, clock.instant(), length,
                        null, List.of()))
                .lines().getFirst().points().getFirst().at();
    }

    @Test
    void itIsKnownAgainAfterAProcessThatNeverClosedAndSilenceIsSilence() throws Exception {
        SeriesStore killed = store(SeriesSettings.USUAL);
        measure(killed, Duration.ofMinutes(20), Duration.ofSeconds(5), new SplittableRandom(6));
        killed.usual(new Usual(Metric.HOST_CPU, "", 1, 0, new Baseline(0.5, 0.25, 12, 1)));
        killed.usual(new Usual(Metric.HOST_CPU, "", 2, 99, null));
        killed.flush();
        clock.advance(Duration.ofMinutes(17));

        var remembered = new ArrayList<SeriesReader.Remembered>();
        var done = new AtomicBoolean();
        try (SeriesStore store = store(SeriesSettings.USUAL)) {
            store.remembered(remembered::add, () -> done.set(true));
            await().untilTrue(done);
        }
        assertThat(remembered).extracting(SeriesReader.Remembered::metric).containsExactly(Metric.HOST_CPU,
                Metric.MODEL_LATENCY);
        SeriesReader.Remembered cpu = remembered.getFirst();
        assertThat(cpu.recent().times())
                .isEqualTo(noted.keySet().stream().mapToLong(Long::longValue).toArray());
        assertThat(cpu.medians().size()).as("the last is not over").isEqualTo(3);
        assertThat(cpu.usual()).isEqualTo(new Usual(Metric.HOST_CPU, "", 2, 99, null));
        List<SeriesReader.Known> usual = new SeriesReader(folder, folder).usual();
        assertThat(usual).extracting(each -> each.usual().version()).containsExactly(1, 2);
        assertThat(usual.getFirst().usual().baseline()).isEqualTo(new Baseline(0.5, 0.25, 12, 1));
        killed.close();
    }

    @Test
    void aDamagedFileBeginsAnew() throws Exception {
        Files.write(folder.resolve(SeriesFile.FILE), new byte[10_000]);
        Files.writeString(folder.resolve(SeriesFile.FILE),
                "no database at all, but long enough to be looked at".repeat(50));
        var done = new AtomicBoolean();
        try (SeriesStore store = store(SeriesSettings.USUAL)) {
            store.remembered(_ -> {}, () -> done.set(true));
            await().untilTrue(done);
            store.noted(clock.millis(), List.of(new Reading(Metric.HOST_CPU, 0.5)));
            store.flush();
            store.flush();
            assertThat(notices).extracting(Notice::code).contains("series-unread");
            assertThat(new SeriesReader(folder, folder).list()).singleElement()
                    .satisfies(each -> assertThat(each.value()).isEqualTo(0.5));
        }
    }

    @Test
    void whatCannotBeWrittenWaitsAndIsBounded() throws Exception {
        Path data = folder.resolve("not-yet");
        var store = new SeriesStore(data, folder, SeriesSettings.USUAL, notices::add, clock, 0);
        for (int i = 0; i < 130; i++) {
            store.noted(clock.millis(), List.of(new Reading(Metric.HOST_CPU, 0.5)));
            clock.advance(Duration.ofSeconds(5));
        }
        store.flush();
        assertThat(notices).extracting(Notice::code).containsOnly("series-failing");
        assertThat(store.lost()).isEqualTo(10);
        Files.createDirectories(data);
        store.close();
        assertThat(new SeriesReader(data, folder).read(SeriesQuery.of(Metric.HOST_CPU,
                name -> name.equals("step") ? "raw" : name.equals("from") ? "1h" : "", clock.instant())).lines()
                .getFirst().points()).hasSize(120);
    }

    @Test
    void wrongQuestionsAreToldWhatWouldBeRight() throws Exception {
        try (SeriesStore store = store(SeriesSettings.USUAL)) {
            measure(store, Duration.ofMinutes(1), Duration.ofSeconds(5), new SplittableRandom(1));
        }
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "step", "90s")).hasMessageContaining("'step' must be raw");
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "from", "yesterday")).hasMessageContaining("'from' must be");
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "from", "1h", "to", "2h")).hasMessageContaining("before 'to'");
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "from", "365d", "step", "1m"))
                .hasMessageContaining("longer 'step'");
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "above", "much")).hasMessageContaining("'above' must be");
        assertThatThrownBy(() -> read(Metric.HOST_CPU, "summary", "week")).hasMessageContaining("hour or day");
        assertThatThrownBy(() -> read(Metric.MODEL_LATENCY, "resource", "p/x")).hasMessageContaining("'p/m'");
        assertThat(new SeriesReader(folder.resolve("none"), folder).list()).isEmpty();
        assertThat(Arrays.asList(Metric.values())).allMatch(each -> Metric.of(each.word()).orElseThrow() == each);
    }
}
