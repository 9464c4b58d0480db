package dev.formulary.broker;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/// The packets of one client, both ways, in their order. Artemis lets what comes wait for the disk in the line of whichever
/// thread handles it, so that a message could overtake the one before; here all packets of a client wait in one line. And it lets
/// a message that goes out wait for whatever its thread has still to write; here it waits for nothing, as it was written down
/// before its sender was told. All other packets wait as before.
final class OrderedHandler extends MQTTProtocolHandler {
    private final StorageManager storage;
    private final OperationContext line;
    private final Crossings crossings;
    private volatile @Nullable ChannelHandlerContext way;
    private volatile @Nullable RemotingConnection connection;

    OrderedHandler(ActiveMQServer server, MQTTProtocolManager manager, Crossings crossings) {
        super(server, manager);
        this.crossings = crossings;
        storage = server.getStorageManager();
        line = storage.newContext(server.getExecutorFactory().getExecutor());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        way = context;
    }

    /// Whose packets these are.
    void belongsTo(RemotingConnection client) {
        connection = client;
    }

    @Override
    public void act(MqttMessage packet) {
        storage.setContext(line);
        try {
            if (packet instanceof MqttSubscribeMessage subscriptions) {
                subscribe(subscriptions);
            } else {
                super.act(packet);
            }
        } finally {
            storage.clearContext();
        }
    }

    private void subscribe(MqttSubscribeMessage packet) {
        Crossings.Subscribing begun = crossings.subscribes();
        try {
            super.act(packet);
        } finally {
            RemotingConnection client = connection;
            begun.done(client == null ? null : client.getClientID(), packet);
        }
    }

    @Override
    protected void sendToClient(MqttMessage packet) {
        ChannelHandlerContext out = way;
        if (out != null && packet instanceof MqttPublishMessage message) {
            var _ = out.writeAndFlush(RetainAsPublished.marked(message), out.voidPromise());
        } else {
            super.sendToClient(packet);
        }
    }
}
