package dev.formulary.engine.house;

import dev.formulary.engine.alert.OpenAlert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Something that happened and that a house may react to.
///
/// @param about `alerts` or `providers`
/// @param type one of the event types of that
/// @param members what else is known of it
record Happening(String about, String type, Map<String, Object> members) {
    static final String ALERTS = "alerts";
    static final String PROVIDERS = "providers";
    /// What may become of an alert.
    static final List<String> ALERT_TYPES = List.of("opened", "worsened", "acknowledged", "resolved");
    /// What may become of a provider.
    static final List<String> PROVIDER_TYPES = List.of("failover", "down", "degraded", "up");

    String payload() {
        var json = new LinkedHashMap<String, Object>();
        json.put("event_type", type);
        json.putAll(members);
        return Json.write(json);
    }

    /// What happened between two moments. What was so before the first is no news, but for alerts, which all began since.
    static List<Happening> between(@Nullable Portrait before, Portrait after) {
        var all = new ArrayList<Happening>();
        Map<String, OpenAlert> known = byId(before == null ? List.of() : before.alerts());
        Map<String, OpenAlert> now = byId(after.alerts());
        now.forEach((id, alert) -> {
            String type = type(known.get(id), alert);
            if (type != null) {
                all.add(new Happening(ALERTS, type, StateDocuments.alert(alert)));
            }
        });
        known.forEach((id, alert) -> {
            if (!now.containsKey(id)) {
                all.add(new Happening(ALERTS, "resolved", StateDocuments.alert(alert)));
            }
        });
        if (before != null) {
            changes(before, after, all);
        }
        return all;
    }

    private static Map<String, OpenAlert> byId(List<OpenAlert> alerts) {
        return alerts.stream().collect(Collectors.toMap(Topics::alertId, Function.identity(), (one, _) -> one,
                LinkedHashMap::new));
    }

    private static @Nullable String type(@Nullable OpenAlert before, OpenAlert after) {
        if (before == null) {
            return "opened";
        }
        if (after.severity().compareTo(before.severity()) > 0) {
            return "worsened";
        }
        return before.acknowledged() == null && after.acknowledged() != null ? "acknowledged" : null;
    }

    private static void changes(Portrait before, Portrait after, List<Happening> all) {
        var known = before.providers().stream()
                .collect(Collectors.toMap(ProviderState::id, each -> each.health(before.at())));
        for (ProviderState provider : after.providers()) {
            Health was = known.get(provider.id());
            Health is = provider.health(after.at());
            if (was != null && was != is) {
                var members = new LinkedHashMap<String, Object>();
                members.put("provider", provider.id());
                members.put("before", was.word());
                members.put("at", after.at().toString());
                all.add(new Happening(PROVIDERS, is.word(), members));
            }
        }
    }
}
