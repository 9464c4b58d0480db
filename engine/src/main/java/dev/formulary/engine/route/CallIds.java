package dev.formulary.engine.route;

import java.util.concurrent.ThreadLocalRandom;

/// Ids of calls: 26 characters of Crockford's Base32, of which the first ten are the time in milliseconds, so that they
/// sort by time (the ULID specification's layout).
final class CallIds {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final int TIME = 10;
    private static final int LENGTH = 26;

    private CallIds() {}

    static String next(long millis) {
        char[] id = new char[LENGTH];
        long time = millis;
        for (int i = TIME - 1; i >= 0; i--) {
            id[i] = DIGITS[(int) (time & 31)];
            time >>>= 5;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long bits = 0;
        for (int i = TIME; i < LENGTH; i++) {
            bits = (i - TIME) % 12 == 0 ? random.nextLong() : bits >>> 5;
            id[i] = DIGITS[(int) (bits & 31)];
        }
        return new String(id);
    }
}
