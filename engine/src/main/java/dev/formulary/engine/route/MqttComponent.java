package dev.formulary.engine.route;

import java.util.Map;
import java.util.Set;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/// Routes that begin with `mqtt5:TOPIC`: questions by MQTT, answered as the sender asks.
final class MqttComponent extends DefaultComponent {
    private final MqttAnswering.@Nullable Desk desk;

    /// @param desk who answers, or null when no broker is configured; then no route may start
    MqttComponent(MqttAnswering.@Nullable Desk desk) {
        this.desk = desk;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String topic, Map<String, Object> parameters) {
        return new Topic(uri, this, topic.replace("%2B", "+").replace("%23", "#"));
    }

    @Override
    public boolean useRawUri() {
        return true;
    }

    private final class Topic extends DefaultEndpoint implements MultipleConsumersSupport, Claim.Claiming {
        private final String topic;

        Topic(String uri, Component component, String topic) {
            super(uri, component);
            this.topic = topic;
        }

        @Override
        public boolean isMultipleConsumersSupported() {
            return true;
        }

        @Override
        public Claim claim() {
            return new Claim("mqtt:" + topic, "topic '" + topic + "'", Set.of());
        }

        @Override
        public Producer createProducer() {
            throw new UnsupportedOperationException(
                    "'mqtt5:" + topic + "' begins a route: write it with 'from', not with 'to'");
        }

        @Override
        public Consumer createConsumer(Processor processor) throws Exception {
            if (desk == null) {
                return new Idle(this, processor);
            }
            var consumer = new MqttConsumer(this, processor, topic, desk);
            configureConsumer(consumer);
            return consumer;
        }
    }

    /// Stands for a route that is never started, as there is no broker.
    private static final class Idle extends org.apache.camel.support.DefaultConsumer {
        Idle(Endpoint endpoint, Processor processor) {
            super(endpoint, processor);
        }
    }
}
