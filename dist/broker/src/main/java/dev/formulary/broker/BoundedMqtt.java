package dev.formulary.broker;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.mqtt.MqttDecoder;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.BaseInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolHandler;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManager;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTProtocolManagerFactory;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.ConnectionEntry;
import org.apache.activemq.artemis.spi.core.protocol.ProtocolManager;

/// MQTT whose packets keep their order, and never take more memory than they may: Artemis itself would read up to 256 MiB, from
/// clients that have not even said who they are, and looks at the size afterwards, by MQTT 5 only.
final class BoundedMqtt extends MQTTProtocolManagerFactory {
    private final int maxPacket;
    private final Crossings crossings;

    BoundedMqtt(int maxPacket, Crossings crossings) {
        this.maxPacket = maxPacket;
        this.crossings = crossings;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public ProtocolManager createProtocolManager(ActiveMQServer server, Map<String, Object> parameters,
            List<BaseInterceptor> incoming, List<BaseInterceptor> outgoing) throws Exception {
        ProtocolManager unbounded = super.createProtocolManager(server, parameters, incoming, outgoing);
        return (ProtocolManager) Proxy.newProxyInstance(BoundedMqtt.class.getClassLoader(),
                new Class<?>[]{ProtocolManager.class}, (_, method, arguments) -> {
                    try {
                        Object result = method.invoke(unbounded, arguments);
                        if (method.getName().equals("addChannelHandlers")) {
                            better((ChannelPipeline) arguments[0], server, (MQTTProtocolManager) unbounded);
                        }
                        if (result instanceof ConnectionEntry entry) {
                            var client = ((NettyConnection) arguments[1]).getChannel().pipeline();
                            client.get(OrderedHandler.class).belongsTo(entry.connection);
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    private void better(ChannelPipeline handlers, ActiveMQServer server, MQTTProtocolManager manager) {
        handlers.replace(MqttDecoder.class, "bounded-decoder", new MqttDecoder(maxPacket));
        handlers.addAfter("bounded-decoder", "connack-first", new ConnackFirst());
        handlers.replace(MQTTProtocolHandler.class, "ordered-handler", new OrderedHandler(server, manager, crossings));
    }
}
