package dev.formulary.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the vendor counts, at its prices, to the micro-dollar.
class CostTest {
    private static final ModelCard FLASH = card(300_000, 2_500_000, 30_000, 1_000_000);
    private static final ModelCard PRO = card(1_250_000, 10_000_000, 125_000, -1,
            new PriceStep(200_000, 2_500_000, 15_000_000, 250_000, -1));

    private static ModelCard card(long input, long output, long cached, long audio, PriceStep... steps) {
        return new ModelCard("m", Set.of(), 0, input, output, false, Set.of(), -1, -1, Map.of(),
                new ClassPrices(cached, -1, -1, audio, -1, "", "", List.of(steps)));
    }

    private static long micros(ModelCard card, String usage) throws Exception {
        return card.costMicros(Counts.of(new ObjectMapper().readTree(usage)));
    }

    @Test
    void soundHasAPriceOfItsOwnAndThoughtsCostWhatWordsDo() throws Exception {
        // 10 x 0.30 + 1280 x 1 + (20 + 100) x 2.50
        assertThat(micros(FLASH, """
            {"promptTokenCount":1290,"candidatesTokenCount":20,"totalTokenCount":1410,"thoughtsTokenCount":100,\
            "promptTokensDetails":[{"modality":"TEXT","tokenCount":10},{"modality":"AUDIO","tokenCount":1280}]}"""))
                .isEqualTo(1_583);
    }

    @Test
    void picturesCostWhatTextDoes() throws Exception {
        // 268 x 0.30 + 4 x 2.50 = 90.4
        assertThat(micros(FLASH, """
            {"promptTokenCount":268,"candidatesTokenCount":4,"totalTokenCount":272,"promptTokensDetails":\
            [{"modality":"TEXT","tokenCount":10},{"modality":"IMAGE","tokenCount":258}]}""")).isEqualTo(91);
    }

    @Test
    void whatLiesInTheCacheIsCheaperAndWhatToolsReadIsRead() throws Exception {
        // (5000 - 4096 + 70) x 0.30 + 4096 x 0.03 + 100 x 2.50 = 665.08
        assertThat(micros(FLASH, """
            {"promptTokenCount":5000,"cachedContentTokenCount":4096,"candidatesTokenCount":100,\
            "toolUsePromptTokenCount":70,"totalTokenCount":5170,"promptTokensDetails":\
            [{"modality":"TEXT","tokenCount":5000}],"cacheTokensDetails":[{"modality":"TEXT","tokenCount":4096}]}"""))
                .isEqualTo(666);
    }

    @Test
    void aLongPromptHasThePricesOfItsStep() throws Exception {
        // 100,001 x 2.50 + 100,000 x 0.25 + 1,000 x 15 = 290,002.5
        assertThat(micros(PRO, """
            {"promptTokenCount":200001,"cachedContentTokenCount":100000,"candidatesTokenCount":1000,\
            "totalTokenCount":201001}""")).isEqualTo(290_003);
        // 200,000 x 1.25 + 1,000 x 10
        assertThat(micros(PRO,
                "{\"promptTokenCount\":200000,\"candidatesTokenCount\":1000,\"totalTokenCount\":201000}"))
                .isEqualTo(260_000);
    }
}
