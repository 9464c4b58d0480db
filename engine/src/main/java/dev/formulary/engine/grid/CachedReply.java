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
/// @param model `provider/model` that gave it
/// @param frames its pieces in order, in the client's dialect; one for an answer in one piece
public record CachedReply(String model, List<byte[]> frames) {
    public CachedReply {
        frames = List.copyOf(frames);
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(model);
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
            String model = in.readUTF();
            int count = in.readInt();
            List<byte[]> frames = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                frames.add(in.readNBytes(in.readInt()));
            }
            return new CachedReply(model, frames);
        } catch (IOException e) {
            throw new UncheckedIOException("a cached reply can't be read", e);
        }
    }
}
