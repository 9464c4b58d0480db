package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Samples;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.PriceStep;
import org.junit.jupiter.api.Test;

class DialTest {
    @Test
    void aPriceThatIsTriedIsThatOfPromptsOfAnyLength() {
        Candidate model = Samples.priced("a", "m", 5, 6, new PriceStep(9, 100_000_000, 100_000_000, -1, -1));
        Dial price = Dial.of(model).stream().filter(dial -> dial.field().equals("price")).findFirst().orElseThrow();

        Candidate cheap = price.turned().apply(1_000_000);

        assertThat(cheap.costMicros(1_000, 0)).isEqualTo(1_000);
        assertThat(cheap.card().classPrices().steps()).isEmpty();
    }
}
