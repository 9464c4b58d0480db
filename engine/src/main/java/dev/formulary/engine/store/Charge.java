package dev.formulary.engine.store;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.math.BigInteger;
import java.util.stream.LongStream;

/// What the tokens of an attempt cost, class by class, in whole micro-dollars that add up to exactly what the attempt cost.
///
/// @param tokens by the ordinal of their [TokenClass]
/// @param micros by the same; all 0 where the whole is not known
/// @param total what all cost together; -1 when a price is unknown
/// @param above the step of prices that held: that for prompts with more tokens than that, 0 for the first
record Charge(long[] tokens, long[] micros, long total, int above) {
    static final int CLASSES = TokenClass.values().length;
    /// Of these tokens are read, all others written.
    private static final int READ = 5;
    /// The place of [TokenClass#CACHE_WRITE].
    private static final int CACHE_WRITE = 2;
    private static final long MILLION = 1_000_000;

    /// Nothing is known.
    static Charge unknown() {
        return new Charge(new long[CLASSES], new long[CLASSES], -1, 0);
    }

    /// No tokens, and a cost of which nobody knows for what it is.
    static Charge whole(long micros) {
        return new Charge(new long[CLASSES], new long[CLASSES], micros, 0);
    }

    /// @param cost what was booked: what the card says of that usage, or nothing where nothing was charged
    static Charge of(ModelCard card, Usage usage, long cost) {
        long[] tokens = tokens(usage);
        int above = 0;
        for (PriceStep step : card.classPrices().steps()) {
            above = usage.promptTokens() > step.above() ? step.above() : above;
        }
        boolean known = cost > 0 && card.inputPrice() >= 0 && card.outputPrice() >= 0;
        return new Charge(tokens, known
                ? shared(micros(new PriceList(card).row(above), tokens, kept(usage)), cost)
                : new long[CLASSES], cost, above);
    }

    /// A vendor that says itself what an answer cost may have charged other prices: each class has its share of that, and all
    /// together are exactly that. Where there is nothing to share by, nothing is told of the classes.
    private static long[] shared(long[] listed, long cost) {
        long sum = LongStream.of(listed).sum();
        if (sum == cost) {
            return listed;
        }
        if (sum <= 0) {
            return new long[CLASSES];
        }
        long[] micros = new long[CLASSES];
        BigInteger until = BigInteger.ZERO;
        long before = 0;
        for (int i = 0; i < CLASSES; i++) {
            until = until.add(BigInteger.valueOf(listed[i]));
            long now = until.multiply(BigInteger.valueOf(cost)).divide(BigInteger.valueOf(sum)).longValueExact();
            micros[i] = now - before;
            before = now;
        }
        return micros;
    }

    /// A vendor may count a token in two classes, such as cached sound: the plain rest is none then.
    private static long[] tokens(Usage usage) {
        long plain = usage.promptTokens() - (long) usage.cachedTokens() - usage.cacheWriteTokens()
                - usage.imageTokens() - usage.audioInputTokens();
        long said = Math.max(0, usage.completionTokens() - (long) usage.audioOutputTokens());
        long thought = Math.min(said, usage.thinkingTokens());
        return new long[]{Math.max(0, plain), usage.cachedTokens(), usage.cacheWriteTokens(), usage.imageTokens(),
                usage.audioInputTokens(), said - thought, thought, usage.audioOutputTokens()};
    }

    private static long kept(Usage usage) {
        return Math.min(usage.longCacheWriteTokens(), usage.cacheWriteTokens());
    }

    /// What all classes up to one cost is rounded up, as the whole is, and a class has what it adds to that.
    ///
    /// @param kept how many of the tokens put into the cache are kept longer
    private static long[] micros(PriceRow row, long[] tokens, long kept) {
        long[] prices = {row.input(), row.cachedInput(), row.cacheWrite(), row.image(), row.audioInput(), row.output(),
                ClassPrices.UNKNOWN, row.audioOutput()};
        long[] micros = new long[CLASSES];
        long perMillion = 0;
        long before = 0;
        for (int i = 0; i < CLASSES; i++) {
            long price = prices[i] >= 0 ? prices[i] : i < READ ? row.input() : row.output();
            if (i == CACHE_WRITE) {
                long own = row.longCacheWrite() >= 0 ? row.longCacheWrite() : price;
                perMillion = sum(sum(perMillion, product(tokens[i] - kept, price)), product(kept, own));
            } else {
                perMillion = sum(perMillion, product(tokens[i], price));
            }
            long now = Math.ceilDiv(perMillion, MILLION);
            micros[i] = now - before;
            before = now;
        }
        return micros;
    }

    private static long product(long tokens, long price) {
        return tokens <= 0 || price == 0 ? 0 : tokens > Long.MAX_VALUE / price ? Long.MAX_VALUE : tokens * price;
    }

    private static long sum(long some, long more) {
        return some > Long.MAX_VALUE - more ? Long.MAX_VALUE : some + more;
    }
}
