package dev.formulary.engine.grid;

import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.SessionRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sessions as bytes, as nodes send them to each other, with the number of the format first.
final class SessionCodec {
    private static final int FORMAT = 1;

    private SessionCodec() {}

    static byte[] bytes(SessionRecord record) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeUTF(record.key());
            out.writeUTF(record.model());
            out.writeInt(record.inRow());
            out.writeInt(record.calls());
            out.writeInt(record.switches());
            time(out, record.touched());
            time(out, record.answered());
            time(out, record.moderate());
            time(out, record.high());
            time(out, record.critical());
            out.writeByte(record.emotions().size());
            for (EmotionalState emotion : record.emotions()) {
                out.writeUTF(emotion.name());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    static SessionRecord record(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("another node writes sessions in format " + format
                        + ", this one in " + FORMAT + "; run the same version on all");
            }
            return new SessionRecord(in.readUTF(), in.readUTF(), in.readInt(), in.readInt(), in.readInt(), known(in),
                    time(in), time(in), time(in), time(in), emotions(in));
        } catch (IOException e) {
            throw new UncheckedIOException("what another node says of a session can't be read", e);
        }
    }

    /// What two nodes know of one session, together.
    static byte[] both(byte[] one, byte[] other) {
        return bytes(record(one).with(record(other)));
    }

    private static List<EmotionalState> emotions(DataInputStream in) throws IOException {
        int count = in.readByte();
        List<EmotionalState> emotions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            emotions.add(EmotionalState.valueOf(in.readUTF()));
        }
        return emotions;
    }

    private static void time(DataOutputStream out, @Nullable Instant time) throws IOException {
        out.writeBoolean(time != null);
        if (time != null) {
            out.writeLong(time.getEpochSecond());
            out.writeInt(time.getNano());
        }
    }

    private static @Nullable Instant time(DataInputStream in) throws IOException {
        return in.readBoolean() ? Instant.ofEpochSecond(in.readLong(), in.readInt()) : null;
    }

    private static Instant known(DataInputStream in) throws IOException {
        Instant time = time(in);
        return time == null ? Instant.EPOCH : time;
    }
}
