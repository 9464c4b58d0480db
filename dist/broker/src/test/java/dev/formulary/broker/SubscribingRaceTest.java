package dev.formulary.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.core.ConditionTimeoutException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Subscribing in the moment of a message: what is published after the answer to it comes, and so does what is retained, whether it was
/// published before or in that moment.
class SubscribingRaceTest {
    private static final long SEED = 20_261_130;
    private static final int ROUNDS = Integer.getInteger("formulary.test.rounds", 60);
    private static final int LATEST_SPIN = 60_000;
    private static final int LATE_MS = 3;

    @TempDir
    Path folder;

    /// A subscriber of either version.
    private interface Listener extends AutoCloseable {
        void subscribe(String filter) throws Exception;

        void unsubscribe(String filter) throws Exception;

        List<String> heard();

        void forget();

        @Override
        void close() throws IOException;
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void whatIsRetainedAndWhatComesAfterIsHeard(String version) throws Exception {
        House house = House.at(folder).few(50, 50, 5_000);
        var random = new Random(SEED);
        List<String> missed = new ArrayList<>();
        try (var _ = house.open();
                Listener listener = version.equals("5") ? new Newer(house) : new Former(house);
                var said = new Client(house.port(), "said").connect()) {
            for (int i = 0; i < ROUNDS; i++) {
                String topic = "formulary/race/" + i + "/x";
                String filter = random.nextBoolean() ? topic : "formulary/race/" + i + "/+";
                int spin = random.nextInt(LATEST_SPIN);
                int late = random.nextInt(LATE_MS + 1);
                var retained = CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < spin; n++) {
                        Thread.onSpinWait();
                    }
                    await().pollDelay(Duration.ofMillis(late)).until(() -> true);
                    publish(said, topic, "retained", true);
                });
                listener.subscribe(filter);
                retained.join();
                said.publish(topic, "live", false);
                if (!hears(listener, "live")) {
                    missed.add(i + " live " + filter);
                }
                if (!hears(listener, "retained")) {
                    missed.add(i + " retained " + filter);
                }
                listener.unsubscribe(filter);
                listener.forget();
                said.publish(topic, "", true);
            }
        }
        assertThat(missed).isEmpty();
    }

    private static boolean hears(Listener listener, String text) {
        try {
            await().atMost(Duration.ofSeconds(3)).pollInterval(Duration.ofMillis(1))
                    .until(() -> listener.heard().contains(text));
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    private static void publish(Client client, String topic, String text, boolean retained) {
        try {
            client.publish(topic, text, retained);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Newer implements Listener {
        private final Client client;

        Newer(House house) throws Exception {
            client = new Client(house.port(), "newer").connect();
        }

        @Override
        public void subscribe(String filter) throws Exception {
            client.subscribe(filter);
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            client.paho.unsubscribe(filter);
        }

        @Override
        public List<String> heard() {
            return client.texts();
        }

        @Override
        public void forget() {
            client.got.clear();
        }

        @Override
        public void close() throws IOException {
            try {
                client.close();
            } catch (MqttException e) {
                throw new IOException(e);
            }
        }
    }

    private static final class Former implements Listener {
        private final org.eclipse.paho.client.mqttv3.MqttClient client;
        private final List<String> heard = new CopyOnWriteArrayList<>();

        Former(House house) throws Exception {
            client = new org.eclipse.paho.client.mqttv3.MqttClient("tcp://127.0.0.1:" + house.port(), "former",
                    new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence());
            client.connect();
        }

        @Override
        public void subscribe(String filter) throws Exception {
            client.subscribe(filter, 1, (_, message) -> heard.add(message.toString()));
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            client.unsubscribe(filter);
        }

        @Override
        public List<String> heard() {
            return heard;
        }

        @Override
        public void forget() {
            heard.clear();
        }

        @Override
        public void close() throws IOException {
            try {
                client.disconnect();
                client.close();
            } catch (org.eclipse.paho.client.mqttv3.MqttException e) {
                throw new IOException(e);
            }
        }
    }
}
