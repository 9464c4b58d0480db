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

    private static void assertPricesMakeSense(Model model) {
        assertThat(model.contextTokens()).isPositive();
        assertThat(model.inputPrice()).isPositive();
        if (!model.capabilities().contains("embed")) {
            assertThat(model.outputPrice()).isGreaterThanOrEqualTo(model.inputPrice());
        }
        assertThat(model.cachedInputPrice()).isLessThanOrEqualTo(model.inputPrice());
    }
}
