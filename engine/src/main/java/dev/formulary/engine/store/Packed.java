package dev.formulary.engine.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Bytes behind one byte that says whether they are compressed (zlib). Not thread-safe.
final class Packed implements AutoCloseable {
    private static final byte PLAIN = 0;
    private static final byte ZLIB = 1;
    private static final int WORTH_IT = 128;
    /// A part that claims to be larger was not written by us.
    private static final int MOST = 64 << 20;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);

    byte[] pack(byte[] content) {
        var packed = new ByteArrayOutputStream(content.length + 1);
        if (content.length < WORTH_IT) {
            packed.write(PLAIN);
            packed.writeBytes(content);
            return packed.toByteArray();
        }
        packed.write(ZLIB);
        byte[] buffer = new byte[4096];
        deflater.reset();
        deflater.setInput(content);
        deflater.finish();
        while (!deflater.finished()) {
            packed.write(buffer, 0, deflater.deflate(buffer));
        }
        return packed.toByteArray();
    }

    static byte[] unpack(byte[] packed) throws IOException {
        if (packed.length > 0 && packed[0] == PLAIN) {
            return Arrays.copyOfRange(packed, 1, packed.length);
        }
        if (packed.length == 0 || packed[0] != ZLIB) {
            throw new IOException("a part is neither plain nor compressed");
        }
        try (var inflater = new Inflater()) {
            inflater.setInput(packed, 1, packed.length - 1);
            var content = new ByteArrayOutputStream(packed.length * 4);
            byte[] buffer = new byte[4096];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 || content.size() > MOST) {
                    throw new IOException("a compressed part is cut off");
                }
                content.write(buffer, 0, count);
            }
            return content.toByteArray();
        } catch (DataFormatException e) {
            throw new IOException("a compressed part is damaged", e);
        }
    }

    @Override
    public void close() {
        deflater.close();
    }
}
