package dev.formulary.engine.facts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TrendTest {

    @Test
    void aThresholdAheadIsReachedWhenTheLineGetsThere() {
        Trend rising = new Trend(0.5, 0.1, 0.05, 0.2, 0.001, true, 0.1);

        assertThat(rising.hoursUntil(0.9)).isEqualTo(4, within(1e-9));
        assertThat(rising.soonest(0.9)).isEqualTo(2, within(1e-9));
        assertThat(rising.latest(0.9)).isEqualTo(8, within(1e-9));
    }

    @Test
    void theLineTurnsAboutTheMiddleOfTheSamples() {
        Trend rising = new Trend(0.5, 0.1, 0.05, 0.2, 0.001, true, 0.1, 1);

        assertThat(rising.hoursUntil(0.9)).isEqualTo(4, within(1e-9));
        assertThat(rising.soonest(0.9)).isEqualTo(1.5, within(1e-9));
        assertThat(rising.latest(0.9)).isEqualTo(9, within(1e-9));
    }

    @Test
    void whatASteeperLineIsPastByNowMayBeReachedAtOnce() {
        Trend rising = new Trend(0.5, 0.1, 0.05, 1, 0.001, true, 0.1, 1);

        assertThat(rising.soonest(0.6)).isZero();
    }

    @Test
    void aFallingLineReachesWhatIsBelow() {
        Trend falling = new Trend(0.5, -0.1, -0.2, -0.05, 0.001, true, 0.1);

        assertThat(falling.hoursUntil(0.1)).isEqualTo(4, within(1e-9));
        assertThat(falling.soonest(0.1)).isEqualTo(2, within(1e-9));
        assertThat(falling.latest(0.1)).isEqualTo(8, within(1e-9));
        assertThat(falling.hoursUntil(0.9)).isEqualTo(-1);
    }

    @Test
    void whatLiesOnTheLineIsReached() {
        Trend rising = new Trend(0.5, 0.1, 0.05, 0.2, 0.001, true, 0.1, 1);

        assertThat(rising.hoursUntil(0.5)).isZero();
        assertThat(rising.soonest(0.5)).isZero();
        assertThat(rising.latest(0.5)).isZero();
    }

    @Test
    void whatLiesBehindIsNotReached() {
        Trend rising = new Trend(0.5, 0.1, 0.05, 0.2, 0.001, true, 0.1);

        assertThat(rising.hoursUntil(0.4)).isEqualTo(-1);
        assertThat(rising.soonest(0.4)).isEqualTo(-1);
        assertThat(rising.latest(0.4)).isEqualTo(-1);
    }

    @Test
    void aLineThatMayAsWellFallMayNeverGetThere() {
        Trend unsure = new Trend(0.5, 0.1, -0.05, 0.2, 0.001, true, 0.1, 1);

        assertThat(unsure.latest(0.9)).isInfinite();
    }

    @Test
    void withoutATrendNothingIsForetold() {
        Trend level = new Trend(0.5, 0.1, -0.1, 0.2, 0.4, false, 0.1);

        assertThat(level.hoursUntil(0.9)).isEqualTo(-1);
        assertThat(level.soonest(0.9)).isEqualTo(-1);
        assertThat(level.latest(0.9)).isEqualTo(-1);
    }
}
