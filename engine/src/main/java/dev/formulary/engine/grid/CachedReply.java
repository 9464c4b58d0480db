package dev.formulary.engine.grid;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// An answer as it went out.
///
/// @param origin where it comes from
/// @param freshUntil until when it may be given although a model could answer, in milliseconds since 1970
/// @param frames its pieces in order, in the client's dialect; one for an answer in one piece
public record CachedReply(Origin origin, long freshUntil, List<byte[]> frames) {
    public CachedReply {
        frames = List.copyOf(frames);
    }

    /// Where an answer comes from.
    ///
    /// @param tenant for whom it was given
    /// @param model `provider/model` that gave it
    /// @param ruleSet hash of the rules that chose the model
    public record Origin(String tenant, String model, String ruleSet) {}

    /// Who gave it: `provider/model`.
    public String model() {
        return origin.model();
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(origin.tenant());
            out.writeUTF(origin.model());
            out.writeUTF(origin.ruleSet());
            out.writeLong(freshUntil);
            out.writeInt(frames.size());
            for (byte[] frame : frames) {
                out.writeInt(frame.length);
                out.write(frame);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    static CachedReply decode(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            Origin origin = origin(in);
            long freshUntil = in.readLong();
            int count = in.readInt();
            List<byte[]> frames = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                frames.add(in.readNBytes(in.readInt()));
            }
            return new CachedReply(origin, freshUntil, frames);
        } catch (IOException e) {
            throw new UncheckedIOException("a cached reply can't be read", e);
        }
    }

    /// Where an encoded answer comes from, without reading all of it.
    static Origin originOf(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return origin(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a cached reply can't be read", e);
        }
    }

    private static Origin origin(DataInputStream in) throws IOException {
        return new Origin(in.readUTF(), in.readUTF(), in.readUTF());
    }
}
