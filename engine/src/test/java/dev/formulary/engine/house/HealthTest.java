package dev.formulary.engine.house;

import static dev.formulary.engine.facts.BreakerState.CLOSED;
import static dev.formulary.engine.facts.BreakerState.HALF_OPEN;
import static dev.formulary.engine.facts.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HealthTest {

    @Test
    void aProviderIsDownWhenNoneOfItsModelsCanBeAsked() {
        assertThat(health()).isEqualTo(Health.DOWN);
        assertThat(health(OPEN, OPEN)).isEqualTo(Health.DOWN);
        assertThat(health(OPEN, HALF_OPEN)).as("one that tries is not back yet").isEqualTo(Health.DOWN);
        assertThat(health(OPEN, CLOSED)).isEqualTo(Health.DEGRADED);
        assertThat(health(CLOSED, HALF_OPEN)).isEqualTo(Health.DEGRADED);
        assertThat(health(CLOSED, CLOSED)).isEqualTo(Health.UP);
    }

    @Test
    void modelsThatNobodyAskedDoNotSpeakForOneThatCantBeAskedButAProbeDoes() {
        List<Candidate> models = List.of(Portraits.model("p", "a", OPEN, 1, 4, 0),
                Portraits.model("p", "b", CLOSED, -1, 0, 0));
        assertThat(Health.of(models, false)).isEqualTo(Health.DOWN);
        assertThat(Health.of(models, true)).isEqualTo(Health.DEGRADED);

        List<Candidate> asked = List.of(models.getFirst(), Portraits.model("p", "b", CLOSED, 0, 1, 0));
        assertThat(Health.of(asked, false)).isEqualTo(Health.DEGRADED);
        assertThat(Health.of(List.of(models.getLast()), false)).as("nothing is known against it").isEqualTo(Health.UP);
    }

    @Test
    void manyFailedCallsOfAllModelsTogetherDegradeIt() {
        assertThat(failing(0.2, 10, 0, 0)).isEqualTo(Health.DEGRADED);
        assertThat(failing(0.2, 9, -1, 0)).as("too few calls say too little").isEqualTo(Health.UP);
        assertThat(failing(0.4, 10, 0, 20)).as("4 of 30").isEqualTo(Health.UP);
        assertThat(failing(0.6, 10, 0, 20)).as("6 of 30").isEqualTo(Health.DEGRADED);
    }

    private static Health health(BreakerState... breakers) {
        return Health.of(Stream.of(breakers).map(each -> Portraits.model("p", "m", each, -1, 0, 0)).toList(), true);
    }

    private static Health failing(double one, int calls, double other, int otherCalls) {
        List<Candidate> models = List.of(Portraits.model("p", "a", CLOSED, one, calls, 0),
                Portraits.model("p", "b", CLOSED, other, otherCalls, 0));
        return Health.of(models, true);
    }
}
