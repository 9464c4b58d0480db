package dev.formulary.engine.config;

import java.util.regex.Pattern;

/// Tells this machine's own addresses from public ones, without asking a name server.
public final class Addresses {
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|::1|\\[::1]");

    private Addresses() {}

    /// Whether nobody but this machine reaches it.
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }
}
