package dev.formulary.engine.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ClassPrices;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.PriceStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a vendor does not tell is looked up.
class CardCatalogueTest {
    private static final String CATALOGUE = """
        version: 2026-07-24
        source: a price list
        vendors:
          - kind: openai
            hosts: [api.openai.com]
            models:
              big:
                context-tokens: 1000
                input-price: 2.50
                output-price: 10
                cached-input-price: 1.25
                long-cache-write-price: 5
                capabilities: [chat, vision]
                labels: [house]
                licence: proprietary
                price-steps:
                  - {above: 200000, input-price: 5, output-price: 15, cached-input-price: 2.5,
                     long-cache-write-price: 10}
              big-2*: {input-price: 3, output-price: 4}
              big-*: {input-price: 1, output-price: 2}
        """;
    private final Path folder;

    CardCatalogueTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private ModelCatalogue read(String text) throws IOException, ConfigurationException {
        return ModelCatalogue.read(Files.writeString(folder.resolve("a.yaml"), text), "a.yaml");
    }

    private ModelCard complete(ModelCard card, Map<String, Object> settings) throws Exception {
        return new CardCatalogue(List.of(read(CATALOGUE))).complete("openai", settings, List.of(card)).getFirst();
    }

    @Test
    void anOpenCardIsCompleted() throws Exception {
        assertThat(complete(ModelCard.of("big"), Map.of())).isEqualTo(new ModelCard("big",
                Set.of(Capability.CHAT, Capability.VISION), 1000, 2_500_000, 10_000_000, false, Set.of("house"), -1, -1,
                Map.of("licence", "proprietary"),
                new ClassPrices(1_250_000, -1, 5_000_000, -1, -1, -1, "a price list", "2026-07-24",
                        List.of(new PriceStep(200_000, 5_000_000, 15_000_000, 2_500_000, -1, 10_000_000)))));
    }

    @Test
    void stepsOfPricesNeedAllThatTheyAreMadeOf() {
        for (String[] wrong : new String[][]{
                {"input-price: 1, output-price: 2, price-steps: [{above: 0, input-price: 1, output-price: 2}]",
                        "above"},
                {"input-price: 1, output-price: 2, price-steps: [{above: 9, input-price: 1}]", "output-price"},
                {"input-price: 1, output-price: 2, price-steps: [{above: 9, input-price: 20000, output-price: 2}]",
                        "up to 10000"},
                {"input-price: 1, price-steps: [{above: 9, input-price: 1, output-price: 2}]", "output-price"},
                {"input-price: 1, output-price: 2, price-steps: [{above: 9, input-price: 1, output-price: 2},"
                        + " {above: 9, input-price: 3, output-price: 4}]", "the same number of tokens"}}) {
            assertThatThrownBy(() -> read("version: 2026-01-01\nvendors:\n  - kind: x\n    models: {m: {" + wrong[0]
                    + "}}\n")).as(wrong[0]).isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(wrong[1]);
        }
    }

    @Test
    void whatTheVendorTellsComesFirst() throws Exception {
        var told = new ModelCard("big", Set.of(Capability.CHAT, Capability.TOOLS), 7, 1, 2, false, Set.of(), 5, 6,
                Map.of("licence", "MIT"));
        ModelCard card = complete(told, Map.of());
        assertThat(card.contextTokens()).isEqualTo(7);
        assertThat(card.inputPrice()).isEqualTo(1);
        assertThat(card.capabilities()).isEqualTo(told.capabilities());
        assertThat(card.attributes()).containsEntry("licence", "MIT");
        assertThat(card.classPrices()).isEqualTo(ClassPrices.NONE);
        assertThat(card.labels()).containsExactly("house");
    }

    @Test
    void aServerOfAnotherHostIsNotTheVendor() throws Exception {
        assertThat(complete(ModelCard.of("big"), Map.of("base-url", "https://API.openai.com/v1")).inputPrice())
                .isEqualTo(2_500_000);
        for (String other : List.of("http://127.0.0.1:8000/v1", "https://api.openai.com.evil.example/v1", "no url")) {
            assertThat(complete(ModelCard.of("big"), Map.of("base-url", other))).isEqualTo(ModelCard.of("big"));
        }
        assertThat(new CardCatalogue(List.of(read(CATALOGUE))).complete("gemini", Map.of(),
                List.of(ModelCard.of("big")))).containsExactly(ModelCard.of("big"));
    }

    @Test
    void theLongestBeginningOfANameCounts() throws Exception {
        assertThat(complete(ModelCard.of("big-2026"), Map.of()).inputPrice()).isEqualTo(3_000_000);
        assertThat(complete(ModelCard.of("big-mini"), Map.of()).inputPrice()).isEqualTo(1_000_000);
        assertThat(complete(ModelCard.of("bi"), Map.of()).inputPrice()).isEqualTo(ModelCard.UNKNOWN);
    }

    @Test
    void aLaterCatalogueComesFirst() throws Exception {
        ModelCatalogue shipped = read(CATALOGUE);
        ModelCatalogue own = read("""
            version: 2026-01-01
            vendors:
              - {kind: openai, hosts: [api.openai.com], models: {big: {input-price: 7, output-price: 8}}}
            """);
        ModelCard card = new CardCatalogue(List.of(shipped, own))
                .complete("openai", Map.of(), List.of(ModelCard.of("big"))).getFirst();
        assertThat(card.inputPrice()).isEqualTo(7_000_000);
        assertThat(card.contextTokens()).isEqualTo(1000);
    }
}
