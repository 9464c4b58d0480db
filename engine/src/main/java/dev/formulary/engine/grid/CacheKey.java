package dev.formulary.engine.grid;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// The hash of everything that changes an answer.
///
/// @param hash SHA-256
public record CacheKey(byte[] hash) {

    /// Starts a key.
    public static Builder builder() {
        return new Builder();
    }

    /// Takes the parts of a key in order. Each is prefixed with its length, so that no two lists of parts collide.
    public static final class Builder {
        private final MessageDigest digest;

        private Builder() {
            try {
                digest = MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        /// Adds text.
        public Builder add(String part) {
            return add(part.getBytes(StandardCharsets.UTF_8));
        }

        /// Adds bytes.
        public Builder add(byte[] part) {
            int length = part.length;
            digest.update(new byte[]{(byte) (length >>> 24), (byte) (length >>> 16), (byte) (length >>> 8),
                    (byte) length});
            digest.update(part);
            return this;
        }

        /// Ends the key.
        public CacheKey build() {
            return new CacheKey(digest.digest());
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheKey that && Arrays.equals(hash, that.hash);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hash);
    }
}
