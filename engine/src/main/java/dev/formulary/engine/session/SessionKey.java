package dev.formulary.engine.session;

import dev.formulary.engine.facts.Call;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/// The key under which a session is remembered: the first half of the SHA-256 of tenant and session, so that no name that can
/// tell a person is kept, and tenants have nothing in common.
final class SessionKey {
    private static final int BYTES = 16;

    private SessionKey() {}

    /// @param call one with a session
    static String of(Call call) {
        return of(call.tenant(), Objects.requireNonNull(call.session(), "a session"));
    }

    static String of(String tenant, String session) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] name = tenant.getBytes(StandardCharsets.UTF_8);
            // the length first: the tenant 'a' with the session 'bc' is not 'ab' with 'c'
            digest.update((name.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(name);
            return HexFormat.of().formatHex(digest.digest(session.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
