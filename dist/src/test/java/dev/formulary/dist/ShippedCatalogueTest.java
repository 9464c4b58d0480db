package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.ModelCatalogue;
import dev.formulary.engine.config.ModelCatalogue.Model;
import dev.formulary.spi.Capability;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The catalogue that comes along can be read and makes sense.
class ShippedCatalogueTest {
    private static final Path SHIPPED = Path.of("src/main/share/conf/models/shipped.yaml");

    @Test
    void everyModelHasAPriceASizeAndAbilitiesThatThereAre() throws Exception {
        ModelCatalogue catalogue = ModelCatalogue.read(SHIPPED, "shipped.yaml");
        List<String> abilities = Arrays.stream(Capability.values()).map(each -> each.name().toLowerCase(Locale.ROOT))
                .toList();

        assertThat(catalogue.source()).isNotBlank();
        assertThat(catalogue.goodUntil()).isAfter(catalogue.version());
        assertThat(catalogue.size()).isGreaterThan(40);
        catalogue.vendors().forEach(vendor -> {
            assertThat(vendor.hosts()).isNotEmpty();
            vendor.models().forEach((name, model) -> assertThat(model).as(name)
                    .satisfies(each -> assertThat(abilities).containsAll(each.capabilities()),
                            ShippedCatalogueTest::assertPricesMakeSense));
        });
    }

    @Test
    void longPromptsCostMoreWhereTheVendorSaysSo() throws Exception {
        ModelCatalogue catalogue = ModelCatalogue.read(SHIPPED, "shipped.yaml");
        assertThat(catalogue.vendors().stream().flatMap(vendor -> vendor.models().entrySet().stream())
                .filter(model -> model.getKey().equals("gemini-2.5-pro")).map(model -> model.getValue().priceSteps()))
                .containsExactly(
                        List.of(new ModelCatalogue.PriceStep(200_000, 2_500_000, 15_000_000, 250_000, -1, -1)));
    }

    @Test
    void whatIsPutIntoTheCacheForAnHourCostsTwiceAsMuchAsPlainTokens() throws Exception {
        ModelCatalogue catalogue = ModelCatalogue.read(SHIPPED, "shipped.yaml");
        List<Model> models = catalogue.vendors().stream().filter(vendor -> vendor.kind().equals("anthropic"))
                .flatMap(vendor -> vendor.models().values().stream()).toList();
        assertThat(models).isNotEmpty().allSatisfy(model -> {
            assertThat(4 * model.cacheWritePrice()).isEqualTo(5 * model.inputPrice());
            assertThat(model.longCacheWritePrice()).isEqualTo(2 * model.inputPrice());
            assertThat(model.priceSteps()).allSatisfy(
                    step -> assertThat(step.longCacheWritePrice()).isEqualTo(2 * step.inputPrice()));
        });
    }

    private static void assertPricesMakeSense(Model model) {
        assertThat(model.contextTokens()).isPositive();
        assertThat(model.inputPrice()).isPositive();
        if (!model.capabilities().contains("embed")) {
            assertThat(model.outputPrice()).isGreaterThanOrEqualTo(model.inputPrice());
        }
        assertThat(model.cachedInputPrice()).isLessThanOrEqualTo(model.inputPrice());
        model.priceSteps().forEach(step -> {
            assertThat(step.inputPrice()).isGreaterThanOrEqualTo(model.inputPrice());
            assertThat(step.outputPrice()).isGreaterThanOrEqualTo(model.outputPrice());
            assertThat(step.cachedInputPrice() >= 0).as("has a price for cached tokens, as shorter prompts have")
                    .isEqualTo(model.cachedInputPrice() >= 0);
            assertThat(step.cachedInputPrice()).isLessThanOrEqualTo(step.inputPrice());
        });
    }
}
