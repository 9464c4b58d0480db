package dev.formulary.engine.facts;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/// Whose session it is, and what its owner calls it: tenants have nothing in common, also where they use one name.
public record SessionName(String tenant, String session) {
    private static final int BYTES = 16;

    /// The session of a call.
    ///
    /// @param call one with a session
    public static SessionName of(Call call) {
        return new SessionName(call.tenant(), Objects.requireNonNull(call.session(), "a session"));
    }

    /// The key under which it is remembered: the first half of the SHA-256 of tenant and session in hexadecimal, so that no
    /// name that can tell a person is kept.
    public String key() {
        MessageDigest digest = sha256();
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        // the length first: the tenant 'a' with the session 'bc' is not 'ab' with 'c'
        digest.update((name.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(name);
        return HexFormat.of().formatHex(digest.digest(session.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
    }

    /// The key of all sessions of a tenant, of the same kind.
    public static String tenantKey(String tenant) {
        byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(sha256().digest(name), 0, BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
