package dev.formulary.local.child;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads what stands in a frame, and nothing but what should stand there.
final class Unpacking {
    private final ByteBuffer in;

    private Unpacking(ByteBuffer in) {
        this.in = in;
    }

    private interface Body<T> {
        T read(Unpacking in, byte kind, int call) throws IOException;
    }

    static Request request(ByteBuffer frame) throws IOException {
        return whole(frame, Unpacking::request);
    }

    static Report report(ByteBuffer frame) throws IOException {
        return whole(frame, Unpacking::report);
    }

    private static <T> T whole(ByteBuffer frame, Body<T> body) throws IOException {
        try {
            T read = body.read(new Unpacking(frame), frame.get(), frame.getInt());
            if (frame.hasRemaining()) {
                throw new IOException("a frame is longer than what it holds");
            }
            return read;
        } catch (BufferUnderflowException e) {
            throw new IOException("a frame is shorter than what it should hold", e);
        }
    }

    private Request request(byte kind, int call) throws IOException {
        return switch (kind) {
            case Packing.LOAD -> new Request.Load(call, text(), in.getInt(), in.getInt(), in.getInt(), in.getInt());
            case Packing.CHAT -> new Request.Chat(call, turns(), manner());
            case Packing.EMBED -> new Request.Embed(call, texts());
            case Packing.CANCEL -> new Request.Cancel(call);
            case Packing.UNLOAD -> new Request.Unload(call);
            case Packing.PING -> new Request.Ping(call);
            default -> throw new IOException("there is no request of kind " + kind);
        };
    }

    private Report report(byte kind, int call) throws IOException {
        return switch (kind) {
            case Packing.READY -> new Report.Ready(call, text(), flag());
            case Packing.LOADED -> new Report.Loaded(call, in.getInt(), in.getInt(), flag());
            case Packing.STARTED -> new Report.Started(call, in.getInt());
            case Packing.TEXT -> new Report.Text(call, text());
            case Packing.VECTOR -> new Report.Vector(call, in.getInt(), vector());
            case Packing.FINISHED -> new Report.Finished(call, one(Report.Stop.class), in.getInt());
            case Packing.FAILED -> new Report.Failed(call, one(Report.Reason.class), text());
            case Packing.PONG -> new Report.Pong(call);
            default -> throw new IOException("there is no report of kind " + kind);
        };
    }

    private <E extends Enum<E>> E one(Class<E> all) throws IOException {
        try {
            return Enum.valueOf(all, text());
        } catch (IllegalArgumentException e) {
            throw new IOException("a frame holds a word that does not belong there", e);
        }
    }

    private boolean flag() {
        return in.get() != 0;
    }

    /// A length, which must not be more than what the frame can hold.
    private int length(int each) throws IOException {
        int length = in.getInt();
        if (length < 0 || length > in.remaining() / each) {
            throw new IOException("a frame is shorter than what it says it holds");
        }
        return length;
    }

    private String text() throws IOException {
        byte[] utf8 = new byte[length(1)];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private List<String> texts() throws IOException {
        int count = length(4);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text());
        }
        return texts;
    }

    private List<Request.Turn> turns() throws IOException {
        int count = length(8);
        List<Request.Turn> turns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            turns.add(new Request.Turn(text(), text()));
        }
        return turns;
    }

    private float[] vector() throws IOException {
        float[] values = new float[length(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = in.getFloat();
        }
        return values;
    }

    private Request.Manner manner() throws IOException {
        return new Request.Manner(in.getInt(), in.getFloat(), in.getInt(), in.getFloat(), in.getFloat(), in.getFloat(),
                in.getFloat(), in.getFloat(), in.getInt(), flag(), texts());
    }
}
