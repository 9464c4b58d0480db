package dev.formulary.local.gguf;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/// A file read from front to back. It is read, not mapped: a mapped file that somebody cuts takes the process with it.
final class Source {
    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    private long bufferStart;

    Source(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    long size() {
        return size;
    }

    long position() {
        return bufferStart + buffer.position();
    }

    long remaining() {
        return size - position();
    }

    int u8() throws IOException, GgufException {
        return fill(1).get() & 0xFF;
    }

    int u16() throws IOException, GgufException {
        return fill(2).getShort() & 0xFFFF;
    }

    int i32() throws IOException, GgufException {
        return fill(4).getInt();
    }

    long i64() throws IOException, GgufException {
        return fill(8).getLong();
    }

    /// A length or a count, which must not be more than what the rest of the file can hold.
    ///
    /// @param each the fewest bytes that each of them takes
    long count(String what, int each) throws IOException, GgufException {
        long count = i64();
        if (count < 0 || count > remaining() / each) {
            throw new GgufException("it is cut or damaged: " + what + " is said to be "
                    + Long.toUnsignedString(count) + ", more than the rest of the file can hold");
        }
        return count;
    }

    String text(int length) throws IOException, GgufException {
        byte[] bytes = new byte[length];
        int done = 0;
        while (done < length) {
            int now = Math.min(length - done, buffer.capacity());
            fill(now).get(bytes, done, now);
            done += now;
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// @param bytes no more than remain
    void skip(long bytes) {
        if (bytes <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) bytes);
        } else {
            bufferStart = position() + bytes;
            buffer.position(0).limit(0);
        }
    }

    private ByteBuffer fill(int needed) throws IOException, GgufException {
        if (buffer.remaining() >= needed) {
            return buffer;
        }
        if (remaining() < needed) {
            throw new GgufException("it is cut: its head goes on behind the end of the file, at byte " + size);
        }
        bufferStart = position();
        buffer.compact();
        while (buffer.position() < needed) {
            if (channel.read(buffer, bufferStart + buffer.position()) < 0) {
                throw new EOFException("the file became shorter while it was read");
            }
        }
        return buffer.flip();
    }
}
