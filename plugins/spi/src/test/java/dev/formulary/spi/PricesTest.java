package dev.formulary.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
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

    private static final PriceStep LONG = new PriceStep(200_000, 2_500_000, 15_000_000, 250_000, -1);

    private static ModelCard stepped(PriceStep... steps) {
        return priced(1_250_000, 10_000_000,
                new ClassPrices(125_000, 1_500_000, -1, 3_000_000, -1, "", "", List.of(steps)));
    }

    @Test
    void allTokensOfACallWithALongPromptHaveThePricesOfItsStep() {
        ModelCard card = stepped(LONG);
        assertThat(card.costMicros(Usage.of(200_000, 1_000))).isEqualTo(250_000 + 10_000);
        assertThat(card.costMicros(Usage.of(200_001, 1_000))).isEqualTo(Math.ceilDiv(200_001L * 25, 10) + 15_000);
        assertThat(card.costMicros(200_000, 1_000)).isEqualTo(260_000);
        assertThat(card.costMicros(200_001, 1_000)).isEqualTo(card.costMicros(Usage.of(200_001, 1_000)));
        assertThat(card.costMicros(new Usage(300_000, 0, 250_000, 0, 10_000, 0, 5_000, 0, false)))
                .as("what lies in the cache makes a prompt long, too; a class that the step does not price costs as before")
                .isEqualTo((250_000L * 250_000 + 10_000L * 2_500_000 + 5_000L * 3_000_000 + 35_000L * 2_500_000)
                        / 1_000_000);
    }

    @Test
    void stepsAreInOrderAndNotTwoForOneLength() {
        var higher = new PriceStep(500_000, 5_000_000, 20_000_000, -1, -1);
        assertThat(stepped(higher, LONG)).isEqualTo(stepped(LONG, higher));
        assertThat(stepped(higher, LONG).costMicros(500_001, 0)).isEqualTo(500_001 * 5);
        assertThatThrownBy(() -> stepped(LONG, LONG)).hasMessage("two steps of prices begin above 200000 tokens");
        assertThatThrownBy(() -> new PriceStep(1, -1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PriceStep(1, 0, 0, -2, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThat(priced(-1, -1, new ClassPrices(-1, -1, -1, -1, -1, "", "", List.of(LONG)))
                .costMicros(Usage.of(300_000, 1))).as("unknown below the step").isEqualTo(ModelCard.UNKNOWN);
    }

    @Test
    void aStepCostsAsMuchAsACardOfItsPrices() {
        var random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            var steps = new PriceStep[1 + random.nextInt(3)];
            for (int s = 0; s < steps.length; s++) {
                steps[s] = new PriceStep(1_000 * (s + 1), random.nextLong(90_000_000), random.nextLong(90_000_000),
                        random.nextLong(-1, 90_000_000), random.nextLong(-1, 90_000_000));
            }
            int prompt = random.nextInt(5_000);
            int cached = random.nextInt(prompt + 1);
            var usage = new Usage(prompt, random.nextInt(5_000), cached, 0, (prompt - cached) / 2, 0, 0, 0, false);
            int passed = Math.min(steps.length, Math.max(0, Math.ceilDiv(prompt, 1_000) - 1));
            ModelCard flat = passed == 0
                    ? stepped()
                    : priced(steps[passed - 1].input(), steps[passed - 1].output(),
                            new ClassPrices(steps[passed - 1].cachedInput(), steps[passed - 1].cacheWrite(), -1,
                                    3_000_000, -1, "", ""));
            assertThat(stepped(steps).costMicros(usage)).isEqualTo(flat.costMicros(usage));
            assertThat(stepped(steps).costMicros(prompt, 7)).isEqualTo(flat.costMicros(Usage.of(prompt, 7)));
        }
    }

    private static long price(SplittableRandom random) {
        return random.nextInt(3) == 0 ? -1 : random.nextLong(90_000_000);
    }

    /// Each token in one class, but that some of the cache may be counted as pictures or sound, too.
    private static Usage usage(SplittableRandom random, int prompt, int answer, Set<Capability> brought) {
        int images = brought.contains(Capability.VISION) ? random.nextInt(prompt + 1) : 0;
        int heard = brought.contains(Capability.AUDIO) ? random.nextInt(prompt - images + 1) : 0;
        int left = random.nextBoolean() ? prompt : prompt - images - heard;
        int cached = random.nextInt(left + 1);
        int written = random.nextInt(left - cached + 1);
        return new Usage(prompt, answer, cached, answer / 3, written, random.nextInt(written + 1), images, heard,
                random.nextInt(answer + 1), false);
    }

    @Test
    void noAnswerCostsMoreThanTheMost() {
        var random = new SplittableRandom(13);
        for (int i = 0; i < 100_000; i++) {
            var steps = new ArrayList<PriceStep>();
            for (int s = random.nextInt(3); s > 0; s--) {
                steps.add(new PriceStep(1_000 * s + random.nextInt(900), random.nextLong(90_000_000),
                        random.nextLong(90_000_000), price(random), price(random), price(random)));
            }
            ModelCard card = priced(random.nextLong(90_000_000), random.nextLong(90_000_000), new ClassPrices(
                    price(random), price(random), price(random), price(random), price(random), price(random), "", "",
                    steps));
            Set<Capability> brought = List.<Set<Capability>>of(Set.of(), Set.of(Capability.VISION),
                    Set.of(Capability.AUDIO), Set.of(Capability.VISION, Capability.AUDIO)).get(random.nextInt(4));
            int longest = random.nextInt(1, 5_000);
            int answer = random.nextInt(1, 2_000);
            Usage usage = usage(random, random.nextInt(4) == 0 ? longest : random.nextInt(longest + 1),
                    random.nextInt(answer + 1), brought);
            long most = card.mostMicros(longest, answer, brought);
            assertThat(most).as("%s of %s", usage, card).isGreaterThanOrEqualTo(card.costMicros(usage));
        }
        assertThat(priced(5, -1, ClassPrices.NONE).mostMicros(1, 1, Set.of())).isEqualTo(ModelCard.UNKNOWN);
        assertThat(priced(Long.MAX_VALUE, 1, ClassPrices.NONE).mostMicros(Integer.MAX_VALUE, 1, Set.of()))
                .isEqualTo(Math.ceilDiv(Long.MAX_VALUE, 1_000_000L));
    }

    @Test
    void theMostIsNoMoreThanTheDearestClassesThatThereMayBe() {
        ModelCard text = stepped(LONG);
        assertThat(priced(3_000_000, 15_000_000, ClassPrices.NONE).mostMicros(1_000, 200, Set.of()))
                .as("without prices of classes what plain tokens cost").isEqualTo(6_000);
        assertThat(text.mostMicros(1_000, 200, Set.of())).as("put into the cache").isEqualTo(1_500 + 2_000);
        assertThat(text.mostMicros(1_000, 200, Set.of(Capability.VISION, Capability.TOOLS))).isEqualTo(1_500 + 2_000);
        assertThat(text.mostMicros(1_000, 200, Set.of(Capability.AUDIO))).isEqualTo(3_000 + 2_000);
        assertThat(text.mostMicros(200_001, 0, Set.of())).isEqualTo(Math.ceilDiv(200_001L * 25, 10));
        ModelCard bulk = stepped(new PriceStep(1_000, 1, 1, -1, -1));
        assertThat(bulk.mostMicros(1_001, 100, Set.of())).as("a shorter prompt").isEqualTo(1_500 + 1_000);
    }

    @Test
    void whatIsKeptInTheCacheLongerHasItsPrice() {
        ModelCard card = priced(2_000_000, 0, new ClassPrices(-1, 2_500_000, 4_000_000, -1, -1, -1, "", "",
                List.of(new PriceStep(1_000, 3_000_000, 0, -1, 3_750_000, 6_000_000),
                        new PriceStep(2_000, 3_000_000, 0, -1, 3_750_000))));
        assertThat(card.costMicros(new Usage(100, 0, 0, 0, 60, 20, 0, 0, 0, false)))
                .isEqualTo(40 * 2 + 40 * 5 / 2 + 20 * 4);
        assertThat(card.costMicros(new Usage(2_000, 0, 0, 0, 2_000, 1_000, 0, 0, 0, false)))
                .isEqualTo(1_000 * 15 / 4 + 1_000 * 6);
        assertThat(card.costMicros(new Usage(4_000, 0, 0, 0, 4_000, 4_000, 0, 0, 0, false)))
                .as("as what is kept as long as usual").isEqualTo(15_000);
        assertThat(card.costMicros(new Usage(100, 0, 0, 0, 10, 20, 0, 0, 0, false)))
                .as("no more than all that is put there").isEqualTo(90 * 2 + 10 * 4);
        assertThat(card.mostMicros(100, 0, Set.of())).isEqualTo(400);
        assertThatThrownBy(() -> new ClassPrices(0, 0, -2, 0, 0, 0, "", "", List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PriceStep(1, 0, 0, 0, 0, -2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsCountedTwiceCostsNoMoreThanAllOfItInTheDearestClass() {
        ModelCard card = priced(2_000_000, 0, new ClassPrices(1_000_000, -1, -1, 3_000_000, -1, "", ""));
        assertThat(card.costMicros(new Usage(100, 0, 100, 0, 0, 0, 100, 0, false))).isEqualTo(300);
        assertThat(card.costMicros(new Usage(100, 0, 60, 0, 0, 0, 60, 0, false))).isEqualTo(240);
        assertThat(card.costMicros(new Usage(0, 0, 60, 0, 0, 0, 0, 0, false)))
                .as("who forgets to count the cache in the prompt").isEqualTo(60);
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
