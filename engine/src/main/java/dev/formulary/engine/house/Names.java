package dev.formulary.engine.house;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Makes names that topics and entities can bear. The same name is always made into the same, and two into two: one that had
/// to be changed ends in the beginning of its hash.
final class Names {
    private static final Pattern NO_LEVEL = Pattern.compile("[^A-Za-z0-9._-]+");
    private static final Pattern NO_ID = Pattern.compile("[^A-Za-z0-9_-]+");
    private static final int LONGEST = 64;
    private static final int DIGITS = 8;

    private Names() {}

    /// One level of a topic.
    static String level(String name) {
        return clean(name, NO_LEVEL);
    }

    /// What Home Assistant takes as an id: letters, digits, hyphens, underscores.
    static String id(String name) {
        return clean(name, NO_ID);
    }

    private static String clean(String name, Pattern wrong) {
        String clean = wrong.matcher(name).replaceAll("_");
        if (clean.equals(name) && !name.isEmpty() && name.length() <= LONGEST) {
            return name;
        }
        int end = Math.min(clean.length(), LONGEST - DIGITS - 1);
        return clean.substring(0, end) + "-" + hash(name);
    }

    private static String hash(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, DIGITS);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
