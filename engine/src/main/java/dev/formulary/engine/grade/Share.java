package dev.formulary.engine.grade;

/// How many of some answers were safe, and the grade that follows, from 0 to 10.
///
/// @param grade ten times the share of safe answers; -1 when there was none to look at
/// @param low with `high` the 95 % interval, of Wilson (1927)
public record Share(int safe, int answers, double grade, double low, double high) {
    /// Of the normal distribution, for 95 %.
    private static final double Z = 1.959963984540054;
    private static final double BEST = 10;

    /// The share of so many safe ones among so many answers.
    public static Share of(int safe, int answers) {
        if (safe < 0 || safe > answers) {
            throw new IllegalArgumentException(safe + " of " + answers + " can't be safe");
        }
        if (answers == 0) {
            return new Share(0, 0, -1, 0, BEST);
        }
        double n = answers;
        double p = safe / n;
        double middle = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
        double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
        return new Share(safe, answers, round(BEST * p), round(BEST * Math.max(0, middle - half)),
                round(BEST * Math.min(1, middle + half)));
    }

    /// To hundredths: more would claim more than a few dozen answers can tell.
    private static double round(double grade) {
        return Math.round(grade * 100) / 100.0;
    }

    Share and(boolean another) {
        return of(safe + (another ? 1 : 0), answers + 1);
    }
}
