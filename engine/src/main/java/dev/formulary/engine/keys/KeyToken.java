package dev.formulary.engine.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// The text of an issued key: `fml_` for clients or `fma_` for operators, an id of 8 characters, `_`, a secret of 33 and a
/// checksum of 6, all in base 62 (`0-9A-Za-z`), 52 characters in all. The pattern for scanners of leaked secrets is
/// `fm[la]_[0-9A-Za-z]{8}_[0-9A-Za-z]{39}`; the checksum is the CRC-32 of all that stands before it, so that a scanner can tell a
/// key from what only looks like one.
///
/// The secret has 33 log2(62) = 196 bits of a cryptographic random source. Therefore one round of SHA-256 is the right hash:
/// slow hashes make it dear to try the few words that people choose, and nobody tries 2^196; the hash of each request would
/// only make it dear to answer. The id is no secret.
public final class KeyToken {
    /// How keys of clients begin.
    public static final String CLIENT = "fml_";
    /// How admin keys begin.
    public static final String ADMIN = "fma_";

    private static final Pattern FORM = Pattern.compile("fm[la]_([0-9A-Za-z]{8})_[0-9A-Za-z]{39}");
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID = 8;
    private static final int SECRET = 33;
    private static final int CHECKSUM = 6;

    private KeyToken() {}

    /// A new id.
    static String id(SecureRandom random) {
        return digits(random, ID);
    }

    /// A new key of an id.
    static String make(String prefix, String id, SecureRandom random) {
        String text = prefix + id + "_" + digits(random, SECRET);
        return text + checksum(text);
    }

    private static String digits(SecureRandom random, int count) {
        var text = new StringBuilder(count);
        random.ints(count, 0, DIGITS.length()).forEach(digit -> text.append(DIGITS.charAt(digit)));
        return text.toString();
    }

    private static String checksum(String text) {
        var sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.US_ASCII));
        var digits = new StringBuilder(CHECKSUM);
        long rest = sum.getValue();
        for (int i = 0; i < CHECKSUM; i++) {
            digits.append(DIGITS.charAt((int) (rest % DIGITS.length())));
            rest /= DIGITS.length();
        }
        return digits.reverse().toString();
    }

    /// Whether a text has the form of an issued key, and the right checksum.
    public static boolean looksIssued(String text) {
        int body = text.length() - CHECKSUM;
        return FORM.matcher(text).matches() && checksum(text.substring(0, body)).equals(text.substring(body));
    }

    /// The text with stars in the place of the secrets of issued keys in it.
    public static String masked(String text) {
        Matcher found = FORM.matcher(text);
        return found.replaceAll(key -> key.group().substring(0, CLIENT.length()) + key.group(1) + "_****");
    }

    /// What is kept of a key: its SHA-256 in hexadecimal.
    public static String hash(String key) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
