package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window.Size;
import dev.formulary.engine.admission.Window.Slot;
import dev.formulary.engine.grid.CountStep.Before;
import dev.formulary.engine.grid.CountStep.Share;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// Counts and steps as bytes, as nodes send them to each other. They begin with the number of the format, so that nodes of two
/// versions do not misread each other.
final class CountsCodec {
    private static final int FORMAT = 2;

    private CountsCodec() {}

    private interface Part<T> {
        T read(DataInputStream in) throws IOException;
    }

    private interface Whole {
        void write(DataOutputStream out) throws IOException;
    }

    static byte[] bytes(Counts counts) {
        return write(out -> {
            out.writeLong(counts.life());
            out.writeLong(counts.millis());
            out.writeLong(counts.debt());
            out.writeInt(counts.rows().size());
            for (Counts.Row row : counts.rows()) {
                out.writeLong(row.process());
                out.writeLong(row.step());
                out.writeLong(row.granted());
                out.writeLong(row.slot());
                slots(out, row.taken());
                out.writeLong(row.held());
            }
        });
    }

    static Counts counts(byte[] bytes) {
        return read(bytes, in -> new Counts(in.readLong(), in.readLong(), in.readLong(),
                list(in, row -> new Counts.Row(row.readLong(), row.readLong(), row.readLong(), row.readLong(),
                        slots(row), row.readLong()))));
    }

    static byte[] bytes(CountStep step) {
        return write(out -> {
            out.writeLong(step.process());
            out.writeLong(step.number());
            out.writeLong(step.millis());
            out.writeLong(step.size().limit());
            out.writeLong(step.size().burst());
            out.writeLong(step.size().periodMillis());
            out.writeInt(step.share().part());
            out.writeInt(step.share().of());
            Before before = step.before();
            out.writeBoolean(before != null);
            if (before != null) {
                out.writeLong(before.life());
                out.writeLong(before.newLife());
                slots(out, before.slots());
            }
            slots(out, step.own());
            slots(out, step.back());
            out.writeLong(step.added());
            out.writeLong(step.held());
            out.writeInt(step.wants().size());
            for (long want : step.wants()) {
                out.writeLong(want);
            }
        });
    }

    static CountStep step(byte[] bytes) {
        return read(bytes, in -> new CountStep(in.readLong(), in.readLong(), in.readLong(),
                new Size(in.readLong(), in.readLong(), in.readLong()), new Share(in.readInt(), in.readInt()),
                in.readBoolean() ? new Before(in.readLong(), in.readLong(), slots(in)) : null, slots(in),
                slots(in), in.readLong(), in.readLong(), list(in, DataInputStream::readLong)));
    }

    private static void slots(DataOutputStream out, List<Slot> slots) throws IOException {
        out.writeInt(slots.size());
        for (Slot slot : slots) {
            out.writeLong(slot.number());
            out.writeLong(slot.count());
        }
    }

    private static List<Slot> slots(DataInputStream in) throws IOException {
        return list(in, slot -> new Slot(slot.readLong(), slot.readLong()));
    }

    private static <T> List<T> list(DataInputStream in, Part<T> part) throws IOException {
        int count = in.readInt();
        List<T> list = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            list.add(part.read(in));
        }
        return list;
    }

    private static byte[] write(Whole whole) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            whole.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Part<T> part) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalArgumentException("another node counts in format " + format + ", this one in " + FORMAT
                        + "; run the same version on all");
            }
            return part.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("what another node has counted can't be read", e);
        }
    }
}
