package dev.formulary.engine.statistics;

import java.util.Random;
import java.util.function.IntToDoubleFunction;

/// What series are like beside what happens to them. All have a spread of about 1, apart from a season of a day.
enum Noise {
    GAUSSIAN("Gaussian", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            return _ -> random.nextGaussian();
        }
    },
    HEAVY("heavy tail (Student, 3 degrees)", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            return _ -> student(random) / STUDENT_SPREAD;
        }
    },
    SEASON("season of a day, or of 20 minutes", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            double phase = random.nextDouble();
            double height = period > 100 ? 3 : 1.2;
            return i -> height * Math.sin(2 * Math.PI * (i / (double) period + phase)) + random.nextGaussian() / 2;
        }
    },
    TIED("autocorrelated (0.8)", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            double[] last = {random.nextGaussian()};
            return _ -> {
                last[0] = 0.8 * last[0] + 0.6 * random.nextGaussian();
                return last[0];
            };
        }
    },
    GAPS("Gaussian with gaps", 0.6) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            return _ -> random.nextGaussian();
        }
    },
    CONSTANT("constant", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            return _ -> 0;
        }
    },
    COUNTS("whole numbers (Poisson, 2)", 1) {
        @Override
        IntToDoubleFunction of(Random random, int period) {
            return _ -> poisson(random) - 2;
        }
    };

    /// Of Student's distribution with 3 degrees of freedom: 1.4826 times its 75th percentile.
    private static final double STUDENT_SPREAD = 1.134;

    private final String words;
    private final double kept;

    Noise(String words, double kept) {
        this.words = words;
        this.kept = kept;
    }

    /// @param period of a season, in samples
    abstract IntToDoubleFunction of(Random random, int period);

    String words() {
        return words;
    }

    /// Which share of the samples was measured at all.
    double kept() {
        return kept;
    }

    private static double student(Random random) {
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            double normal = random.nextGaussian();
            squares += normal * normal;
        }
        return random.nextGaussian() / Math.sqrt(squares / 3);
    }

    private static int poisson(Random random) {
        double limit = Math.exp(-2);
        double product = random.nextDouble();
        int count = 0;
        while (product > limit) {
            product *= random.nextDouble();
            count++;
        }
        return count;
    }
}
