package dev.formulary.engine.keys;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How many requests or tokens a key may use in any period.
///
/// @param amount 1 to a thousand million
/// @param unit `requests` or `tokens`
/// @param per `second`, `minute`, `hour` or `day`
public record KeyLimit(int amount, String unit, String per) {
    private static final Pattern FORM = Pattern
            .compile("([1-9]\\d{0,8}|1000000000) ?(requests|tokens)(?:/| per )(second|minute|hour|day)");

    /// Reads `60 requests/minute`.
    ///
    /// @throws IllegalArgumentException when it is not so; the message is for the user
    public static KeyLimit of(String text) {
        Matcher parts = FORM.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException("a limit must be like '60 requests/minute' or '100000 tokens/day', by"
                    + " second, minute, hour or day, not '" + Texts.shown(text) + "'");
        }
        return new KeyLimit(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
    }

    @Override
    public String toString() {
        return amount + " " + unit + "/" + per;
    }
}
