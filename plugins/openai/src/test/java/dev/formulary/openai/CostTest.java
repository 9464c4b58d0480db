package dev.formulary.openai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What vendors with this format count, at their prices, to the micro-dollar. Prices are micro-dollars for a million tokens.
class CostTest {
    private static final ModelCard LONG = card(5_000_000, 30_000_000,
            new ClassPrices(500_000, 6_250_000, -1, -1, -1, "",
                    "", List.of(new PriceStep(272_000, 10_000_000, 45_000_000, 1_000_000, 12_500_000))));
    private static final ModelCard UNPRICED = card(-1, -1, ClassPrices.NONE);

    private static ModelCard card(long input, long output, ClassPrices classes) {
        return new ModelCard("m", Set.of(), 0, input, output, false, Set.of(), -1, -1, Map.of(), classes);
    }

    private static UsageCounts counts(String json) throws IOException {
        try (JsonParser in = new JsonFactory().createParser(json)) {
            in.nextToken();
            var counts = new UsageCounts();
            counts.read(in);
            return counts;
        }
    }

    /// As the gateway reckons: what the vendor says, or else what the prices make of the tokens.
    private static long micros(ModelCard card, String json) throws IOException {
        UsageCounts counts = counts(json);
        return counts.costMicros() >= 0
                ? counts.costMicros()
                : card.costMicros(Objects.requireNonNull(counts.usage()));
    }

    @Test
    void whatWasReadFromTheCacheIsCheaper() throws Exception {
        // 86 x 2.50 + 1920 x 1.25 + 300 x 10
        assertThat(micros(card(2_500_000, 10_000_000, new ClassPrices(1_250_000, -1, -1, -1, -1, "", "")),
                """
                    {"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920,\
                    "audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,\
                    "accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}"""))
                .isEqualTo(5_615);
        // 104 x 0.28 + 896 x 0.028 + 50 x 0.42 = 75.208
        assertThat(micros(card(280_000, 420_000, new ClassPrices(28_000, -1, -1, -1, -1, "", "")), """
            {"prompt_tokens":1000,"prompt_cache_hit_tokens":896,"prompt_cache_miss_tokens":104,"completion_tokens":50,\
            "total_tokens":1050}""")).isEqualTo(76);
    }

    @Test
    void whatWasPutIntoTheCacheHasAPriceOfItsOwn() throws Exception {
        // 100 x 5 + 1000 x 0.50 + 2000 x 6.25 + 10 x 30
        assertThat(micros(LONG, """
            {"prompt_tokens":3100,"completion_tokens":10,"total_tokens":3110,"prompt_tokens_details":\
            {"cached_tokens":1000,"cache_write_tokens":2000}}""")).isEqualTo(13_800);
    }

    @Test
    void thoughtsCostWhatWordsDoAndAreCountedOnce() throws Exception {
        // within the answer: 75 x 2 + 1186 x 8
        assertThat(micros(card(2_000_000, 8_000_000, ClassPrices.NONE), """
            {"prompt_tokens":75,"completion_tokens":1186,"total_tokens":1261,"completion_tokens_details":\
            {"reasoning_tokens":1024}}""")).isEqualTo(9_638);
        // beside it, in the total only: 32 x 0.30 + (9 + 94) x 0.50 = 61.1
        assertThat(micros(card(300_000, 500_000, ClassPrices.NONE), """
            {"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,"completion_tokens_details":\
            {"reasoning_tokens":94}}""")).isEqualTo(62);
    }

    @Test
    void soundHasItsPricesBothWaysAndPicturesHaveTheirs() throws Exception {
        // 16 x 2.50 + 50 x 32 + 28 x 10 + 82 x 64
        assertThat(micros(card(2_500_000, 10_000_000, new ClassPrices(-1, -1, -1, 32_000_000, 64_000_000, "", "")), """
            {"prompt_tokens":66,"completion_tokens":110,"total_tokens":176,"prompt_tokens_details":{"cached_tokens":0,\
            "text_tokens":16,"image_tokens":0,"audio_tokens":50},"completion_tokens_details":{"text_tokens":28,\
            "audio_tokens":82}}""")).isEqualTo(7_168);
        // 200 x 5 + 800 x 10 + 100 x 8; pictures that are made are no pictures that are read
        assertThat(micros(card(5_000_000, 8_000_000, new ClassPrices(-1, -1, 10_000_000, -1, -1, "", "")), """
            {"input_tokens":1000,"output_tokens":100,"total_tokens":1100,"input_tokens_details":{"image_tokens":800,\
            "text_tokens":200},"output_tokens_details":{"image_tokens":100}}""")).isEqualTo(9_800);
    }

    @Test
    void aLongPromptHasThePricesOfItsStep() throws Exception {
        // 100,000 x 10 + 200,000 x 1 + 1,000 x 45
        assertThat(micros(LONG, """
            {"prompt_tokens":300000,"completion_tokens":1000,"total_tokens":301000,"prompt_tokens_details":\
            {"cached_tokens":200000}}""")).isEqualTo(1_245_000);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            // rounded up; what another is paid by the vendor is within
            "`\"cost\":0.00014075,\"is_byok\":false,\"cost_details\":{\"upstream_inference_cost\":0.0001}` | 141",
            "`\"cost\":0.00014075,\"cost_details\":{\"upstream_inference_cost\":null}` | 141",
            // with the owner's own key both are paid
            "`\"cost\":0.000007,\"is_byok\":true,\"cost_details\":{\"upstream_inference_cost\":0.00014075}` | 148",
            "`\"cost\":0` | 0", "`\"cost\":1e-7` | 1", "`\"cost\":12` | 12000000",
            "`\"cost\":{\"input_tokens_cost\":2.8e-05,\"output_tokens_cost\":0.000512,\"request_cost\":0.005,"
                    + "\"total_cost\":0.00554}` | 5540"})
    void whatTheVendorSaysThatItCostCounts(String members, long micros) throws Exception {
        String usage = "{\"prompt_tokens\":194,\"completion_tokens\":2," + members + ",\"total_tokens\":196}";
        assertThat(micros(LONG, usage)).isEqualTo(micros);
        assertThat(micros(UNPRICED, usage)).as("whatever its prices").isEqualTo(micros);
        assertThat(Objects.requireNonNull(counts(usage).usage()).totalTokens()).isEqualTo(196);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"-0.5", "1e999999999", "1e-999999999", "`\"0.5\"`", "null", "true", "[1]",
            "{}", "1e30"})
    void whatIsNoAmountOfMoneyIsNotTold(String cost) throws Exception {
        String usage = "{\"prompt_tokens\":100,\"cost\":" + cost + ",\"completion_tokens\":10}";
        assertThat(counts(usage).costMicros()).isEqualTo(-1);
        assertThat(micros(LONG, usage)).isEqualTo(800);
    }
}
