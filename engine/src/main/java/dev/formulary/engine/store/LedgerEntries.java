package dev.formulary.engine.store;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.PriceStep;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Reads what [LedgerBytes] writes, and what versions before wrote: openings with all their prices, numbers of eight bytes, and
/// lengths of two.
final class LedgerEntries {
    private static final byte FORMER_OPENING = 1;
    private static final byte FORMER_CLOSING = 2;

    private final ByteBuffer buffer;
    private final boolean former;

    private LedgerEntries(byte[] entry) {
        buffer = ByteBuffer.wrap(entry);
        byte kind = buffer.get();
        former = kind == FORMER_OPENING || kind == FORMER_CLOSING;
    }

    /// The id of an entry; 0 of one that has none.
    static long idOf(byte[] entry) {
        return ByteBuffer.wrap(entry).getLong(1);
    }

    static boolean isOpening(byte[] entry) {
        return entry[0] == LedgerBytes.OPENING || entry[0] == FORMER_OPENING;
    }

    static boolean isPrices(byte[] entry) {
        return entry[0] == LedgerBytes.PRICES;
    }

    /// Prices that stand under a number.
    record Numbered(int number, PriceList prices) {}

    /// @throws IllegalArgumentException when it is none
    static Numbered prices(byte[] entry) {
        var in = new LedgerEntries(entry);
        try {
            in.buffer.getLong();
            return new Numbered((int) in.number(), in.priceList());
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("prices can't be read", e);
        }
    }

    /// @param prices those that stand under a number before it, or null
    /// @throws IllegalArgumentException when it is none
    static Opening opening(byte[] entry, IntFunction<@Nullable PriceList> prices) {
        var in = new LedgerEntries(entry);
        try {
            long id = in.buffer.getLong();
            long at = in.number();
            int attempt = (int) in.number();
            long most = in.number();
            PriceList list = in.former ? null : prices.apply((int) in.number());
            if (list == null && !in.former) {
                throw new IllegalArgumentException("the prices of a booking do not stand before it");
            }
            String call = in.text();
            String via = in.text();
            String tenant = in.text();
            String key = in.text();
            String session = in.text();
            String labels = in.text();
            String tag = in.former ? "" : in.text();
            String model = in.text();
            String rule = in.text();
            String reference = in.text();
            return new Opening(id, at, call, attempt, via, tenant, key, session, labels, tag, model, rule, reference,
                    most, list == null ? in.priceList() : list);
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("the beginning of a booking is too short", e);
        }
    }

    private PriceList priceList() {
        long input = number();
        long output = number();
        long[] own = {number(), number(), number(), number(), number()};
        String source = text();
        String asOf = text();
        List<PriceStep> steps = new ArrayList<>(0);
        for (long left = number(); left > 0; left--) {
            steps.add(new PriceStep((int) number(), number(), number(), number(), number()));
        }
        long kept = later();
        steps.replaceAll(step -> new PriceStep(step.above(), step.input(), step.output(), step.cachedInput(),
                step.cacheWrite(), later()));
        return new PriceList(input, output, new ClassPrices(own[0], own[1], kept, own[2], own[3], own[4], source, asOf,
                steps));
    }

    /// A price that versions before did not write.
    private long later() {
        return buffer.hasRemaining() ? number() : ClassPrices.UNKNOWN;
    }

    /// @throws IllegalArgumentException when it is none
    static Closing closing(byte[] entry) {
        var in = new LedgerEntries(entry);
        if (entry[0] != LedgerBytes.CLOSING && entry[0] != FORMER_CLOSING) {
            throw new IllegalArgumentException("an entry of the kind " + entry[0] + " is not known");
        }
        try {
            long id = in.buffer.getLong();
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

    private long number() {
        if (former) {
            return buffer.getLong();
        }
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte part = buffer.get();
            number |= (part & 0x7fL) << shift;
            if (part >= 0) {
                return (number >>> 1) ^ -(number & 1);
            }
        }
        throw new IllegalArgumentException("a number of a booking has no end");
    }

    private String text() {
        int length = former ? buffer.getShort() : (int) number();
        if (length < 0 || length > buffer.remaining()) {
            throw new IllegalArgumentException("a text of a booking has no end");
        }
        byte[] utf8 = new byte[length];
        buffer.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
