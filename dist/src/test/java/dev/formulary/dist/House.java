package dev.formulary.dist;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A house as Home Assistant makes one of MQTT: it takes what it discovers under `homeassistant`, follows the topics that
/// entities name, and notes whatever is not as it must be. Speaks MQTT 3.1.1, as Home Assistant does by preset.
final class House implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    final List<String> wrong = new CopyOnWriteArrayList<>();
    final List<JsonNode> events = new CopyOnWriteArrayList<>();
    private final Map<String, JsonNode> entities = new ConcurrentHashMap<>();
    private final Map<String, JsonNode> states = new ConcurrentHashMap<>();
    private final Map<String, String> plain = new ConcurrentHashMap<>();
    private final Mqtt3AsyncClient client;
    private volatile String device = "";
    private final AtomicInteger discovered = new AtomicInteger();

    House(int port) {
        client = MqttClient.builder().useMqttVersion3().identifier("house" + System.nanoTime())
                .serverHost("127.0.0.1").serverPort(port).automaticReconnectWithDefaultConfig()
                .addConnectedListener(_ -> begin()).buildAsync();
        client.publishes(MqttGlobalPublishFilter.ALL, this::take);
        client.connectWith().cleanSession(true).send().join();
    }

    private void begin() {
        subscribe("homeassistant/device/+/config");
    }

    private void subscribe(String topic) {
        var _ = client.subscribeWith().topicFilter(topic).qos(MqttQos.AT_LEAST_ONCE).send();
    }

    private void take(Mqtt3Publish message) {
        String topic = message.getTopic().toString();
        String payload = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
        try {
            if (topic.startsWith("homeassistant/")) {
                discover(topic, payload);
            } else {
                plain.put(topic, payload);
                if (topic.contains("/events/") || payload.startsWith("{")) {
                    state(topic, JSON.readTree(payload), message.isRetain());
                }
            }
        } catch (JsonProcessingException e) {
            wrong.add(topic + " has no JSON: " + payload);
        }
    }

    private void discover(String topic, String payload) throws JsonProcessingException {
        if (payload.isEmpty()) {
            device = "";
            entities.clear();
            return;
        }
        JsonNode message = JSON.readTree(payload);
        wrong.addAll(HouseRules.wrong(topic, message));
        device = message.at("/device/identifiers/0").asText();
        message.path("components").properties().forEach(each -> {
            if (each.getValue().size() == 1) {
                entities.remove(each.getKey());
            } else {
                entities.put(each.getKey(), each.getValue());
                each.getValue().properties().stream().filter(member -> member.getKey().endsWith("state_topic")
                        || member.getKey().equals("json_attributes_topic"))
                        .forEach(member -> subscribe(member.getValue().asText()));
            }
        });
        subscribe(message.at("/availability/0/topic").asText());
        discovered.incrementAndGet();
    }

    private void state(String topic, JsonNode message, boolean retained) {
        if (topic.contains("/events/")) {
            events.add(message);
        } else {
            states.put(topic, message);
        }
        entities.forEach((key, component) -> {
            if (component.path("state_topic").asText().equals(topic)) {
                wrong.addAll(HouseRules.wrong(key, component, message, retained));
            }
        });
    }

    /// The keys of the entities, none when there is no device.
    Map<String, JsonNode> entities() {
        return new TreeMap<>(entities);
    }

    private JsonNode entity(String key) {
        return entities.getOrDefault(key, MissingNode.getInstance());
    }

    /// The id of the device, or empty.
    String device() {
        return device;
    }

    /// How often the device was described.
    int discovered() {
        return discovered.get();
    }

    /// What an entity shows; empty while it shows nothing.
    String state(String key) {
        JsonNode component = entity(key);
        JsonNode state = states.get(component.path("state_topic").asText());
        return state == null ? "" : HouseRules.value(component.path("value_template").asText(), state).asText();
    }

    /// What else is known of an entity.
    JsonNode attribute(String key, String name) {
        JsonNode component = entity(key);
        return Objects.requireNonNullElse(states.get(component.path("json_attributes_topic").asText()),
                MissingNode.getInstance()).path(name);
    }

    /// What was last said at a topic that is no JSON.
    String said(String topic) {
        return plain.getOrDefault(topic, "");
    }

    /// Whether such an event came.
    boolean happened(String type, String member, String value) {
        return events.stream().anyMatch(event -> event.path("event_type").asText().equals(type)
                && event.path(member).asText().equals(value));
    }

    /// Presses a button.
    void press(String key) {
        order(key, entity(key).path("payload_press").asText());
    }

    /// Sends something to where an entity takes orders.
    void order(String key, String payload) {
        say(entity(key).path("command_topic").asText(), payload, false);
    }

    void say(String topic, String payload, boolean retain) {
        client.publishWith().topic(topic).qos(MqttQos.AT_LEAST_ONCE).retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8)).send().join();
    }

    @Override
    public void close() {
        var _ = client.disconnect();
    }
}
