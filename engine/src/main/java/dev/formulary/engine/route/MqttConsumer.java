package dev.formulary.engine.route;

import dev.formulary.engine.mqtt.Incoming;
import dev.formulary.engine.mqtt.Messages;
import dev.formulary.engine.mqtt.MqttLink;
import java.time.Duration;
import org.apache.camel.Endpoint;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;

/// The beginning of one version of one MQTT route.
final class MqttConsumer extends DefaultConsumer implements Suspendable {
    private static final Duration DRAIN = Duration.ofMinutes(10);

    private final String topic;
    private final MqttLink link;
    private final MqttAnswering answering;
    private final Gate gate = new Gate();
    private Messages.@Nullable Subscription subscription;

    MqttConsumer(Endpoint endpoint, Processor processor, String topic, MqttAnswering.Desk desk) {
        super(endpoint, processor);
        this.topic = topic;
        this.link = desk.link();
        answering = new MqttAnswering(desk, new MqttExchange(this, link));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        subscription = link.serve(topic, this::take);
    }

    @Override
    protected void doSuspend() {
        retire();
    }

    @Override
    protected void doStop() throws Exception {
        retire();
        super.doStop();
    }

    private void retire() {
        Messages.Subscription known = subscription;
        if (known != null) {
            known.close();
        }
        gate.close(DRAIN);
    }

    private boolean take(Incoming message) throws InterruptedException {
        if (!gate.enter()) {
            return false;
        }
        try {
            answering.handle(message);
            return true;
        } finally {
            gate.leave();
        }
    }
}
