package dev.formulary.broker;

import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTSessionState;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTStateManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Leaves a message its mark of being retained for a subscription that asks for that (MQTT 5, section 3.8.3.1). Artemis does so
/// only where the subscription names the very topic, and not where it has a wildcard. Artemis sends a message in the thread in
/// which it tells of it.
final class RetainAsPublished implements ActiveMQServerPlugin {
    private static final Logger LOG = LoggerFactory.getLogger(RetainAsPublished.class);
    private static final ThreadLocal<Boolean> MARK = new ThreadLocal<>();

    private volatile @Nullable ActiveMQServer server;

    @Override
    public void registered(ActiveMQServer started) {
        server = started;
    }

    @Override
    public void beforeDeliver(ServerConsumer consumer, MessageReference reference) {
        if (reference.getMessage().getBooleanProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY) && asks(consumer)) {
            MARK.set(true);
        }
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference reference) {
        MARK.remove();
    }

    private boolean asks(ServerConsumer consumer) {
        ActiveMQServer started = server;
        String client = consumer.getConnectionClientID();
        if (started == null || client == null) {
            return false;
        }
        try {
            MQTTSessionState session = MQTTStateManager.getInstance(started).getSessionStates().get(client);
            var wildcards = started.getConfiguration().getWildcardConfiguration();
            String queue = consumer.getQueueName().toString();
            return session != null && session.getSubscriptions().stream().anyMatch(each -> each.option()
                    .isRetainAsPublished()
                    && MQTTUtil.getCoreQueueFromMqttTopic(each.topicFilter(), client, wildcards).equals(queue));
        } catch (Exception e) {
            LOG.warn("a retained message is delivered as any other", e);
            return false;
        }
    }

    /// The message as it is to go out.
    static MqttPublishMessage marked(MqttPublishMessage message) {
        MqttFixedHeader before = message.fixedHeader();
        if (MARK.get() == null || before.isRetain()) {
            return message;
        }
        var header = new MqttFixedHeader(before.messageType(), before.isDup(), before.qosLevel(), true,
                before.remainingLength());
        return new MqttPublishMessage(header, message.variableHeader(), message.payload());
    }
}
