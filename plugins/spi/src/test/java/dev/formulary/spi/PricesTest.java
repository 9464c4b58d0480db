package dev.formulary.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PricesTest {
    private static ModelCard priced(long input, long output, ClassPrices classes) {
        return new ModelCard("m", Set.of(), 0, input, output, false, Set.of(), -1, -1, Map.of(), classes);
    }

    @Test
    void eachClassOfTokensHasItsPrice() {
        ModelCard card = priced(3_000_000, 15_000_000,
                new ClassPrices(300_000, 3_750_000, 4_000_000, 10_000_000, 20_000_000, "", ""));
        var usage = new Usage(1_000, 200, 400, 50, 100, 50, 25, 30, false);
        long plain = 1_000 - 400 - 100 - 50 - 25;
        assertThat(card.costMicros(usage)).isEqualTo(Math.ceilDiv(plain * 3_000_000 + 400 * 300_000 + 100 * 3_750_000
                + 50 * 4_000_000 + 25 * 10_000_000 + 170L * 15_000_000 + 30 * 20_000_000, 1_000_000L));
    }

    @Test
    void aClassWithoutAPriceCostsAsMuchAsPlainTokens() {
        ModelCard card = priced(3_000_000, 15_000_000, ClassPrices.NONE);
        assertThat(card.costMicros(new Usage(1_000, 200, 400, 50, 100, 50, 25, 30, false)))
                .isEqualTo(card.costMicros(Usage.of(1_000, 200))).isEqualTo(6_000);
    }

    @Test
    void anUnknownPriceIsNotFree() {
        assertThat(priced(-1, 1, ClassPrices.NONE).costMicros(Usage.of(1, 1))).isEqualTo(ModelCard.UNKNOWN);
        assertThat(priced(1, -1, ClassPrices.NONE).costMicros(Usage.of(1, 1))).isEqualTo(ModelCard.UNKNOWN);
        assertThatThrownBy(() -> new ClassPrices(-2, 0, 0, 0, 0, "", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCostIsExactRoundedUpAndNeverWrapsAround() {
        var random = new SplittableRandom(7);
        for (int i = 0; i < 20_000; i++) {
            long input = random.nextLong(0, i % 7 == 0 ? Long.MAX_VALUE : 100_000_000);
            long output = random.nextLong(0, i % 5 == 0 ? Long.MAX_VALUE : 100_000_000);
            Usage usage = Usage.of(random.nextInt(Integer.MAX_VALUE), random.nextInt(Integer.MAX_VALUE));
            BigDecimal exact = BigDecimal.valueOf(input).multiply(BigDecimal.valueOf(usage.promptTokens()))
                    .add(BigDecimal.valueOf(output).multiply(BigDecimal.valueOf(usage.completionTokens())));
            BigDecimal most = exact.min(BigDecimal.valueOf(Long.MAX_VALUE));
            assertThat(priced(input, output, ClassPrices.NONE).costMicros(usage))
                    .isEqualTo(most.divide(BigDecimal.valueOf(1_000_000), RoundingMode.CEILING).longValueExact());
        }
    }
}
