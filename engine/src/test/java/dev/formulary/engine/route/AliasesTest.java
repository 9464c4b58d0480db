package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AliasesTest {
    private final Aliases aliases = new Aliases(Map.of("vision", "b/m", "auto:fast", "a/m", "auto:any", "auto"));

    @Test
    void onlyWhatMakesADifferenceIsOfferedForAuto() {
        assertThat(aliases.options()).containsExactly("auto", "auto:fast", "vision");
    }

    @Test
    void whatIsChosenForAutoHoldsForAllThatMeansAutoAndForNothingElse() {
        assertThat(aliases.of("auto")).isEqualTo(new Aliases.Meaning("auto", ""));

        assertThat(aliases.choose("vision")).isTrue();

        for (String asked : new String[]{"auto", "auto:latest", "auto:any"}) {
            assertThat(aliases.of(asked)).as(asked).isEqualTo(new Aliases.Meaning("b/m", "vision"));
        }
        assertThat(aliases.of("auto:fast")).isEqualTo(new Aliases.Meaning("a/m", ""));
        assertThat(aliases.of("c/m")).isEqualTo(new Aliases.Meaning("c/m", ""));
        assertThat(aliases.choose("auto")).isTrue();
        assertThat(aliases.of("auto").standsIn()).isFalse();
    }

    @Test
    void whatIsNotOfferedIsRefusedAndChangesNothing() {
        aliases.choose("vision");

        for (String wrong : new String[]{"", "b/m", "auto:any", "Vision", "home"}) {
            assertThat(aliases.choose(wrong)).as(wrong).isFalse();
        }
        assertThat(aliases.chosen()).isEqualTo("vision");
    }
}
