package dev.formulary.engine.store;

import dev.formulary.engine.facts.SessionName;
import dev.formulary.engine.facts.Turn;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A turn as it lies on the disk: sealed as one, and bound to its tenant, session, number and time, so that none of them can be
/// changed and no turn moved to where it was not said.
final class SealedTurn {
    private static final byte[] FORMAT = "turn 1".getBytes(StandardCharsets.US_ASCII);

    private SealedTurn() {}

    static byte[] seal(Seal seal, Turn turn, SessionName name, long no) {
        byte[] asked = turn.asked().getBytes(StandardCharsets.UTF_8);
        byte[] answered = turn.answered().getBytes(StandardCharsets.UTF_8);
        byte[] plain = ByteBuffer.allocate(Integer.BYTES + asked.length + answered.length).putInt(asked.length)
                .put(asked).put(answered).array();
        return seal.seal(plain, associated(name, no, turn.at().toEpochMilli()));
    }

    /// @return null when it is not what was sealed
    static @Nullable Turn open(Seal seal, byte[] sealed, SessionName name, long no, long at) {
        byte[] plain = seal.open(sealed, associated(name, no, at));
        if (plain == null) {
            return null;
        }
        int asked = ByteBuffer.wrap(plain).getInt();
        int answered = Integer.BYTES + asked;
        return new Turn(new String(plain, Integer.BYTES, asked, StandardCharsets.UTF_8),
                new String(plain, answered, plain.length - answered, StandardCharsets.UTF_8),
                Instant.ofEpochMilli(at));
    }

    /// Each name behind its length, so that no two pairs of names give the same.
    private static byte[] associated(SessionName name, long no, long at) {
        byte[] tenant = name.tenant().getBytes(StandardCharsets.UTF_8);
        byte[] session = name.session().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer
                .allocate(FORMAT.length + 2 * Integer.BYTES + tenant.length + session.length + 2 * Long.BYTES)
                .put(FORMAT).putInt(tenant.length).put(tenant).putInt(session.length).put(session).putLong(no)
                .putLong(at).array();
    }
}
