package dev.formulary.engine.store;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.PriceStep;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Writes what stands in the journal: a byte for the kind, eight for the id, and all else in order. Numbers have seven bits a
/// byte, the lowest first, a set eighth bit where more follow, and their sign lowest of all (LEB128 with zigzag); texts are
/// UTF-8 behind a number for their length. [LedgerEntries] reads it.
final class LedgerBytes {
    static final byte PRICES = 3;
    static final byte OPENING = 4;
    static final byte CLOSING = 5;
    private static final int USUAL = 224;
    /// Of longer texts the rest is left out.
    private static final int LONGEST = 1_024;
    /// Of those that make up a row of sums, which a database can only find when they are short together.
    private static final int LONGEST_NAME = 256;
    private static final int MOST_STEPS = 100;
    private static final int LONGEST_NUMBER = 10;

    private byte[] bytes = new byte[USUAL];
    private int at;

    private LedgerBytes(byte kind, long id) {
        bytes[at++] = kind;
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            bytes[at++] = (byte) (id >> shift);
        }
    }

    /// A list of prices, to which openings in the same file refer by its number.
    static JournalEntry of(int number, PriceList prices) {
        ClassPrices classes = prices.classes();
        var out = new LedgerBytes(PRICES, 0).number(number).number(prices.input()).number(prices.output())
                .number(classes.cachedInput()).number(classes.cacheWrite()).number(classes.image())
                .number(classes.audioInput()).number(classes.audioOutput()).text(classes.source(), LONGEST)
                .text(classes.asOf(), LONGEST);
        List<PriceStep> steps = classes.steps().subList(0, Math.min(MOST_STEPS, classes.steps().size()));
        out.number(steps.size());
        for (PriceStep step : steps) {
            out.number(step.above()).number(step.input()).number(step.output()).number(step.cachedInput())
                    .number(step.cacheWrite());
        }
        // what came later stands behind all else
        out.number(classes.longCacheWrite());
        steps.forEach(step -> out.number(step.longCacheWrite()));
        return JournalEntry.of(Arrays.copyOf(out.bytes, out.at));
    }

    /// @param prices under what number its prices stand before it
    static JournalEntry of(Opening o, JournalEntry.Prices prices) {
        var out = new LedgerBytes(OPENING, o.id()).number(o.at()).number(o.attempt()).number(o.most())
                .number(prices.number());
        out.text(o.call(), LONGEST).text(o.via(), LONGEST).text(o.tenant(), LONGEST_NAME).text(o.key(), LONGEST_NAME)
                .text(o.session(), LONGEST).text(o.labels(), LONGEST_NAME).text(o.tag(), LONGEST_NAME)
                .text(o.model(), LONGEST_NAME).text(o.rule(), LONGEST_NAME).text(o.reference(), LONGEST_NAME);
        return new JournalEntry(out.bytes, out.at, prices);
    }

    static JournalEntry of(Closing c) {
        var out = new LedgerBytes(CLOSING, c.id());
        out.number(c.state().code()).number((c.accepted() ? 1 : 0) | (c.estimated() ? 2 : 0))
                .number(c.reference()).number(c.charge().total()).number(c.charge().above());
        for (int i = 0; i < Charge.CLASSES; i++) {
            out.number(c.charge().tokens()[i]).number(c.charge().micros()[i]);
        }
        return new JournalEntry(out.bytes, out.at, null);
    }

    private LedgerBytes number(long number) {
        room(LONGEST_NUMBER);
        long rest = (number << 1) ^ (number >> (Long.SIZE - 1));
        while ((rest & ~0x7fL) != 0) {
            bytes[at++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[at++] = (byte) rest;
        return this;
    }

    /// Most texts are ASCII, which needs no array in between.
    private LedgerBytes text(String text, int longest) {
        int length = text.length();
        if (length > longest) {
            return encoded(text, longest);
        }
        number(length);
        room(length);
        int from = at;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                at = from - lengthOf(length);
                return encoded(text, longest);
            }
            bytes[at++] = (byte) c;
        }
        return this;
    }

    /// How many bytes the number of so many characters takes.
    private static int lengthOf(int length) {
        return length < 64 ? 1 : length < 8_192 ? 2 : 3;
    }

    private LedgerBytes encoded(String text, int longest) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(longest, utf8.length);
        while (length < utf8.length && length > 0 && (utf8[length] & 0xc0) == 0x80) {
            length--;
        }
        number(length);
        room(length);
        System.arraycopy(utf8, 0, bytes, at, length);
        at += length;
        return this;
    }

    private void room(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }
}
