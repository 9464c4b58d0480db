package dev.formulary.gemini;

import java.security.SecureRandom;

/// Ids for tool calls to which the vendor gives none. Nobody can guess one: signatures are kept by them, for all callers.
/// Thread-safe.
final class CallIds {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 24;

    private CallIds() {}

    static String next() {
        var id = new StringBuilder("call_");
        for (int i = 0; i < LENGTH; i++) {
            id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return id.toString();
    }
}
