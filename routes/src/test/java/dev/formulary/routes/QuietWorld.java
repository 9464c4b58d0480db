package dev.formulary.routes;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ModelCard;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// What is measured of a gateway where all is well: ordinary noise, more by day than by night, bursts that soon pass. An incident
/// puts other values in the place of these.
final class QuietWorld {
    /// A model elsewhere, which costs something.
    static final String LARGE = "cloud/large";
    /// A model at home.
    static final String SMALL = "home/small";
    private static final long LIMIT = 5_000_000;
    private static final double HOURS_A_DAY = 24;

    private final Random random;
    private final Map<Metric, Map<String, Double>> other = new LinkedHashMap<>();

    QuietWorld(long seed) {
        random = new Random(seed);
    }

    /// From now on this is measured, until [#usual]; a number below 0 is silence.
    void measured(Metric metric, String resource, double value) {
        other.computeIfAbsent(metric, _ -> new LinkedHashMap<>()).put(resource, value);
    }

    /// From now on all is well again.
    void usual() {
        other.clear();
    }

    private double value(Metric metric, String resource, double usual) {
        return other.getOrDefault(metric, Map.of()).getOrDefault(resource, usual);
    }

    /// From 0 by night to 1 by day.
    private static double day(Instant now) {
        double hour = Duration.between(now.truncatedTo(ChronoUnit.DAYS), now).toMillis() / 3_600_000.0;
        return 0.5 - 0.5 * Math.cos((hour - 3) / HOURS_A_DAY * 2 * Math.PI);
    }

    private double noise(double spread) {
        return random.nextGaussian() * spread;
    }

    /// As a round of all sensors gives it.
    List<Reading> readings(Instant now) {
        double day = day(now);
        double burst = random.nextInt(200) == 0 ? 0.4 : 0;
        var all = new ArrayList<Reading>();
        add(all, Metric.HOST_CPU, "", Math.clamp(0.1 + 0.4 * day + burst + noise(0.05), 0, 1));
        add(all, Metric.HOST_MEMORY, "", Math.clamp(0.5 + 0.1 * day + noise(0.01), 0, 1));
        add(all, Metric.HOST_DISK, "", 0.6 + noise(0.0002));
        add(all, Metric.HOST_SWAP, "", 0.01);
        for (String model : List.of(LARGE, SMALL)) {
            add(all, Metric.MODEL_ERROR_RATE, model, Math.max(0, 0.004 + noise(0.003)));
            add(all, Metric.MODEL_FIRST_BYTE, model, 400 * Math.exp(noise(0.15)) * (1 + 0.3 * day));
            add(all, Metric.MODEL_LATENCY, model, 2_500 * Math.exp(noise(0.15)) * (1 + 0.3 * day));
        }
        for (String provider : List.of("cloud", "home")) {
            add(all, Metric.PROVIDER_UP, provider, 1);
            add(all, Metric.PROVIDER_CALLS, provider, Math.max(0, 20 * day + noise(3)));
        }
        add(all, Metric.QUEUE_WAITING, "home", random.nextInt(3));
        add(all, Metric.QUEUE_OLDEST, "home", Math.max(0, noise(1)));
        add(all, Metric.CALLS_IN_FLIGHT, "", random.nextInt(6));
        add(all, Metric.COST_RATE, "", (0.02 + 0.12 * day) * Math.exp(noise(0.05)));
        add(all, Metric.BUDGET_USED, "day", spent(now) / (double) LIMIT);
        add(all, Metric.SAFETY_CRISES, "", 0);
        add(all, Metric.SAFETY_REFUSALS, "", 0);
        return all;
    }

    private void add(List<Reading> all, Metric metric, String resource, double usual) {
        double value = value(metric, resource, usual);
        if (value >= 0) {
            all.add(new Reading(metric, resource, value));
        }
    }

    /// About a third of the day's budget, a little more by day.
    private static long spent(Instant now) {
        double hours = Duration.between(now.truncatedTo(ChronoUnit.DAYS), now).toMillis() / 3_600_000.0;
        return (long) (LIMIT * 0.35 * hours / HOURS_A_DAY);
    }

    Situation situation(Instant now, List<Reading> readings, Set<String> open) {
        Map<Metric, Double> host = new LinkedHashMap<>();
        readings.stream().filter(each -> each.resource().isEmpty()).forEach(each -> host.put(each.metric(),
                each.value()));
        return new Situation(now, new Host(host.getOrDefault(Metric.HOST_CPU, -1.0),
                host.getOrDefault(Metric.HOST_MEMORY, -1.0), 8L << 30, host.getOrDefault(Metric.HOST_DISK, -1.0), 4),
                List.of(new Budget("day", "total", spent(now), 0, LIMIT, now.truncatedTo(ChronoUnit.DAYS).plus(1,
                        ChronoUnit.DAYS))),
                2, 0, open);
    }

    List<Candidate> candidates(List<Reading> readings) {
        return List.of(candidate("cloud", "large", 2_500_000, readings), candidate("home", "small", 0, readings));
    }

    private static Candidate candidate(String provider, String model, long price, List<Reading> readings) {
        String id = provider + "/" + model;
        double errors = of(readings, Metric.MODEL_ERROR_RATE, id);
        boolean up = of(readings, Metric.PROVIDER_UP, provider) > 0;
        var vitals = new Candidate.Vitals(up ? BreakerState.CLOSED : BreakerState.OPEN, errors, 200,
                (int) of(readings, Metric.MODEL_FIRST_BYTE, id), (int) of(readings, Metric.MODEL_LATENCY, id), 1, -1);
        return Candidate.of(provider, new ModelCard(model, Set.of(Capability.CHAT), 8_192, price, price, price == 0,
                Set.of(), 7, 8, Map.of()), vitals);
    }

    private static double of(List<Reading> readings, Metric metric, String resource) {
        return readings.stream().filter(each -> each.metric() == metric && each.resource().equals(resource))
                .mapToDouble(Reading::value).findFirst().orElse(-1);
    }
}
