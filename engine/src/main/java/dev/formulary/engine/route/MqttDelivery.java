package dev.formulary.engine.route;

import dev.formulary.engine.mqtt.BrokerRefusalException;
import dev.formulary.engine.mqtt.MqttLink;
import dev.formulary.engine.mqtt.Outgoing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the messages of one answer to the broker, in their order and each until the broker has it. Only so many are on their
/// way at once: whoever gives more waits, and so does the provider behind. Used by one thread.
final class MqttDelivery {
    /// How many messages are on their way at once.
    static final int WINDOW = 16;
    private static final Logger LOG = LoggerFactory.getLogger(MqttDelivery.class);

    private final MqttLink link;
    private final String topic;
    private final byte @Nullable [] correlation;
    private final Deque<OnItsWay> onTheirWay = new ArrayDeque<>();

    private record OnItsWay(Outgoing message, CompletableFuture<?> done) {}

    MqttDelivery(MqttLink link, String topic, byte @Nullable [] correlation) {
        this.link = link;
        this.topic = topic;
        this.correlation = correlation;
    }

    /// Publishes one message, for as long as it takes.
    ///
    /// @return whether the broker has taken it
    static boolean publish(MqttLink link, Outgoing message) throws InterruptedException {
        var alone = new MqttDelivery(link, message.topic(), message.correlation());
        alone.onTheirWay.add(new OnItsWay(message, link.answer(message)));
        return alone.flush();
    }

    /// Gives a message on its way.
    ///
    /// @return false when the broker has refused one before, and would refuse it again
    /// @throws InterruptedException when stopped
    boolean give(MqttReply reply) throws InterruptedException {
        boolean taken = onTheirWay.size() < WINDOW || first();
        Outgoing message = reply.to(topic, correlation);
        onTheirWay.add(new OnItsWay(message, link.answer(message)));
        return taken;
    }

    /// Waits until the broker has all of them.
    ///
    /// @return false when it has refused one
    boolean flush() throws InterruptedException {
        boolean taken = true;
        while (taken && !onTheirWay.isEmpty()) {
            taken = first();
        }
        return taken;
    }

    /// Waits for the first; when it did not arrive, it and all behind it are sent once more, so that the order stays.
    private boolean first() throws InterruptedException {
        while (true) {
            OnItsWay first = onTheirWay.getFirst();
            try {
                first.done.get();
                onTheirWay.removeFirst();
                return true;
            } catch (ExecutionException e) {
                Throwable why = e.getCause() == null ? e : e.getCause();
                boolean refused = why instanceof BrokerRefusalException;
                LOG.warn("answer not published topic={} again={} cause={}", topic, !refused, why.getMessage());
                if (refused) {
                    return false;
                }
                TimeUnit.SECONDS.sleep(1);
                again();
            }
        }
    }

    private void again() {
        int count = onTheirWay.size();
        for (int i = 0; i < count; i++) {
            Outgoing message = onTheirWay.removeFirst().message;
            onTheirWay.addLast(new OnItsWay(message, link.answer(message)));
        }
    }
}
