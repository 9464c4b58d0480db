package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.facts.BreakerState;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Operators see breakers, and overrule them.
class BreakerDeskTest {
    private final Breakers breakers = new Breakers(Samples.BREAKER, new MutableClock(Samples.NOON), _ -> {});
    private final BreakerDesk desk = new BreakerDesk(breakers, () -> List.of(Samples.priced("home", "big", 0, 0)));

    private Change.Result change(String path, String model) {
        return Objects.requireNonNull(desk.changes().get(path)).apply(Map.of("model", model));
    }

    @Test
    void oneIsOpenedClosedAndLeftToItself() {
        change("/admin/breakers/open", "home/big");
        assertThat(desk.lines()).containsExactly(new BreakerDesk.Line("home/big", BreakerState.OPEN, null, 0));
        change("/admin/breakers/close", "home/big");
        assertThat(breakers.state("home/big")).isEqualTo(BreakerState.CLOSED);
        change("/admin/breakers/reset", "home/big");
        Object history = Objects.requireNonNull(desk.documents().get("/admin/breakers/history")).get();
        assertThat(history)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(BreakerHistory.Change.class))
                .extracting(BreakerHistory.Change::to)
                .containsExactly(BreakerState.CLOSED, BreakerState.CLOSED, BreakerState.OPEN);
    }

    @Test
    void aModelThatIsNotThereIsRefusedWithTheRightWay() {
        assertThatThrownBy(() -> change("/admin/breakers/open", "home/none"))
                .hasMessageContaining("as /admin/providers lists it, not 'home/none'");
    }
}
