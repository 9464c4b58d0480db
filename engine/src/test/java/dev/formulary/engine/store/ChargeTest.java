package dev.formulary.engine.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import dev.formulary.spi.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChargeTest {
    private static final PriceStep LONG = new PriceStep(200_000, 5_000_000, 22_500_000, 500_000, 6_250_000);
    private static final ModelCard CARD = priced(2_500_000, 15_000_000, new ClassPrices(250_000, 3_125_000, 4_000_000,
            40_000_000, 80_000_000, "https://vendor.example/prices", "2026-11-20", List.of(LONG)));

    private static ModelCard priced(long input, long output, ClassPrices classes) {
        return new ModelCard("m", Set.of(), 0, input, output, false, Set.of(), -1, -1, Map.of(), classes);
    }

    private static Charge charge(ModelCard card, Usage usage) {
        return Charge.of(card, usage, card.costMicros(usage));
    }

    /// Prompt, completion, cached, thinking, cache write, image, audio in, audio out; the class that is charged, what it costs,
    /// and the step.
    @ParameterizedTest
    @CsvSource({
            "1000, 0, 0, 0, 0, 0, 0, 0, INPUT, 2500, 0",
            "1000, 0, 1000, 0, 0, 0, 0, 0, CACHED, 250, 0",
            "1000, 0, 0, 0, 1000, 0, 0, 0, CACHE_WRITE, 3125, 0",
            "1000, 0, 0, 0, 0, 1000, 0, 0, IMAGE, 4000, 0",
            "1000, 0, 0, 0, 0, 0, 1000, 0, AUDIO_INPUT, 40000, 0",
            "0, 1000, 0, 0, 0, 0, 0, 0, OUTPUT, 15000, 0",
            "0, 1000, 0, 1000, 0, 0, 0, 0, REASONING, 15000, 0",
            "0, 1000, 0, 0, 0, 0, 0, 1000, AUDIO_OUTPUT, 80000, 0",
            "200001, 0, 0, 0, 0, 0, 0, 0, INPUT, 1000005, 200000",
            "200001, 0, 200001, 0, 0, 0, 0, 0, CACHED, 100001, 200000"})
    void eachClassCostsWhatItsPriceSays(int prompt, int completion, int cached, int thinking, int write, int image,
            int heard, int spoken, TokenClass only, long micros, int above) {
        Charge charge = charge(CARD,
                new Usage(prompt, completion, cached, thinking, write, image, heard, spoken, false));

        for (TokenClass each : TokenClass.values()) {
            int at = List.of(TokenClass.values()).indexOf(each);
            assertThat(charge.micros()[at]).as(each.word()).isEqualTo(each == only ? micros : 0);
            assertThat(charge.tokens()[at]).isEqualTo(each == only ? prompt + completion : 0);
        }
        assertThat(charge.total()).isEqualTo(micros);
        assertThat(charge.above()).isEqualTo(above);
        assertThat(new PriceList(CARD).row(charge.above())).extracting(PriceRow::source, PriceRow::asOf)
                .containsExactly("https://vendor.example/prices", "2026-11-20");
    }

    @Test
    void theClassesAddUpToTheMicroDollar() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            var classes = new ClassPrices(price(random), price(random), price(random), price(random), price(random),
                    price(random), "", "", random.nextBoolean()
                            ? List.of()
                            : List.of(random.nextBoolean()
                                    ? LONG
                                    : new PriceStep(200_000, 5_000_000, 22_500_000, 500_000, 6_250_000, 9_999_999)));
            ModelCard card = priced(random.nextLong(20_000_000), random.nextLong(80_000_000), classes);
            int[] n = random.ints(8, 0, 60_000).toArray();
            int kept = random.nextInt(n[2] + 1);
            var usage = new Usage(n[0] + n[1] + n[2] + n[3] + n[4], n[5] + n[6] + n[7], n[1], n[6], n[2], kept, n[3],
                    n[4], n[7], false);

            Charge charge = charge(card, usage);

            assertThat(Arrays.stream(charge.micros()).sum()).isEqualTo(charge.total())
                    .isEqualTo(exact(new PriceList(card).row(charge.above()), charge.tokens(), kept));
            assertThat(Arrays.stream(charge.micros()).min().orElseThrow()).isNotNegative();
            assertThat(charge.tokens()).containsExactly(n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7]);
        }
    }

    private static long price(SplittableRandom random) {
        return random.nextInt(4) == 0 ? ClassPrices.UNKNOWN : random.nextLong(100_000_000);
    }

    private static long exact(PriceRow row, long[] tokens, long kept) {
        long[] prices = {row.input(), row.cachedInput(), row.cacheWrite(), row.image(), row.audioInput(), row.output(),
                row.output(), row.audioOutput()};
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < prices.length; i++) {
            long price = prices[i] >= 0 ? prices[i] : i < 5 ? row.input() : row.output();
            sum = sum.add(BigDecimal.valueOf(tokens[i]).multiply(BigDecimal.valueOf(price, 6)));
        }
        long shorter = row.cacheWrite() >= 0 ? row.cacheWrite() : row.input();
        long longer = row.longCacheWrite() >= 0 ? row.longCacheWrite() : shorter;
        sum = sum.add(BigDecimal.valueOf(kept).multiply(BigDecimal.valueOf(longer - shorter, 6)));
        return sum.setScale(0, RoundingMode.CEILING).longValueExact();
    }

    @Test
    void whatIsKeptForLongerIsOfTheSameClassAtItsOwnPrice() {
        ModelCard card = priced(2_000_000, 10_000_000, new ClassPrices(200_000, 2_500_000, 4_000_000, -1, -1, -1, "",
                "", List.of(new PriceStep(200_000, 4_000_000, 20_000_000, 400_000, 5_000_000, 8_000_000))));
        assertThat(cacheWrite(card, 1_000, 0)).isEqualTo(2_500);
        assertThat(cacheWrite(card, 1_000, 1_000)).isEqualTo(4_000);
        assertThat(cacheWrite(card, 1_000, 600)).isEqualTo(400 * 5 / 2 + 600 * 4);
        assertThat(cacheWrite(card, 300_000, 100_000)).isEqualTo(200_000 * 5 + 100_000 * 8);
        assertThat(cacheWrite(CARD, 1_000, 1_000)).as("without a price of its own").isEqualTo(3_125);
    }

    private static long cacheWrite(ModelCard card, int tokens, int kept) {
        Charge charge = charge(card, new Usage(tokens, 0, 0, 0, tokens, kept, 0, 0, 0, false));
        long micros = charge.micros()[List.of(TokenClass.values()).indexOf(TokenClass.CACHE_WRITE)];
        assertThat(micros).isEqualTo(charge.total()).isEqualTo(LongStream.of(charge.micros()).sum());
        return micros;
    }

    @Test
    void aTokenThatAVendorCountsTwiceIsChargedAsTheCardDoes() {
        var usage = new Usage(100, 10, 90, 50, 0, 0, 90, 0, false);
        Charge charge = charge(CARD, usage);

        assertThat(Arrays.stream(charge.micros()).sum()).isEqualTo(CARD.costMicros(usage));
        assertThat(charge.tokens()).containsExactly(0, 90, 0, 0, 90, 0, 10, 0);
    }

    @Test
    void whatWasNotChargedCostsNothingInAnyClass() {
        Charge charge = Charge.of(CARD, new Usage(100, 0, 0, 0, false), 0);

        assertThat(charge.total()).isZero();
        assertThat(charge.micros()).containsOnly(0);
        assertThat(charge.tokens()[0]).isEqualTo(100);
        assertThat(Charge.of(priced(-1, 5, ClassPrices.NONE), Usage.of(1, 1), -1).total()).isEqualTo(-1);
    }

    @Test
    void ofACostThatTheVendorSaysEachClassHasItsShareAndAllTogetherAreExactlyThat() {
        var usage = new Usage(1_000, 200, 300, 50, 0, 0, 0, 0, false);
        Charge listed = charge(CARD, usage);
        assertThat(Charge.of(CARD, usage, 2 * listed.total()).micros())
                .isEqualTo(LongStream.of(listed.micros()).map(each -> 2 * each).toArray());
        var random = new SplittableRandom(5);
        for (int i = 0; i < 2_000; i++) {
            long told = random.nextLong(1, random.nextBoolean() ? 100 : Long.MAX_VALUE);
            Charge charge = Charge.of(CARD, usage, told);
            assertThat(charge.total()).isEqualTo(told);
            assertThat(LongStream.of(charge.micros()).sum()).isEqualTo(told);
            assertThat(LongStream.of(charge.micros()).min().orElse(-1)).isNotNegative();
        }
        assertThat(Charge.of(priced(-1, -1, ClassPrices.NONE), usage, 7)).satisfies(charge -> {
            assertThat(charge.total()).isEqualTo(7);
            assertThat(charge.micros()).as("nobody knows for what").containsOnly(0);
        });
    }
}
