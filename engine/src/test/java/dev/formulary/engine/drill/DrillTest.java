package dev.formulary.engine.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrillTest {
    private static final DrillSize SIZE = new DrillSize(10, Duration.ofSeconds(10), Duration.ofSeconds(1));

    private static List<?> phases(@Nullable Map<String, Object> settings) {
        return (List<?>) Objects.requireNonNull(Objects.requireNonNull(settings).get("phases"));
    }

    @ParameterizedTest
    @EnumSource
    void whatGoesWrongBeginsEndsAndIsOverInTime(Drill drill) {
        Map<String, Map<String, Object>> providers = drill.providers(SIZE.from(), SIZE.until());

        assertThat(providers).containsOnlyKeys("drill-a", "drill-b", "drill-c");
        assertThat(phases(providers.get("drill-a"))).hasSizeGreaterThan(1);
        for (Map<String, Object> settings : providers.values()) {
            List<?> phases = phases(settings);
            assertThat(phases).extracting(phase -> ((Map<?, ?>) phase).get("after-ms")).isSorted()
                    .allMatch(at -> (long) at >= 2_000 && (long) at <= 7_000);
            if (!phases.isEmpty()) {
                assertThat(phases.getLast()).isEqualTo(Map.of("faults", List.of(), "first-token-ms",
                        settings.get("first-token-ms"), "after-ms", 7_000L));
            }
        }
        assertThat(Drill.named(drill.word())).contains(drill);
        assertThat(drill.about()).isNotBlank();
    }

    @Test
    void onlyOneDrillLeavesNobodyToAnswer() {
        assertThat(Drill.values()).filteredOn(Drill::hopeless).containsExactly(Drill.ALL_DOWN);
        assertThat(Drill.ALL_DOWN.providers(1, 2).values()).allMatch(settings -> phases(settings).size() == 2);
        assertThat(Drill.named("nothing")).isEmpty();
    }

    @Test
    void aSizeThatIsTooSmallOrTooLargeIsRefused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new DrillSize(9, second.multipliedBy(2), second)).hasMessageContaining("10 to 2000");
        assertThatThrownBy(() -> new DrillSize(2_001, second.multipliedBy(2), second)).hasMessageContaining("2001");
        assertThatThrownBy(() -> new DrillSize(10, second, second)).hasMessageContaining("2 to 30, not 1");
        assertThatThrownBy(() -> new DrillSize(10, second.multipliedBy(31), second)).hasMessageContaining("not 31");
        assertThatThrownBy(() -> new DrillSize(10, second.multipliedBy(2), Duration.ofMillis(99)))
                .hasMessageContaining("100 to 10000 ms, not 99");
        assertThatThrownBy(() -> new DrillSize(10, second.multipliedBy(2), second.multipliedBy(11)))
                .hasMessageContaining("11000");
    }
}
