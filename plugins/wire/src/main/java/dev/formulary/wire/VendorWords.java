package dev.formulary.wire;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes what a vendor says of an error fit to be told: short, in one line, without keys. Immutable.
///
/// @param vendor who speaks, such as `the vendor`
/// @param secrets what must never be shown
/// @param keyLike what looks like a key and is not shown either, or null
public record VendorWords(String vendor, List<String> secrets, @Nullable Pattern keyLike) {
    private static final int LONGEST = 300;
    private static final String MASK = "****";

    public VendorWords {
        secrets = List.copyOf(secrets);
    }

    /// The words with a mask over all keys.
    public String masked(String words) {
        String clean = words;
        for (String secret : secrets) {
            clean = clean.replace(secret, MASK);
        }
        return keyLike == null ? clean : keyLike.matcher(clean).replaceAll(MASK);
    }

    /// A message for people: who failed and how, and the words, masked and shortened.
    ///
    /// @param status of the response, or 0 when the answer had begun
    public String said(int status, String words) {
        String clean = masked(words).replaceAll("\\s+", " ").strip();
        if (clean.length() > LONGEST) {
            clean = clean.substring(0, LONGEST) + "\u2026";
        }
        if (clean.endsWith(".")) {
            clean = clean.substring(0, clean.length() - 1);
        }
        String start = vendor + (status == 0 ? " failed" : " answered with status " + status);
        return clean.isEmpty() ? start : start + ": " + clean;
    }

    /// Whether a text has one of these pieces.
    public static boolean any(String text, List<String> pieces) {
        for (String piece : pieces) {
            if (text.contains(piece)) {
                return true;
            }
        }
        return false;
    }
}
