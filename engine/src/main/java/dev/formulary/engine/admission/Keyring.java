package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Knows callers by their keys. Thread-safe. Keeps only hashes, so looking one up takes the same time for any wrong key.
public final class Keyring {
    private static final Caller ANYBODY = new Caller("", "default");
    private static final String SCHEME = "bearer ";

    private final Map<String, Caller> byHash = new HashMap<>();

    /// Who calls.
    ///
    /// @param key the key's name; empty when keys are off
    /// @param tenant who pays
    public record Caller(String key, String tenant) {}

    /// @param keys who may call; empty lets everybody
    public Keyring(List<Settings.Key> keys) {
        for (Settings.Key key : keys) {
            byHash.put(hash(key.key().value()), new Caller(key.name(), key.tenant()));
        }
    }

    /// Whether callers need a key.
    public boolean required() {
        return !byHash.isEmpty();
    }

    /// Finds out who calls.
    ///
    /// @param authorization the header's value, or null
    /// @return empty when the key is missing or wrong
    public Optional<Caller> caller(@Nullable String authorization) {
        if (!required()) {
            return Optional.of(ANYBODY);
        }
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        return Optional.ofNullable(byHash.get(hash(authorization.substring(SCHEME.length()).strip())));
    }

    private static String hash(String key) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
