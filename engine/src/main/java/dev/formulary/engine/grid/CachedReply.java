package dev.formulary.engine.grid;

import dev.formulary.spi.Usage;
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
    /// @param usage the tokens that it had
    public record Origin(String tenant, String model, String ruleSet, Usage usage) {
        /// Of whose tokens nothing is known.
        public Origin(String tenant, String model, String ruleSet) {
            this(tenant, model, ruleSet, Usage.NONE);
        }

        private static Origin read(DataInputStream in) throws IOException {
            return new Origin(in.readUTF(), in.readUTF(), in.readUTF(),
                    new Usage(in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt(), in.readInt(),
                            in.readInt(), in.readInt(), in.readBoolean()));
        }

        private void write(DataOutputStream out) throws IOException {
            out.writeUTF(tenant);
            out.writeUTF(model);
            out.writeUTF(ruleSet);
            for (int tokens : new int[]{usage.promptTokens(), usage.completionTokens(), usage.cachedTokens(),
                    usage.thinkingTokens(), usage.cacheWriteTokens(), usage.imageTokens(), usage.audioInputTokens(),
                    usage.audioOutputTokens()}) {
                out.writeInt(tokens);
            }
            out.writeBoolean(usage.estimated());
        }
    }

    /// Where an answer lies that may stand in for another; no answer itself.
    ///
    /// @param origin that of the answer
    record Link(Origin origin, CacheKey to) {
        byte[] encode() {
            var bytes = new ByteArrayOutputStream();
            try (var out = new DataOutputStream(bytes)) {
                out.writeBoolean(true);
                origin.write(out);
                out.write(to.hash());
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory failed", e);
            }
            return bytes.toByteArray();
        }

        static Link decode(byte[] bytes) {
            try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
                in.readBoolean();
                return new Link(Origin.read(in), new CacheKey(in.readAllBytes()));
            } catch (IOException e) {
                throw new UncheckedIOException("a link can't be read", e);
            }
        }
    }

    /// Who gave it: `provider/model`.
    public String model() {
        return origin.model();
    }

    byte[] encode() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeBoolean(false);
            origin.write(out);
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
            in.readBoolean();
            Origin origin = Origin.read(in);
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

    /// Whether it is a link and no answer that was encoded.
    static boolean isLink(byte[] bytes) {
        return bytes[0] != 0;
    }

    /// Where an encoded answer or link comes from, without reading all of it.
    static Origin originOf(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.readBoolean();
            return Origin.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("a cached reply can't be read", e);
        }
    }
}
