package dev.formulary.engine.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/// The hashes that chain the entries of the log. Not thread-safe.
final class Chain {
    /// What stands before the first entry.
    static final byte[] START = new byte[32];

    static final int DECISION = 1;
    static final int OUTCOME = 2;
    static final int LOST = 3;
    static final int PRUNED = 4;

    private final MessageDigest digest = sha256();

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /// SHA-256 of the hash before, then number, kind and time as big-endian integers (8, 4 and 8 bytes), the id in UTF-8 and
    /// the body, each behind its length in 4 bytes, and the hashes of the parts in their order.
    ///
    /// @param parts hashes of the situation, cards, vitals, context and verdict; none for entries that are no decision
    byte[] next(byte[] before, long seq, int kind, long at, String id, byte[] body, List<byte[]> parts) {
        byte[] name = id.getBytes(StandardCharsets.UTF_8);
        digest.update(before);
        digest.update(ByteBuffer.allocate(24).putLong(seq).putInt(kind).putLong(at).putInt(name.length).flip());
        digest.update(name);
        digest.update(ByteBuffer.allocate(4).putInt(body.length).flip());
        digest.update(body);
        parts.forEach(digest::update);
        return digest.digest();
    }

    /// SHA-256 of a part's kind, a zero, and its content.
    byte[] part(String kind, byte[] content) {
        digest.update(kind.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        return digest.digest(content);
    }
}
