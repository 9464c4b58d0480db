package dev.formulary.engine.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class OrderTest {

    @Test
    void everyTopicThatIsHeardGivesItsOrderAndNothingElseDoes() {
        List<String> heard = new Topics("house", "homeassistant").commands();

        assertThat(heard).allMatch(topic -> topic.startsWith("formulary/v1/house/command/"))
                .extracting(topic -> Order.of(topic.substring(topic.lastIndexOf('/') + 1), "PRESS"))
                .containsExactly(new Order.Acknowledge(), new Order.Probe(), new Order.ReloadRules(),
                        new Order.Choose("PRESS"));
        assertThat(Order.of("probe", "press")).isNull();
        assertThat(Order.of("stop", "PRESS")).isNull();
    }
}
