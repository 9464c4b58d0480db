package dev.formulary.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Home Assistant's MQTT integration asks of a device discovery message and of what comes to the topics that it names: a
/// checker of its documented rules. It knows the platforms that a gateway uses, and templates of the form
/// `{{ value_json.name }}`.
final class HouseRules {
    private static final Pattern TOPIC = Pattern.compile("(?<prefix>.+)/device/(?<id>[a-zA-Z0-9_-]+)/config");
    private static final Pattern TEMPLATE = Pattern.compile("\\{\\{ value_json((?:\\.[a-z0-9_]+)+) }}");
    private static final Set<String> ROOT = Set.of("device", "origin", "components", "availability", "qos");
    private static final Set<String> DEVICE = Set.of("identifiers", "name", "manufacturer", "model", "sw_version");
    private static final Map<String, Predicate<JsonNode>> SHARED = Map.of("platform", HouseRules::text, "unique_id",
            HouseRules::text, "name",
            HouseRules::text, "icon", node -> node.asText().matches("mdi:[a-z0-9-]+"));
    private static final Map<String, Map<String, Predicate<JsonNode>>> PLATFORMS = Map.of(
            "sensor",
            Map.of("state_topic", HouseRules::published, "value_template", HouseRules::pattern, "json_attributes_topic",
                    HouseRules::published,
                    "device_class", oneOf("enum", "monetary"), "state_class", oneOf("measurement", "total"),
                    "unit_of_measurement", HouseRules::text, "options", HouseRules::texts, "last_reset_value_template",
                    HouseRules::pattern),
            "binary_sensor",
            Map.of("state_topic", HouseRules::published, "value_template", HouseRules::pattern, "device_class",
                    oneOf("problem", "connectivity"), "payload_on", HouseRules::text, "payload_off", HouseRules::text),
            "event", Map.of("state_topic", HouseRules::published, "event_types", HouseRules::texts),
            "button",
            Map.of("command_topic", HouseRules::published, "payload_press", HouseRules::text, "entity_category",
                    oneOf("config", "diagnostic")),
            "select",
            Map.of("state_topic", HouseRules::published, "value_template", HouseRules::pattern, "command_topic",
                    HouseRules::published,
                    "options", HouseRules::texts, "entity_category", oneOf("config", "diagnostic")));
    private static final Map<String, Set<String>> REQUIRED = Map.of("sensor", Set.of("state_topic"), "binary_sensor",
            Set.of("state_topic"), "event", Set.of("state_topic", "event_types"), "button", Set.of("command_topic"),
            "select", Set.of("command_topic", "options"));

    private HouseRules() {}

    private static Predicate<JsonNode> oneOf(String... words) {
        return node -> List.of(words).contains(node.asText());
    }

    private static boolean text(JsonNode node) {
        return node.isTextual() && !node.asText().isBlank();
    }

    private static boolean published(JsonNode topic) {
        return topic.isTextual() && topic.asText().matches("[^+#\\x00]{1,200}");
    }

    private static boolean pattern(JsonNode template) {
        return TEMPLATE.matcher(template.asText()).matches();
    }

    private static boolean texts(JsonNode texts) {
        Set<String> seen = new HashSet<>();
        for (JsonNode text : texts) {
            if (!text(text) || !seen.add(text.asText())) {
                return false;
            }
        }
        return texts.isArray() && !texts.isEmpty();
    }

