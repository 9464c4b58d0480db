package dev.formulary.engine.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Occupancy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Capacity capacity = new Capacity.Adaptive();
    private long now = 1;

    /// Seconds with as many calls as are allowed, all with that time to the first byte.
    private void seconds(int seconds, long firstByteMs) {
        for (int second = 0; second < seconds; second++) {
            for (int call = 0; call < 40; call++) {
                now += 25 * MS;
                capacity.learn(now, firstByteMs * MS, capacity.calls(), false);
            }
        }
    }

    @Test
    void growsWhileAnswersBeginAsSoonAsBefore() {
        int before = capacity.calls();
        seconds(20, 100);
        assertThat(capacity.calls()).isGreaterThan(before);
    }

    @Test
    void shrinksWhenAnswersBeginMuchLaterAndRecovers() {
        seconds(60, 100);
        int healthy = capacity.calls();
        seconds(20, 1_500);
        int slow = capacity.calls();
        assertThat(slow).isLessThan(healthy / 2);
        seconds(120, 100);
        assertThat(capacity.calls()).isGreaterThan(slow);
    }

    @Test
    void shrinksAtOnceWhenCallsAreRefusedAndGrowsSlowlyAfter() {
        for (int i = 0; i < 30; i++) {
            now += MS;
            capacity.learn(now, MS, capacity.calls(), true);
        }
        int refused = capacity.calls();
        assertThat(refused).isLessThan(Capacity.Adaptive.FIRST);
        seconds(2, 100);
        assertThat(capacity.calls()).isGreaterThan(refused);
    }

    @Test
    void staysWithinItsBounds() {
        for (int i = 0; i < 10_000; i++) {
            now += MS;
            capacity.learn(now, MS, capacity.calls(), true);
        }
        assertThat(capacity.calls()).isEqualTo(Capacity.Adaptive.LEAST);
        seconds(600, 100);
        assertThat(capacity.calls()).isBetween(Capacity.Adaptive.LEAST, Capacity.Adaptive.MOST);
    }

    @Test
    void aProviderKeepsItsLaneForAsLongAsItIsThere() {
        var lanes = new Lanes(Map.of("gpu", 2)::get, new Settings.Queue(10, 1), System::nanoTime);
        Lane gpu = lanes.of("gpu");
        Turn turn = gpu.enter();
        lanes.tick(Set.of());
        assertThat(lanes.of("gpu")).as("somebody is in it").isSameAs(gpu);
        assertThat(lanes.occupancy()).containsEntry("gpu", new Occupancy(1, 2, 0));
        assertThat(turn).isNotNull();
        if (turn != null) {
            turn.ignored();
        }
        lanes.tick(Set.of("gpu"));
        assertThat(lanes.of("gpu")).isSameAs(gpu);
        lanes.tick(Set.of());
        assertThat(lanes.of("gpu")).isNotSameAs(gpu);
    }
}
