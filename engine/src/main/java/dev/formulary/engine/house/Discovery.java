package dev.formulary.engine.house;

import dev.formulary.engine.config.HomeAssistant;
import dev.formulary.engine.facts.Budget;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The message by which Home Assistant finds the gateway as a device: a pure function of which providers, budgets and
/// choices there are. Format: Home Assistant's MQTT integration, device discovery. Every entity's `unique_id` is made of the
/// node's name and of ids of the configuration only, so it stays the same.
final class Discovery {
    private static final String PLATFORM = "platform";
    private static final String NAME = "name";
    private static final String ICON = "icon";
    private static final String STATE = "state_topic";
    private static final String COMMAND = "command_topic";
    private static final String TEMPLATE = "value_template";
    private static final String ATTRIBUTES = "json_attributes_topic";
    private static final String CLASS = "device_class";
    private static final String STATE_CLASS = "state_class";
    private static final String UNIT = "unit_of_measurement";
    private static final String CATEGORY = "entity_category";

    private final Topics topics;
    private final HomeAssistant settings;
    private final String version;

    Discovery(Topics topics, HomeAssistant settings, String version) {
        this.topics = topics;
        this.settings = settings;
        this.version = version;
    }

    /// The entities by their keys.
    Map<String, Map<String, Object>> components(Portrait portrait) {
        var all = new TreeMap<String, Map<String, Object>>();
        portrait.providers().forEach(each -> provider(all, each.id()));
        portrait.budgets().forEach(each -> budget(all, each));
        add(all, "queue", "sensor", "Calls waiting", ICON, "mdi:tray-full", STATE, topics.queue(), TEMPLATE,
                value("waiting"), STATE_CLASS, "measurement", UNIT, "calls", ATTRIBUTES, topics.queue());
        add(all, "cost_today", "sensor", "Cost today", STATE, topics.cost(), TEMPLATE, value("cost"), CLASS,
                "monetary", STATE_CLASS, "total", "last_reset_value_template", value("since"), UNIT, "USD",
                ATTRIBUTES, topics.cost());
        add(all, "alerts_open", "sensor", "Open alerts", ICON, "mdi:alert", STATE, topics.alerts(), TEMPLATE,
                value("open"), STATE_CLASS, "measurement", UNIT, "alerts", ATTRIBUTES, topics.alerts());
        event(all, "alert_events", "Alert", "mdi:bell-alert", Happening.ALERTS, Happening.ALERT_TYPES);
        event(all, "provider_events", "Provider", "mdi:swap-horizontal", Happening.PROVIDERS,
                Happening.PROVIDER_TYPES);
        if (settings.commands()) {
            commands(all, portrait.auto());
        }
        return all;
    }

    private void provider(Map<String, Map<String, Object>> all, String id) {
        String key = "provider_" + Names.id(id);
        String topic = topics.provider(id);
        add(all, key + "_health", "sensor", id + " health", ICON, "mdi:heart-pulse", STATE, topic, TEMPLATE,
                value("health"), CLASS, "enum", "options",
                Arrays.stream(Health.values()).map(Health::word).toList(), ATTRIBUTES, topic);
        add(all, key + "_problem", "binary_sensor", id + " problem", STATE, topic, TEMPLATE, value("problem"),
                CLASS, "problem", "payload_on", "ON", "payload_off", "OFF");
    }

    private void budget(Map<String, Map<String, Object>> all, Budget budget) {
        String topic = topics.budget(budget.id());
        add(all, "budget_" + Names.id(budget.id()) + "_left", "sensor", "Budget " + budget.id() + " left", STATE,
                topic, TEMPLATE, value("left"), CLASS, "monetary", UNIT, "USD", ATTRIBUTES, topic);
    }

    private void event(Map<String, Map<String, Object>> all, String key, String name, String icon, String about,
            List<String> types) {
        add(all, key, "event", name, ICON, icon, STATE, topics.events(about), "event_types", types);
    }

    private void commands(Map<String, Map<String, Object>> all, Portrait.Auto auto) {
        button(all, Order.ACKNOWLEDGE, "Acknowledge alerts", "mdi:bell-check");
        button(all, Order.PROBE, "Probe providers", "mdi:stethoscope");
        button(all, Order.RELOAD_RULES, "Reload rules", "mdi:reload");
        add(all, "auto", "select", "Model auto means", ICON, "mdi:robot", STATE, topics.auto(), TEMPLATE,
                value("chosen"), COMMAND, topics.command(Order.AUTO), "options", auto.options(), CATEGORY, "config");
    }

    private void button(Map<String, Map<String, Object>> all, String order, String name, String icon) {
        add(all, "button_" + Names.id(order), "button", name, ICON, icon, COMMAND, topics.command(order),
                "payload_press", Order.PRESS, CATEGORY, "config");
    }

    private void add(Map<String, Map<String, Object>> all, String key, String platform, String name,
            Object... members) {
        var component = new LinkedHashMap<String, Object>();
        component.put(PLATFORM, platform);
        component.put("unique_id", topics.device() + "_" + key);
        component.put(NAME, name);
        for (int i = 0; i < members.length; i += 2) {
            component.put((String) members[i], members[i + 1]);
        }
        all.put(key, component);
    }

    private static String value(String member) {
        return "{{ value_json." + member + " }}";
    }

    /// The message.
    ///
    /// @param gone platforms of entities that there were before, by their keys; they are removed by it
    Document document(Map<String, Map<String, Object>> components, Map<String, String> gone) {
        var all = new LinkedHashMap<String, Object>(components);
        gone.forEach((key, platform) -> all.put(key, Map.of(PLATFORM, platform)));
        var json = new LinkedHashMap<String, Object>();
        var device = new LinkedHashMap<String, Object>();
        device.put("identifiers", List.of(topics.device()));
        device.put(NAME, settings.name());
        device.put("manufacturer", "Formulary");
        device.put("model", "AI gateway");
        device.put("sw_version", version);
        json.put("device", device);
        json.put("origin", Map.of(NAME, "Formulary"));
        json.put("availability", List.of(Map.of("topic", topics.status())));
        json.put("qos", 1);
        json.put("components", all);
        String payload = Json.write(json);
        return new Document(topics.discovery(), payload, payload);
    }
}
