package dev.formulary.engine.statistics;

import java.util.Locale;

/// How often something was found that is there, was missed, and was found though it is not there.
final class Score {
    private int found;
    private int missed;
    private int invented;
    private int quiet;

    void add(boolean there, boolean said) {
        if (there) {
            found += said ? 1 : 0;
            missed += said ? 0 : 1;
        } else {
            invented += said ? 1 : 0;
            quiet += said ? 0 : 1;
        }
    }

    void add(Score other) {
        found += other.found;
        missed += other.missed;
        invented += other.invented;
        quiet += other.quiet;
    }

    String precision() {
        return share(found, found + invented);
    }

    String recall() {
        return share(found, found + missed);
    }

    /// The share of those without it in which it was found all the same.
    double falseAlarms() {
        return invented / (double) Math.max(1, invented + quiet);
    }

    static String share(int some, int all) {
        return all == 0 ? "–" : String.format(Locale.ROOT, "%.2f", some / (double) all);
    }
}
