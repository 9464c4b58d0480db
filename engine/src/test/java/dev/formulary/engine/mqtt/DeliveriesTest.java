package dev.formulary.engine.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.transport.Threads;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private final ExecutorService threads = Threads.perTask("test");
    private final Listeners listeners = new Listeners();
    private final List<String> begun = new CopyOnWriteArrayList<>();
    private final List<String> acknowledged = new CopyOnWriteArrayList<>();
    private final Semaphore go = new Semaphore(0);
    private final Deliveries deliveries = new Deliveries(listeners, threads, 1);

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    private Incoming message(String topic, boolean atMostOnce, boolean retained) {
        return new Incoming(topic, new byte[0], retained, atMostOnce, null, null, List.of(),
                () -> acknowledged.add(topic));
    }

    private boolean slow(Incoming message) throws InterruptedException {
        begun.add(message.topic());
        go.acquire();
        message.acknowledge();
        return true;
    }

    @Test
    void whatIsTooMuchWaitsAndGoesWhenItNeverComesAgain() {
        listeners.add(new Listeners.Listener("q/+", true, false, this::slow));
        deliveries.take(message("q/1", false, false));
        await().until(() -> begun.equals(List.of("q/1")));

        deliveries.take(message("q/2", true, false));
        deliveries.take(message("q/3", false, false));
        go.release(2);

        await().until(() -> acknowledged.equals(List.of("q/1", "q/3")));
        await().until(() -> deliveries.underWay() == 0);
        assertThat(begun).containsExactly("q/1", "q/3");
    }

    @Test
    void whatIsRetainedOrSaidByTheNodeItselfIsNoQuestionAndIsAcknowledged() {
        listeners.add(new Listeners.Listener("q/+", true, false, this::slow));
        deliveries.own("q/own");

        deliveries.take(message("q/own", false, false));
        await().until(() -> acknowledged.contains("q/own"));
        deliveries.take(message("q/old", false, true));
        await().until(() -> acknowledged.contains("q/old"));

        assertThat(begun).isEmpty();
    }

    @Test
    void whoTakesNoMoreLeavesItToTheNextAndAnEndLeavesItAtTheBroker() {
        Listeners.Listener old = new Listeners.Listener("q/1", true, false, message -> {
            begun.add("old");
            listeners.add(new Listeners.Listener("q/1", true, false, this::slow));
            return false;
        });
        listeners.add(old);
        deliveries.take(message("q/1", false, false));
        await().until(() -> begun.equals(List.of("old", "q/1")));
        go.release();
        await().until(() -> deliveries.underWay() == 0);

        deliveries.end();
        deliveries.take(message("q/1", false, false));
        await().until(() -> deliveries.underWay() == 0);
        assertThat(begun).hasSize(2);
        assertThat(acknowledged).containsExactly("q/1");
    }
}
