package dev.formulary.engine.config;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads numbers. Each method gives null for what it cannot read or what is out of range.
final class Numbers {
    private static final Pattern WHOLE = Pattern.compile("-?\\d{1,12}");
    private static final Pattern SHARE = Pattern.compile("[01](\\.\\d{1,9})?");

    private static final Pattern DECIMAL = Pattern.compile("\\d{1,4}(\\.\\d{1,4})?");

    private Numbers() {}

    static @Nullable Integer whole(String text, int least, int most) {
        if (!WHOLE.matcher(text).matches()) {
            return null;
        }
        long number = Long.parseLong(text);
        return number >= least && number <= most ? (int) number : null;
    }

    /// @param most 9999 at most
    static @Nullable Double upTo(String text, int most) {
        if (!DECIMAL.matcher(text).matches()) {
            return null;
        }
        double number = Double.parseDouble(text);
        return number <= most ? number : null;
    }

    static @Nullable Double between0and1(String text) {
        if (!SHARE.matcher(text).matches()) {
            return null;
        }
        double number = Double.parseDouble(text);
        return number <= 1 ? number : null;
    }
}
