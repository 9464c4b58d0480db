package dev.formulary.broker;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;

/// A Paho client of MQTT 5, which collects what comes.
final class Client implements AutoCloseable {
    final MqttClient paho;
    final List<Got> got = new CopyOnWriteArrayList<>();

    /// A message as it came.
    record Got(String topic, MqttMessage message) {
        String text() {
            return new String(message.getPayload(), StandardCharsets.UTF_8);
        }
    }

    Client(int port, String id) throws MqttException {
        this("tcp://127.0.0.1:" + port, id);
    }

    Client(String url, String id) throws MqttException {
        paho = new MqttClient(url, id, new MemoryPersistence());
        paho.setTimeToWait(20_000);
        paho.setCallback(new Collector());
    }

    static MqttConnectionOptions options() {
        var options = new MqttConnectionOptions();
        options.setConnectionTimeout(20);
        return options;
    }

    static MqttConnectionOptions staying() {
        MqttConnectionOptions options = options();
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        return options;
    }

    Client connect() throws MqttException {
        return connect(options());
    }

    Client connect(MqttConnectionOptions options) throws MqttException {
        paho.connect(options);
        return this;
    }

    /// @return the reason code with which it was accepted or refused
    int subscribe(String filter) throws MqttException {
        return paho.subscribe(new String[]{filter}, new int[]{1}).getReasonCodes()[0];
    }

    void publish(String topic, String text, boolean retained) throws MqttException {
        var message = new MqttMessage(text.getBytes(StandardCharsets.UTF_8), 1, retained, new MqttProperties());
        paho.publish(topic, message);
    }

    List<String> texts() {
        return got.stream().map(Got::text).toList();
    }

    @Override
    public void close() throws MqttException {
        if (paho.isConnected()) {
            paho.disconnect();
        }
        paho.close(true);
    }

    private final class Collector implements MqttCallback {
        @Override
        public void messageArrived(String topic, MqttMessage message) {
            got.add(new Got(topic, message));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException exception) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String uri) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}
    }
}
