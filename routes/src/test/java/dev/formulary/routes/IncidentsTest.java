package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Metric;
import dev.formulary.routes.Receivers.Told;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Incidents as they happen, by the shipped rules, told to a web server, a broker and a mail server that are real, on a clock that
/// runs ahead. The process is killed in the midst of each. `-Dformulary.incidents.every=5` is how many seconds lie between two
/// rounds (preset: 10, quiet days 20), `-Dformulary.incidents.days=7` how many quiet days there are.
@Timeout(300)
class IncidentsTest {
    private static final Instant MONDAY = Instant.parse("2026-11-23T08:00:00Z");
    private static final Duration WARMING = Duration.ofHours(3);
    private static final int DAYS = Integer.getInteger("formulary.incidents.days", 1);

    @TempDir
    Path home;

    /// @param about the alert's code, with its resource
    /// @param lasts for how long it goes on
    /// @param soonest after how long at the soonest it is told
    /// @param latest after how long at the latest; a tick comes on top
    /// @param over in how long after it is over that is told, at the latest
    /// @param goesOn what is measured meanwhile, by the time since it began
    record Incident(String about, Duration lasts, Duration soonest, Duration latest, Duration over,
            BiConsumer<QuietWorld, Duration> goesOn) {}

    private static Duration minutes(long minutes) {
        return Duration.ofMinutes(minutes);
    }

    private static Incident simple(String about, long lasting, long recovery, Metric metric, String resource,
            double value) {
        return new Incident(about, minutes(lasting + 20), minutes(lasting), minutes(lasting), minutes(recovery),
                (world, _) -> world.measured(metric, resource, value));
    }

    static List<Incident> incidents() {
        return List.of(simple("host-cpu", 2, 2, Metric.HOST_CPU, "", 0.97),
                simple("host-memory", 2, 2, Metric.HOST_MEMORY, "", 0.93),
                simple("host-disk", 1, 5, Metric.HOST_DISK, "", 0.96),
                simple("provider-down cloud", 1, 1, Metric.PROVIDER_UP, "cloud", 0),
                simple("cost-spike", 2, 10, Metric.COST_RATE, "", 20),
                new Incident("sensor-silent HOST_MEMORY", minutes(20), minutes(2), minutes(3), minutes(1),
                        (world, _) -> world.measured(Metric.HOST_MEMORY, "", -1)),
                // a tenth an hour, which nobody sees by looking
                new Incident("drift " + QuietWorld.LARGE, Duration.ofHours(5), minutes(30), Duration.ofHours(4),
                        minutes(150), (world, since) -> world.measured(Metric.MODEL_LATENCY, QuietWorld.LARGE,
                                3_000 * Math.exp(0.12 * since.toMinutes() / 60.0)
                                        * (1 + 0.05 * Math.sin(since.toMillis() / 1_000.0)))));
    }

    @Test
    void eachIncidentIsToldOnceInTimeAndSoIsItsEndAlsoOverAKill() throws Exception {
        Duration every = every(10);
        try (var run = new IncidentRun(home, MONDAY, every, 3)) {
            assertThat(run.problems()).isEmpty();
            run.run(WARMING);
            assertThat(run.receivers().byWeb()).as("before").isEmpty();
            for (Incident incident : incidents()) {
                happens(incident, run);
            }
            assertAllAreToldTheSame(run.receivers());
        }
    }

    private static void happens(Incident incident, IncidentRun run) throws Exception {
        Duration every = run.every;
        int before = run.receivers().byWeb().size();
        Instant begun = run.now();
        Duration half = Duration.ofSeconds(incident.lasts().toSeconds() / 2 / every.toSeconds() * every.toSeconds());
        run.run(half, incident.goesOn());
        run.kill();
        run.run(incident.lasts().minus(half), (world, since) -> incident.goesOn().accept(world, since.plus(half)));
        Instant ended = run.now();
        run.world.usual();
        run.run(incident.over().plus(minutes(20)));

        List<Told> all = run.receivers().byWeb();
        List<Told> told = all.subList(before, all.size());
        assertThat(told).as(incident.about()).extracting(Told::about).containsOnly(incident.about());
        assertThat(told).as(incident.about()).extracting(Told::event).filteredOn(each -> !each.equals("worsened"))
                .containsExactly("opened", "resolved");
        assertThat(told.getFirst().at()).as(incident.about()).isBetween(begun.plus(incident.soonest()),
                begun.plus(incident.latest()).plus(every.multipliedBy(2)));
        assertThat(told.getLast().at()).as(incident.about()).isBetween(ended, ended.plus(incident.over())
                .plus(every.multipliedBy(2)));
    }

    private static Duration every(int usual) {
        return Duration.ofSeconds(Integer.getInteger("formulary.incidents.every", usual));
    }

    private static void assertAllAreToldTheSame(Receivers receivers) {
        List<Told> web = receivers.byWeb();
        assertThat(receivers.byBroker()).containsExactlyInAnyOrderElementsOf(web);
        assertThat(receivers.byMail()).containsExactlyInAnyOrderElementsOf(web.stream().map(Told::id).distinct()
                .toList());
        assertThat(receivers.count()).as("nothing comes twice").isEqualTo(3 * receivers.byMail().size());
    }

    @Test
    void aProviderThatComesAndGoesIsNotToldOverAndOver() throws Exception {
        try (var run = new IncidentRun(home, MONDAY, every(10), 7)) {
            run.run(WARMING);
            run.run(minutes(30), this::flaps);
            run.kill();
            run.run(minutes(30), this::flaps);
            run.world.usual();
            run.run(minutes(90));

            List<Told> told = run.receivers().byWeb();
            assertThat(told).extracting(Told::about).containsOnly("provider-down cloud");
            assertThat(told).extracting(Told::event).filteredOn(each -> each.equals("opened"))
                    .hasSizeLessThanOrEqualTo(1);
            assertThat(told).extracting(Told::event).filteredOn(each -> each.equals("flapping")).hasSize(1);
            assertThat(told).hasSizeLessThanOrEqualTo(4);
            assertThat(told.getLast().event()).isEqualTo("resolved");
            assertAllAreToldTheSame(run.receivers());
        }
    }

    /// Two minutes gone, two minutes there.
    private void flaps(QuietWorld world, Duration since) {
        world.measured(Metric.PROVIDER_UP, "cloud", since.toMinutes() % 4 < 2 ? 0 : 1);
    }

    @Test
    void aQuietDayTellsNothing() throws Exception {
        try (var run = new IncidentRun(home, MONDAY, every(20), 42)) {
            run.run(Duration.ofDays(DAYS));

            assertThat(run.receivers().byWeb()).isEmpty();
            assertThat(run.receivers().count()).isZero();
        }
    }
}
