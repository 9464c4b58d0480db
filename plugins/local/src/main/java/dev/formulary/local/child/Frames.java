package dev.formulary.local.child;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// How [Request]s and [Report]s go through a pipe: four bytes that mark a frame, four of its length, then the frame, of which
/// the first byte tells the kind. Whatever else gets into the pipe is noticed by the mark.
///
/// Writing is thread-safe and one frame at a time; reading is for one thread.
public final class Frames {
    /// A longer frame is neither written nor read.
    public static final int LONGEST = 1 << 22;
    private static final int MARK = 0xF0F31A4D;

    private Frames() {}

    /// Writes frames.
    public static final class Writer {
        private final OutputStream out;

        public Writer(OutputStream out) {
            this.out = out;
        }

        /// @throws IOException when the other side has gone or the frame is too long
        public void write(Request request) throws IOException {
            write(Packing.pack(request));
        }

        /// @throws IOException when the other side has gone or the frame is too long
        public void write(Report report) throws IOException {
            write(Packing.pack(report));
        }

        private void write(ByteArrayOutputStream frame) throws IOException {
            if (frame.size() > LONGEST) {
                throw new FrameTooLong(frame.size());
            }
            var whole = new ByteArrayOutputStream(frame.size() + 8);
            var data = new DataOutputStream(whole);
            data.writeInt(MARK);
            data.writeInt(frame.size());
            frame.writeTo(whole);
            synchronized (this) {
                whole.writeTo(out);
                out.flush();
            }
        }
    }

    /// Reads frames.
    public static final class Reader {
        private final DataInputStream in;

        public Reader(InputStream in) {
            this.in = new DataInputStream(in);
        }

        /// @return null when the other side has closed the pipe
        /// @throws IOException when what comes is no frame, or is cut
        public @Nullable Request request() throws IOException {
            ByteBuffer frame = frame();
            return frame == null ? null : Unpacking.request(frame);
        }

        /// @return null when the other side has closed the pipe
        /// @throws IOException when what comes is no frame, or is cut
        public @Nullable Report report() throws IOException {
            ByteBuffer frame = frame();
            return frame == null ? null : Unpacking.report(frame);
        }

        private @Nullable ByteBuffer frame() throws IOException {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int mark = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int length = in.readInt();
            if (mark != MARK || length < 1 || length > LONGEST) {
                throw new IOException("what came through the pipe is no frame");
            }
            byte[] frame = in.readNBytes(length);
            if (frame.length < length) {
                throw new EOFException("the pipe was closed in the middle of a frame");
            }
            return ByteBuffer.wrap(frame);
        }
    }

    /// There is more in a frame than may be.
    public static final class FrameTooLong extends IOException {
        FrameTooLong(int bytes) {
            super("a frame of " + bytes + " bytes is longer than " + LONGEST);
        }
    }
}
