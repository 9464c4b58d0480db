package dev.formulary.engine.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/// Providers whose latency and errors change while they are asked, made of a seed. Time is simulated, in milliseconds.
///
/// The logarithm of the median latency is the sum of two waves of random period and phase; answers stray around it as a
/// lognormal. Errors come in episodes and take a part of the time of an answer.
final class DriftingProviders {
    static final int COUNT = 4;
    static final long LASTS_MS = 20 * 60_000;
    private static final double SIGMA = 0.3;
    private static final double ERROR_TIME = 0.3;
    private static final double USUAL_ERRORS = 0.01;

    private final List<Provider> providers = new ArrayList<>();

    private record Episode(long from, long until, double rate) {}

    private record Provider(double base, double wave, long period, double phase, double ripple, long ripplePeriod,
            double ripplePhase, List<Episode> episodes) {
        double median(long now) {
            return base * Math.exp(wave * Math.sin(2 * Math.PI * (now / (double) period + phase))
                    + ripple * Math.sin(2 * Math.PI * (now / (double) ripplePeriod + ripplePhase)));
        }

        double errors(long now) {
            return episodes.stream().filter(each -> each.from <= now && now < each.until).mapToDouble(Episode::rate)
                    .max().orElse(USUAL_ERRORS);
        }
    }

    /// What one attempt takes, and whether it fails.
    record Sample(double millis, boolean failed) {}

    DriftingProviders(SplittableRandom random) {
        for (int i = 0; i < COUNT; i++) {
            var episodes = new ArrayList<Episode>();
            for (int j = 0; j < 3; j++) {
                long from = random.nextLong(LASTS_MS);
                episodes.add(new Episode(from, from + random.nextLong(30_000, 150_000), random.nextDouble(0.1, 0.6)));
            }
            providers.add(new Provider(random.nextDouble(600, 1_200), random.nextDouble(0.7, 1.2), random.nextLong(
                    5 * 60_000, 15 * 60_000), random.nextDouble(), random.nextDouble(0.1, 0.3),
                    random.nextLong(60_000,
                            180_000),
                    random.nextDouble(), List.copyOf(episodes)));
        }
    }

    Sample ask(int provider, long now, SplittableRandom random) {
        Provider asked = providers.get(provider);
        double millis = asked.median(now) * Math.exp(SIGMA * random.nextGaussian());
        boolean failed = random.nextDouble() < asked.errors(now);
        return new Sample(failed ? ERROR_TIME * millis : millis, failed);
    }

    /// Whether a probe finds the provider well.
    boolean alive(int provider, long now) {
        return providers.get(provider).errors(now) < 0.5;
    }

    /// The order in which an answer is to be expected soonest: by the expected time of an attempt over the chance that it
    /// answers, which is best for trying one after the other (Smith's ratio).
    List<Integer> best(long now) {
        var order = new ArrayList<>(List.of(0, 1, 2, 3));
        order.sort(Comparator.comparingDouble(provider -> {
            Provider asked = providers.get(provider);
            double errors = asked.errors(now);
            return asked.median(now) * (errors * ERROR_TIME + 1 - errors) / (1 - errors);
        }));
        return order;
    }
}
