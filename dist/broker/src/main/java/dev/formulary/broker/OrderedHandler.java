package dev.formulary.broker;

import io.netty.handler.codec.mqtt.MqttMessage;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

/// Takes the packets of one client. Artemis lets them wait for the disk in the line of whichever thread handles them, so that a
/// message could overtake the one before; here all packets of a client wait in one line.
final class OrderedHandler extends MQTTProtocolHandler {
    private final StorageManager storage;
    private final OperationContext line;

    OrderedHandler(ActiveMQServer server, MQTTProtocolManager manager) {
        super(server, manager);
        storage = server.getStorageManager();
        line = storage.newContext(server.getExecutorFactory().getExecutor());
    }

    @Override
    public void act(MqttMessage packet) {
        storage.setContext(line);
        try {
            super.act(packet);
        } finally {
            storage.clearContext();
        }
    }
}
