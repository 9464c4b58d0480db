package dev.formulary.engine.store;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.PriceStep;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Openings and closings as they stand in the journal: a byte for the kind, the id, and all else in order; texts as UTF-8 behind
/// two bytes for their length.
final class LedgerBytes {
    private static final byte OPENING = 1;
    private static final byte CLOSING = 2;
    private static final int USUAL = 384;
    /// Of longer texts the rest is left out.
    private static final int LONGEST = 1_024;
    private static final int MOST_STEPS = 100;

    private ByteBuffer buffer;

    private LedgerBytes(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    static byte[] of(Opening o) {
        var out = new LedgerBytes(ByteBuffer.allocate(USUAL)).kind(OPENING).number(o.id()).number(o.at())
                .number(o.attempt()).number(o.most());
        out.text(o.call()).text(o.via()).text(o.tenant()).text(o.key()).text(o.session()).text(o.tag())
                .text(o.model()).text(o.rule()).text(o.reference());
        out.number(o.prices().input()).number(o.prices().output());
        ClassPrices classes = o.prices().classes();
        out.number(classes.cachedInput()).number(classes.cacheWrite()).number(classes.image())
                .number(classes.audioInput()).number(classes.audioOutput()).text(classes.source())
                .text(classes.asOf());
        int steps = Math.min(MOST_STEPS, classes.steps().size());
        out.number(steps);
        for (PriceStep step : classes.steps().subList(0, steps)) {
            out.number(step.above()).number(step.input()).number(step.output()).number(step.cachedInput())
                    .number(step.cacheWrite());
        }
        return out.bytes();
    }

    static byte[] of(Closing c) {
        var out = new LedgerBytes(ByteBuffer.allocate(USUAL)).kind(CLOSING).number(c.id());
        out.number(c.state().code()).number((c.accepted() ? 1 : 0) | (c.estimated() ? 2 : 0))
                .number(c.reference()).number(c.charge().total()).number(c.charge().above());
        for (int i = 0; i < Charge.CLASSES; i++) {
            out.number(c.charge().tokens()[i]).number(c.charge().micros()[i]);
        }
        return out.bytes();
    }

    /// The id of an entry, whatever it is.
    static long idOf(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong(1);
    }

    static boolean isOpening(byte[] entry) {
        return entry[0] == OPENING;
    }

    /// @throws IllegalArgumentException when it is none
    static Opening opening(byte[] entry) {
        var in = new LedgerBytes(ByteBuffer.wrap(entry));
        try {
            in.buffer.get();
            long id = in.number();
            long at = in.number();
            int attempt = (int) in.number();
            long most = in.number();
            return new Opening(id, at, in.text(), attempt, in.text(), in.text(), in.text(), in.text(), in.text(),
                    in.text(), in.text(), in.text(), most, in.prices());
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the beginning of a booking is too short", e);
        }
    }

    private PriceList prices() {
        long input = number();
        long output = number();
        long[] own = {number(), number(), number(), number(), number()};
        String source = text();
        String asOf = text();
        List<PriceStep> steps = new ArrayList<>(0);
        for (long left = number(); left > 0; left--) {
            steps.add(new PriceStep((int) number(), number(), number(), number(), number()));
        }
        return new PriceList(input, output, new ClassPrices(own[0], own[1], own[2], own[3], own[4], source, asOf,
                steps));
    }

    /// @throws IllegalArgumentException when it is none
    static Closing closing(byte[] entry) {
        var in = new LedgerBytes(ByteBuffer.wrap(entry));
        try {
            in.buffer.get();
            long id = in.number();
            Booked state = Booked.of(in.number());
            long flags = in.number();
            long reference = in.number();
            long total = in.number();
            int above = (int) in.number();
            long[] tokens = new long[Charge.CLASSES];
            long[] micros = new long[Charge.CLASSES];
            for (int i = 0; i < Charge.CLASSES; i++) {
                tokens[i] = in.number();
                micros[i] = in.number();
            }
            return new Closing(id, state, (flags & 1) != 0, (flags & 2) != 0,
                    new Charge(tokens, micros, total, above), reference);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the end of a booking can't be read", e);
        }
    }

    private LedgerBytes kind(byte kind) {
        buffer.put(kind);
        return this;
    }

    private LedgerBytes number(long number) {
        room(Long.BYTES).putLong(number);
        return this;
    }

    private LedgerBytes text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(LONGEST, utf8.length);
        room(Short.BYTES + length).putShort((short) length).put(utf8, 0, length);
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            buffer = ByteBuffer.allocate(Math.max(buffer.capacity() * 2, buffer.position() + bytes))
                    .put(buffer.flip());
        }
        return buffer;
    }

    private long number() {
        return buffer.getLong();
    }

    private String text() {
        byte[] utf8 = new byte[buffer.getShort()];
        buffer.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private byte[] bytes() {
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
