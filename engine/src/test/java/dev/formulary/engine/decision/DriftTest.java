package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The choice follows providers that drift. [DriftTimes] measures it over many seeds; the bounds here are loose, and the same
/// seed gives the same figures on every machine.
class DriftTest {
    @ParameterizedTest
    @ValueSource(longs = {3, 8})
    void itBeatsAnyFixedProviderAndTurnsAndComesNearAnOracle(long seed) {
        DriftTimes.Times[] times = DriftTimes.of(seed, 0);

        for (DriftTimes.Times each : times) {
            assertThat(each.ours()).as("%s", each).isLessThan(each.fixed()).isLessThan(0.85 * each.turns());
        }
        assertThat(times[0].ours() / times[0].oracle()).as("p50 beside the oracle's").isLessThan(1.15);
        assertThat(times[1].ours() / times[1].oracle()).as("p95 beside the oracle's").isLessThan(1.25);
    }
}
