package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Messages that stay.
class RetainedTest {
    @TempDir
    Path folder;

    @BeforeEach
    void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(20));
    }

    @Test
    void aMessageKeepsItsMarkForWhoAsksForItWithAWildcardOrWithout() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open();
                var wild = new Client(house.port(), "wild").connect();
                var exact = new Client(house.port(), "exact").connect();
                var plain = new Client(house.port(), "plain").connect();
                var asker = new Client(house.port(), "asker").connect()) {
            subscribeAsPublished(wild, "formulary/v1/+/chat");
            subscribeAsPublished(exact, "formulary/v1/home/chat");
            plain.subscribe("formulary/v1/+/chat");
            asker.publish("formulary/v1/home/chat", "stays", true);
            asker.publish("formulary/v1/home/chat", "goes", false);

            for (Client each : List.of(wild, exact, plain)) {
                await().until(() -> each.texts().equals(List.of("stays", "goes")));
            }
            assertThat(marks(wild)).containsExactly(true, false);
            assertThat(marks(exact)).containsExactly(true, false);
            assertThat(marks(plain)).containsExactly(false, false);
        }
    }

    @Test
    void whatIsRefusedOrEmptyIsNotRetained() throws Exception {
        House house = House.at(folder);
        try (var _ = house.open();
                var asker = new Client(house.port(), "asker").connect();
                var later = new Client(house.port(), "later").connect()) {
            asker.publish("elsewhere/status", "refused", true);
            asker.publish("formulary/status", "before", true);
            asker.publish("formulary/status", "", true);
            asker.publish("formulary/end", "end", true);
            later.subscribe("formulary/#");

            await().until(() -> later.texts().contains("end"));
            assertThat(later.texts()).containsExactly("end");
        }
    }

    private static void subscribeAsPublished(Client client, String filter) throws Exception {
        var subscription = new MqttSubscription(filter, 1);
        subscription.setRetainAsPublished(true);
        client.paho.subscribe(new MqttSubscription[]{subscription});
    }

    private static List<Boolean> marks(Client client) {
        return client.got.stream().map(each -> each.message().isRetained()).toList();
    }
}
