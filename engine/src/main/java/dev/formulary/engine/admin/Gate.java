package dev.formulary.engine.admin;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Who may come in. With an admin key: whoever has it. Without one the port is on loopback, and what must be kept out are web
/// pages that make a browser of this machine ask for them: they come under a name of their own (DNS rebinding).
final class Gate {
    private static final String SCHEME = "bearer ";

    private final String boundHost;
    private final byte @Nullable [] keyHash;

    Gate(Settings.Management management) {
        boundHost = management.host().toLowerCase(Locale.ROOT);
        Secret key = management.adminKey();
        keyHash = key == null ? null : hash(key.value());
    }

    /// Whether the bearer token is the right one; true when none is asked for. Takes as long for a wrong one.
    boolean hasKey(@Nullable String authorization) {
        if (keyHash == null) {
            return true;
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        return MessageDigest.isEqual(keyHash, hash(authorization.substring(SCHEME.length()).trim()));
    }

    /// Whether the name under which we were asked is ours. Programs that send none are no browsers.
    boolean knowsHost(@Nullable String hostHeader) {
        if (keyHash != null || hostHeader == null) {
            return true;
        }
        String host = withoutPort(hostHeader.trim().toLowerCase(Locale.ROOT));
        return host.equals("localhost") || host.equals("[::1]") || isLoopback4(host) || host.equals(boundHost)
                || host.equals("[" + boundHost + "]");
    }

    private static String withoutPort(String host) {
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /// `127.` followed by digits and dots only: `127.0.0.1.example.com` is somebody else's name.
    private static boolean isLoopback4(String host) {
        return host.startsWith("127.") && host.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    private static byte[] hash(String key) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
