package dev.formulary.engine.admission;

import dev.formulary.engine.facts.Budget.Outlook;
import java.util.List;

/// What comes of a budget when money is spent on as it was in the slots of the present span that are over.
///
/// With n slots of mean m and standard deviation s, the sum of the next k lies in nine of ten cases within
/// k*m ± t*s*sqrt(k + k²/n), t being Student's 95th percentile with n-1 degrees of freedom: the prediction interval for the
/// mean of k further observations of G. J. Hahn and W. Q. Meeker, "Statistical Intervals" (1991), section 4.7. When the
/// budget is used up is the same interval solved for k, as E. C. Fieller did (1954). Spending that comes in bursts or by the hour
/// of the day makes it wider, and is all that the interval knows of these.
final class Forecast {
    /// From fewer slots nothing is said.
    static final int LEAST_SLOTS = 4;
    /// What takes longer is not in sight: ten years.
    private static final double MOST_HOURS = 87_600;
    private static final double HOUR_MS = 3_600_000;
    /// The 95th percentile of the normal distribution.
    private static final double NORMAL = 1.6448536269514722;

    private final double slotHours;
    private final int count;
    private final double mean;
    private final double spread;
    private final long[] past;

    /// @param slots what was spent in each, those without left out
    /// @param first the first slot of which is known what was spent in it
    /// @param newest the slot that has begun
    Forecast(List<Window.Slot> slots, long first, long newest, long slotMillis) {
        slotHours = slotMillis / HOUR_MS;
        count = Math.clamp(newest - first, 0, Window.Size.SLOTS);
        past = new long[Window.Size.SLOTS + 1];
        double sum = 0;
        for (Window.Slot slot : slots) {
            long age = newest - slot.number();
            if (age >= 0 && age < past.length) {
                past[(int) age] = slot.count();
            }
            sum += age > 0 && age <= count ? slot.count() : 0;
        }
        mean = count == 0 ? 0 : sum / count;
        double squares = 0;
        for (int age = 1; age <= count; age++) {
            squares += (past[age] - mean) * (past[age] - mean);
        }
        spread = count < 2 ? 0 : Math.sqrt(squares / (count - 1));
    }

    /// @param taken what is spent and reserved
    /// @param millis how long the period still lasts; less than 0 for a rolling one
    Outlook outlook(long taken, long limit, long millis) {
        if (count < LEAST_SLOTS) {
            return Outlook.UNKNOWN;
        }
        double t = student(count - 1);
        return millis < 0 ? rolling(t, taken, limit) : calendar(t, taken, limit, millis / HOUR_MS / slotHours);
    }

    private Outlook calendar(double t, long taken, long limit, double slots) {
        double left = Math.max(0, (double) limit - taken);
        double margin = margin(t, slots);
        return new Outlook(hours(mean <= 0 ? Double.NaN : left / mean), hours(when(t, left, true)),
                hours(when(t, left, false)), Math.round(taken + mean * slots),
                Math.round(taken + Math.max(0, mean * slots - margin)), Math.round(taken + mean * slots + margin));
    }

    private double margin(double t, double slots) {
        return t * spread * Math.sqrt(slots + slots * slots / count);
    }

    /// After how many slots the upper, or the lower, bound of what is spent reaches what is left.
    private double when(double t, double left, boolean early) {
        double noise = t * t * spread * spread;
        double a = mean * mean - noise / count;
        double b = -(2 * left * mean + noise);
        double root = Math.sqrt(Math.max(0, b * b - 4 * a * left * left));
        if (early) {
            // of both ways to write a root the one that does not lose its digits
            return mean <= 0 ? Double.NaN : 2 * left * left / (-b + root);
        }
        return a <= 0 ? Double.NaN : (-b + root) / (2 * a);
    }

    /// What was spent a span ago drops out while it goes on.
    private Outlook rolling(double t, long taken, long limit) {
        double kept = taken;
        double[] when = {Double.NaN, Double.NaN, Double.NaN};
        for (int ahead = 0; ahead <= Window.Size.SLOTS; ahead++) {
            if (ahead > 0) {
                kept -= past[past.length - ahead];
            }
            double middle = kept + mean * ahead;
            double margin = margin(t, ahead);
            double[] bounds = {middle, middle + margin, middle - margin};
            for (int i = 0; i < when.length; i++) {
                when[i] = Double.isNaN(when[i]) && bounds[i] >= limit ? ahead : when[i];
            }
        }
        double whole = mean * Window.Size.SLOTS;
        double margin = margin(t, Window.Size.SLOTS);
        return new Outlook(hours(when[0]), hours(when[1]), hours(when[2]), Math.round(whole),
                Math.round(Math.max(0, whole - margin)), Math.round(whole + margin));
    }

    private double hours(double slots) {
        double hours = slots * slotHours;
        return Double.isNaN(hours) || hours > MOST_HOURS ? -1 : hours;
    }

    /// Student's 95th percentile, by the expansion of M. Abramowitz and I. A. Stegun (1964), 26.7.5; from three degrees of freedom
    /// on it is right to 0.3 %.
    static double student(int freedom) {
        double x = NORMAL;
        double x2 = x * x;
        double one = x * (x2 + 1) / 4;
        double two = x * (5 * x2 * x2 + 16 * x2 + 3) / 96;
        double three = x * (3 * x2 * x2 * x2 + 19 * x2 * x2 + 17 * x2 - 15) / 384;
        double f = freedom;
        return x + one / f + two / (f * f) + three / (f * f * f);
    }
}
