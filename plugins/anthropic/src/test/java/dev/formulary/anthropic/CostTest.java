package dev.formulary.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the vendor counts, at its prices, to the micro-dollar.
class CostTest {
    private static final ModelCard SMALL = card(1_000_000, 5_000_000, 100_000, 1_250_000, 2_000_000);
    private static final ModelCard LONG = card(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000,
            new PriceStep(200_000, 6_000_000, 22_500_000, 600_000, 7_500_000, 12_000_000));

    private static ModelCard card(long input, long output, long cached, long written, long kept,
            PriceStep... steps) {
        return new ModelCard("m", Set.of(), 0, input, output, false, Set.of(), -1, -1, Map.of(),
                new ClassPrices(cached, written, kept, -1, -1, -1, "", "", List.of(steps)));
    }

    private static long micros(ModelCard card, String... usages) throws Exception {
        var counts = new UsageCounts();
        for (String usage : usages) {
            counts.add(new ObjectMapper().readTree(usage));
        }
        return card.costMicros(Objects.requireNonNull(counts.usage()));
    }

    @Test
    void whatIsPutIntoTheCacheIsDearerAndWhatIsReadFromItCheaper() throws Exception {
        // 21 x 1 + 188,086 x 1.25 + 393 x 5 = 237,093.5
        assertThat(micros(SMALL, """
            {"input_tokens":21,"cache_creation_input_tokens":188086,"cache_read_input_tokens":0,"cache_creation":\
            {"ephemeral_5m_input_tokens":188086,"ephemeral_1h_input_tokens":0},"output_tokens":393,\
            "service_tier":"standard","inference_geo":"not_available"}""")).isEqualTo(237_094);
        // 21 x 1 + 188,086 x 0.10 + 393 x 5 = 20,794.6
        assertThat(micros(SMALL,
                """
                    {"input_tokens":21,"cache_creation_input_tokens":0,"cache_read_input_tokens":188086,"output_tokens":393}"""))
                .isEqualTo(20_795);
    }

    private static String kept(int plain, int minutes, int hour, int output) {
        return "{\"input_tokens\":" + plain + ",\"cache_creation_input_tokens\":" + (minutes + hour)
                + ",\"cache_read_input_tokens\":0,\"cache_creation\":{\"ephemeral_5m_input_tokens\":" + minutes
                + ",\"ephemeral_1h_input_tokens\":" + hour + "},\"output_tokens\":" + output + "}";
    }

    @Test
    void whatIsKeptForAnHourCostsTwiceAsMuchAsPlainTokens() throws Exception {
        // 10 x 1 + 2,001 x 1.25 + 100 x 5 = 3,011.25
        assertThat(micros(SMALL, kept(10, 2_001, 0, 100))).isEqualTo(3_012);
        // 10 x 1 + 2,001 x 2 + 100 x 5
        assertThat(micros(SMALL, kept(10, 0, 2_001, 100))).isEqualTo(4_512);
        // 10 x 1 + 1,001 x 1.25 + 1,000 x 2 + 100 x 5 = 3,761.25
        assertThat(micros(SMALL, kept(10, 1_001, 1_000, 100))).isEqualTo(3_762);
        // 1 x 6 + 100,000 x 7.50 + 100,000 x 12 + 100 x 22.50
        assertThat(micros(LONG, kept(1, 100_000, 100_000, 100))).isEqualTo(1_952_256);
        // 100,000 x 3.75 + 100,000 x 6 + 100 x 15
        assertThat(micros(LONG, kept(0, 100_000, 100_000, 100))).isEqualTo(976_500);
    }

    @Test
    void ofAStreamWhatIsKeptForAnHourIsToldAtItsBeginning() throws Exception {
        // 10 x 1 + 1,001 x 1.25 + 1,000 x 2 + 100 x 5 = 3,761.25
        assertThat(micros(SMALL, kept(10, 1_001, 1_000, 1),
                "{\"input_tokens\":10,\"cache_creation_input_tokens\":2001,\"output_tokens\":100}")).isEqualTo(3_762);
        // the whole grows while it speaks: 10 x 1 + 2,000 x 1.25 + 1,000 x 2 + 100 x 5
        assertThat(micros(SMALL, kept(10, 1_001, 1_000, 1),
                "{\"cache_creation_input_tokens\":3000,\"output_tokens\":100}")).isEqualTo(5_010);
        // without the whole: 5 x 1.25 + 5 x 2 = 16.25
        assertThat(micros(SMALL, "{\"input_tokens\":0,\"output_tokens\":0,\"cache_creation\":"
                + "{\"ephemeral_5m_input_tokens\":5,\"ephemeral_1h_input_tokens\":5}}")).isEqualTo(17);
    }

    @Test
    void thoughtsAreWithinWhatIsWritten() throws Exception {
        // 10 x 1 + 200 x 5
        assertThat(micros(SMALL,
                "{\"input_tokens\":10,\"output_tokens\":200,\"output_tokens_details\":{\"thinking_tokens\":150}}"))
                .isEqualTo(1_010);
    }

    @Test
    void ofAStreamTheLastCountHolds() throws Exception {
        // 12 x 1 + 1000 x 0.10 + 30 x 5
        assertThat(micros(SMALL,
                "{\"input_tokens\":12,\"cache_read_input_tokens\":1000,\"cache_creation_input_tokens\":0,\"output_tokens\":1}",
                "{\"output_tokens\":30}")).isEqualTo(262);
    }

    @Test
    void whatLiesInTheCacheMakesAPromptLong() throws Exception {
        // 1 x 6 + 200,000 x 0.60 + 100 x 22.50
        assertThat(micros(LONG,
                "{\"input_tokens\":1,\"cache_read_input_tokens\":200000,\"cache_creation_input_tokens\":0,\"output_tokens\":100}"))
                .isEqualTo(122_256);
        // 200,000 x 3 + 100 x 15
        assertThat(micros(LONG, "{\"input_tokens\":200000,\"output_tokens\":100}")).isEqualTo(601_500);
    }
}