    /// What is wrong with a discovery message; empty when Home Assistant takes it.
    static List<String> wrong(String topic, JsonNode message) {
        var wrong = new ArrayList<String>();
        if (!TOPIC.matcher(topic).matches()) {
            wrong.add("no discovery topic: " + topic);
        }
        onlyKnown("the message", message, ROOT, wrong);
        onlyKnown("device", message.path("device"), DEVICE, wrong);
        if (!texts(message.at("/device/identifiers"))) {
            wrong.add("device has no identifiers");
        }
        if (!text(message.at("/origin/name"))) {
            wrong.add("origin has no name");
        }
        if (!published(message.at("/availability/0/topic"))) {
            wrong.add("availability has no topic");
        }
        if (message.path("qos").asInt(-1) < 0 || message.path("qos").asInt() > 2) {
            wrong.add("qos is none");
        }
        if (message.path("components").isEmpty()) {
            wrong.add("there are no components");
        }
        Set<String> ids = new HashSet<>();
        message.path("components").properties().forEach(each -> component(each.getKey(), each.getValue(), ids, wrong));
        return wrong;
    }

    private static void onlyKnown(String what, JsonNode object, Set<String> known, List<String> wrong) {
        object.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                wrong.add(what + " has " + name);
            }
        });
    }

    private static void component(String key, JsonNode component, Set<String> ids, List<String> wrong) {
        String platform = component.path("platform").asText();
        Map<String, Predicate<JsonNode>> own = PLATFORMS.get(platform);
        if (own == null) {
            wrong.add(key + " has an unknown platform '" + platform + "'");
        } else if (component.size() > 1) { // else it removes the entity
            component.properties().forEach(each -> {
                Predicate<JsonNode> right = own.getOrDefault(each.getKey(), SHARED.get(each.getKey()));
                if (right == null || !right.test(each.getValue())) {
                    wrong.add(key + "." + each.getKey() + " is wrong: " + each.getValue());
                }
            });
            REQUIRED.getOrDefault(platform, Set.of()).stream().filter(name -> !component.has(name))
                    .forEach(name -> wrong.add(key + " lacks " + name));
            if (!ids.add(component.path("unique_id").asText())) {
                wrong.add(key + " has no unique_id of its own");
            }
            if (platform.equals("sensor")) {
                sensor(key, component, wrong);
            }
        }
    }

    private static void sensor(String key, JsonNode sensor, List<String> wrong) {
        String kind = sensor.path("device_class").asText();
        String state = sensor.path("state_class").asText();
        if (sensor.has("options") != kind.equals("enum") || (sensor.has("options") && sensor.has("state_class"))) {
            wrong.add(key + ": options are for the device class enum, which has no state class");
        }
        if (sensor.has("last_reset_value_template") && !state.equals("total")) {
            wrong.add(key + ": last_reset_value_template is for the state class total");
        }
        if (kind.equals("monetary") && (state.equals("measurement")
                || !sensor.path("unit_of_measurement").asText().matches("[A-Z]{3}"))) {
            wrong.add(key + ": money is a total, in a currency");
        }
    }

    /// What is wrong with a message that came to an entity's state topic; empty when it is its state.
    static List<String> wrong(String key, JsonNode component, JsonNode message, boolean retained) {
        String platform = component.path("platform").asText();
        if (platform.equals("event")) {
            return retained || !contains(component.path("event_types"), message.path("event_type").asText())
                    ? List.of(key + " is no event: " + message)
                    : List.of();
        }
        JsonNode value = value(component.path("value_template").asText(), message);
        boolean right = switch (platform) {
            case "binary_sensor" -> value.asText().equals(component.path("payload_on").asText("ON"))
                    || value.asText().equals(component.path("payload_off").asText("OFF"));
            case "sensor" -> component.has("options")
                    ? contains(component.path("options"), value.asText())
                    : value.isNumber() || !component.has("unit_of_measurement");
            case "select" -> contains(component.path("options"), value.asText());
            default -> false;
        };
        return right ? List.of() : List.of(key + " has no state in " + message);
    }

    private static boolean contains(JsonNode texts, String text) {
        for (JsonNode each : texts) {
            if (each.asText().equals(text)) {
                return true;
            }
        }
        return false;
    }

    /// What a template makes of a message.
    static JsonNode value(String template, JsonNode message) {
        Matcher path = TEMPLATE.matcher(template);
        return path.matches() ? message.at(path.group(1).replace('.', '/')) : message;
    }
}
