package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Samples;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Trend;
import dev.formulary.engine.facts.Usual;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignalBookTest {
    private static final Instant START = Instant.parse("2026-11-20T12:00:00Z");
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final List<Samples> pasts = new ArrayList<>();
    private final List<Samples> ways = new ArrayList<>();
    private final SignalBook book = new SignalBook(EVERY, (_, past, _, version) -> {
        pasts.add(past);
        return past.size() < 3 ? null : new Baseline(past.value(0), 1, past.size(), version);
    }, (_, recent) -> {
        ways.add(recent);
        return new Trend(recent.value(recent.size() - 1), 0, 0, 0, 1, false, 0);
    });
    private List<Reading> now = List.of();
    private Instant time = START;

    SignalBookTest() {
        book.from("test", () -> now);
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            book.tick(time);
            time = time.plus(EVERY);
        }
        time = time.minus(EVERY);
    }

    private void next(int count) {
        time = time.plus(EVERY);
        ticks(count);
    }

    private Signal only() {
        List<Signal> signals = book.signals(time);
        assertThat(signals).hasSize(1);
        return signals.getFirst();
    }

    @Test
    void notesOnceInTheTimeAndKeepsTheLastHour() {
        now = List.of(new Reading(Metric.HOST_CPU, 0.95));
        book.tick(time);
        book.tick(time.plusMillis(250));
        book.tick(time.plusMillis(4_999));
        assertThat(only().recent().size()).isEqualTo(1);
        assertThat(only().value()).isEqualTo(0.95);
        next(2 * 720);

        assertThat(only().recent().size()).isBetween(720, 722);
        assertThat(only().recent().time(0)).isGreaterThanOrEqualTo(time.minus(Duration.ofHours(1)).toEpochMilli());
        assertThat(only().most(3_600)).isEqualTo(0.95);
    }

    @Test
    void theUnknownIsNotNotedAndSilenceLasts() {
        now = List.of(new Reading(Metric.HOST_TEMPERATURE, -1), new Reading(Metric.HOST_SWAP, Double.NaN));
        ticks(3);
        assertThat(book.signals(time)).as("never measured").isEmpty();
        now = List.of(new Reading(Metric.HOST_TEMPERATURE, 50));
        next(2);
        now = List.of(new Reading(Metric.HOST_TEMPERATURE, -1));
        next(2 * 720);

        assertThat(only().silentSeconds()).isEqualTo(2 * 720 * 5);
        assertThat(only().value()).isEqualTo(-1);
        assertThat(only().mean(60)).isEqualTo(-1);
    }

    @Test
    void aSourceThatThrowsKeepsNobodyFromBeingNoted() {
        book.from("broken", () -> {
            throw new IllegalStateException("not now");
        });
        book.from("other", () -> List.of(new Reading(Metric.CALLS_IN_FLIGHT, 3)));
        now = List.of(new Reading(Metric.HOST_CPU, 0.5));
        ticks(2);

        assertThat(book.signals(time)).extracting(Signal::metric).containsExactly(Metric.HOST_CPU,
                Metric.CALLS_IN_FLIGHT);
    }

    @Test
    void aClockThatIsSetBackLeavesNothingInTheFuture() {
        now = List.of(new Reading(Metric.HOST_CPU, 0.5));
        ticks(100);
        time = time.minusSeconds(300);
        now = List.of(new Reading(Metric.HOST_CPU, 0.75));
        ticks(1);

        assertThat(only().value()).isEqualTo(0.75);
        assertThat(only().silentSeconds()).isZero();
        next(2);
        assertThat(only().recent().size()).isEqualTo(40 + 2);
    }

    @Test
    void whatIsUsualIsFoundWithoutTheNewestNowAndThen() {
        now = List.of(new Reading(Metric.MODEL_LATENCY, "a/b", 100));
        ticks(12 * 60);
        now = List.of(new Reading(Metric.MODEL_LATENCY, "a/b", 90_000));
        next(12 * 9);

        assertThat(pasts).as("each ten minutes").hasSizeBetween(5, 9);
        assertThat(pasts.getLast().values()).containsOnly(100);
        assertThat(only().baseline()).isNotNull().extracting(Baseline::median).isEqualTo(100.0);
        assertThat(ways).as("each minute").hasSizeBetween(65, 71);
        assertThat(ways.getLast().size()).isBetween(60, 62);
        assertThat(ways.getLast().value(ways.getLast().size() - 1)).isEqualTo(90_000);
    }

    @Test
    void whatFillsUpIsFollowedOverHours() {
        now = List.of(new Reading(Metric.HOST_DISK, 0.5));
        ticks(12 * 60 * 4);

        assertThat(ways.getLast().size()).as("medians of five minutes").isEqualTo(47);
    }

    @Test
    void aModelThatIsReplacedIsGotToKnowAnew() {
        List<Usual> told = new ArrayList<>();
        book.into(new Notebook() {
            @Override
            public void noted(long at, List<Reading> readings) {}

            @Override
            public void usual(Usual usual) {
                told.add(usual);
            }
        });
        now = List.of(new Reading(Metric.MODEL_LATENCY, "a/b", 100), new Reading(Metric.MODEL_LATENCY, "a/c", 100));
        ticks(12 * 60);
        assertThat(told).extracting(Usual::version).containsOnly(1);

        assertThat(book.anew(each -> each.resource().equals("a/b"), time)).isEqualTo(1);
        assertThat(told.getLast()).isEqualTo(new Usual(Metric.MODEL_LATENCY, "a/b", 2, time.toEpochMilli(), null));
        assertThat(book.signals(time).getFirst().baseline()).isNull();
        now = List.of(new Reading(Metric.MODEL_LATENCY, "a/b", 900), new Reading(Metric.MODEL_LATENCY, "a/c", 100));
        next(12 * 60);

        assertThat(book.usual()).extracting(Usual::version).containsExactly(2, 1);
        assertThat(book.signals(time).getFirst().baseline()).isNotNull().extracting(Baseline::median)
                .isEqualTo(900.0);
    }

    @Test
    void thereAreOnlySoManyAndTheSilentMakeRoom() {
        now = IntStream.range(0, SignalBook.MOST).mapToObj(i -> new Reading(Metric.MODEL_LATENCY, "m" + i, 1)).toList();
        ticks(1);
        now = List.of(new Reading(Metric.MODEL_LATENCY, "new", 1));
        next(1);
        assertThat(book.signals(time)).hasSize(SignalBook.MOST).noneMatch(each -> each.resource().equals("new"));
        next(130);
        assertThat(book.signals(time)).hasSize(SignalBook.MOST).anyMatch(each -> each.resource().equals("new"));
        book.only(Metric.MODEL_LATENCY, Set.of("new", "m5"));
        assertThat(book.signals(time)).extracting(Signal::resource).containsExactlyInAnyOrder("new", "m5");
    }

    @Test
    void noTickFindsOutMuch() {
        now = IntStream.range(0, 1_000).mapToObj(i -> new Reading(Metric.MODEL_LATENCY, "m" + i, 1)).toList();
        int[] most = new int[2];
        for (int i = 0; i < 240; i++) {
            pasts.clear();
            ways.clear();
            next(1);
            most[0] = Math.max(most[0], pasts.size());
            most[1] = Math.max(most[1], ways.size());
        }

        assertThat(most[0]).isLessThanOrEqualTo(8);
        assertThat(most[1]).isLessThanOrEqualTo(128);
        assertThat(book.signals(time)).as("nobody is forgotten").allMatch(each -> each.trend() != null);
    }

    @Test
    void itIsRestoredAsItWas() {
        long begin = START.minus(Duration.ofMinutes(30)).toEpochMilli();
        long[] times = IntStream.range(0, 200).mapToLong(i -> begin + i * 5_000L).toArray();
        double[] values = new double[200];
        Arrays.fill(values, 0.25);
        var found = new Baseline(0.5, 0.1, 40, 3);
        book.restore(Metric.HOST_CPU, "", new Samples(times, values),
                new Samples(new long[]{begin - 3_600_000}, new double[]{0.75}),
                new Usual(Metric.HOST_CPU, "", 3, 17, found));

        assertThat(only().recent().times()).isEqualTo(times);
        assertThat(only().baseline()).isEqualTo(found);
        assertThat(only().silentSeconds()).as("silence is silence").isEqualTo(30 * 60 - 199 * 5);
        now = List.of(new Reading(Metric.HOST_CPU, 0.5));
        ticks(1);
        assertThat(only().recent().size()).isEqualTo(201);
        assertThat(book.usual().getFirst().version()).isEqualTo(3);
        assertThat(pasts.getLast().value(0)).isEqualTo(0.75);
    }
}
