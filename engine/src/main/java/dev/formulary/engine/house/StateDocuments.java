package dev.formulary.engine.house;

import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Occupancy;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The state of the gateway as retained messages: a pure function of a portrait. Members are in snake case, times ISO 8601,
/// money in dollars; what is not known is left out.
final class StateDocuments {
    /// So many of the open alerts stand in the message about all of them: Home Assistant keeps no more than 16 KiB of attributes.
    private static final int MOST_ALERTS = 10;
    /// So many of a provider's models, and of its limits, for the same reason.
    private static final int MOST_MODELS = 25;
    private static final int LONGEST_MESSAGE = 500;
    private static final int DECIMALS = 4;

    private final Topics topics;

    StateDocuments(Topics topics) {
        this.topics = topics;
    }

    List<Document> of(Portrait portrait) {
        var all = new ArrayList<Document>();
        portrait.providers().forEach(each -> all.add(provider(each, portrait.at())));
        portrait.budgets().forEach(each -> all.add(budget(each)));
        portrait.alerts().forEach(each -> all.add(Document.of(topics.alert(each), alert(each), gist(each))));
        all.add(alerts(portrait.alerts()));
        all.add(queue(portrait));
        all.add(cost(portrait.cost()));
        var auto = Map.of("chosen", portrait.auto().chosen(), "options", portrait.auto().options());
        all.add(Document.of(topics.auto(), new TreeMap<>(auto), auto));
        return all;
    }

    private Document provider(ProviderState provider, Instant now) {
        Health health = provider.health(now);
        var json = new LinkedHashMap<String, Object>();
        json.put("id", provider.id());
        json.put("health", health.word());
        json.put("problem", health == Health.UP ? "OFF" : "ON");
        json.put("in_flight", provider.inFlight());
        json.put("waiting", provider.lane().waiting());
        json.put("capacity", provider.lane().capacity());
        known(json, "first_byte_p50_ms", provider.firstByte().p50());
        known(json, "first_byte_p95_ms", provider.firstByte().p95());
        json.put("calls", Health.calls(provider.models()));
        share(json, Health.errorRate(provider.models()));
        var limits = provider.limits().stream().filter(limit -> limit.leftAt(now) >= 0)
                .limit(MOST_MODELS).map(limit -> limit(limit, now)).toList();
        if (!limits.isEmpty()) {
            json.put("limits", limits);
        }
        ProviderState.Probed probe = provider.probe();
        if (probe != null) {
            json.put("probed_at", probe.at().toString());
            json.put("probe", probe.result());
        }
        json.put("offered", provider.models().size());
        json.put("models", provider.models().stream().filter(StateDocuments::inUse).limit(MOST_MODELS)
                .map(StateDocuments::model).toList());
        return Document.of(topics.provider(provider.id()), json, health);
    }

    private static boolean inUse(Candidate model) {
        return model.breaker() != BreakerState.CLOSED || model.vitals().calls() > 0 || model.inFlight() > 0;
    }

    private static Map<String, Object> model(Candidate model) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", model.id());
        json.put("breaker", model.breaker().name().toLowerCase(Locale.ROOT));
        json.put("in_flight", model.inFlight());
        share(json, model.errorRate());
        known(json, "limit_left", model.limitLeft());
        return json;
    }

    private static Map<String, Object> limit(LearnedLimit limit, Instant now) {
        var json = new LinkedHashMap<String, Object>();
        json.put("model", limit.model());
        json.put("unit", limit.unit());
        json.put("left", limit.leftAt(now));
        known(json, "limit", limit.limit());
        json.put("full_at", limit.fullAt().toString());
        return json;
    }

    private static void known(Map<String, Object> json, String name, long number) {
        if (number >= 0) {
            json.put(name, number);
        }
    }

    private static void share(Map<String, Object> json, double rate) {
        if (rate >= 0) {
            json.put("error_rate", BigDecimal.valueOf(rate).setScale(DECIMALS, RoundingMode.HALF_UP));
        }
    }

    private Document budget(Budget budget) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", budget.id());
        json.put("scope", budget.scope());
        json.put("currency", "USD");
        json.put("limit", Json.dollars(budget.limit()));
        json.put("spent", Json.dollars(budget.spent()));
        json.put("reserved", Json.dollars(budget.reserved()));
        json.put("left", Json.dollars(budget.left()));
        json.put("kind", budget.hard() ? "hard" : "soft");
        json.put("step", Math.round(budget.step() * 100));
        json.put("exhausted", budget.exhausted());
        json.put("resets_at", budget.resetsAt().toString());
        forecast(json, budget.outlook());
        return Document.of(topics.budget(budget.id()), json,
                budget.exhausted() + " " + budget.step() + " " + budget.resetsAt());
    }

    /// What is not known, or not in sight, is left out.
    private static void forecast(Map<String, Object> json, Budget.Outlook outlook) {
        if (outlook.known()) {
            json.put("end", Json.dollars(outlook.end()));
            json.put("end_low", Json.dollars(outlook.endLow()));
            json.put("end_high", Json.dollars(outlook.endHigh()));
        }
        if (outlook.hours() >= 0) {
            json.put("hours_left", BigDecimal.valueOf(outlook.hours()).setScale(1, RoundingMode.HALF_UP));
        }
    }

    private static String gist(OpenAlert alert) {
        return alert.severity() + " " + alert.state() + " " + alert.acknowledged();
    }

    static Map<String, Object> alert(OpenAlert alert) {
        var json = new LinkedHashMap<String, Object>();
        json.put("id", Topics.alertId(alert));
        json.put("code", alert.code());
        json.put("rule", alert.rule());
        if (!alert.resource().isEmpty()) {
            json.put("resource", alert.resource());
        }
        json.put("state", alert.state().name().toLowerCase(Locale.ROOT));
        json.put("severity", alert.severity().name().toLowerCase(Locale.ROOT));
        json.put("message", cut(alert.message()));
        json.put("first_seen", alert.firstSeen().toString());
        json.put("last_seen", alert.lastSeen().toString());
        json.put("count", alert.count());
        OpenAlert.Acknowledgement noted = alert.acknowledged();
        if (noted != null) {
            json.put("acknowledged_by", noted.by());
            json.put("acknowledged_at", noted.at().toString());
            if (!noted.note().isEmpty()) {
                json.put("acknowledged_note", noted.note());
            }
        }
        return json;
    }

    private static String cut(String message) {
        return message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "…";
    }

    private Document alerts(List<OpenAlert> open) {
        var json = new LinkedHashMap<String, Object>();
        json.put("open", open.size());
        json.put("unacknowledged", open.stream().filter(each -> each.acknowledged() == null).count());
        if (!open.isEmpty()) {
            json.put("worst", open.getFirst().severity().name().toLowerCase(Locale.ROOT));
        }
        json.put("alerts", open.stream().limit(MOST_ALERTS).map(StateDocuments::alert).toList());
        return Document.of(topics.alerts(), json,
                open.stream().map(each -> Topics.alertId(each) + " " + gist(each)).sorted().toList());
    }

    private Document queue(Portrait portrait) {
        var lines = new ArrayList<Map<String, Object>>();
        new TreeMap<String, Occupancy>(portrait.lanes()).forEach((name, lane) -> {
            var line = new LinkedHashMap<String, Object>();
            line.put("line", name);
            line.put("waiting", lane.waiting());
            line.put("in_flight", lane.inFlight());
            line.put("capacity", lane.capacity());
            lines.add(line);
        });
        var json = new LinkedHashMap<String, Object>();
        json.put("waiting", portrait.waiting());
        json.put("in_flight", portrait.inFlight());
        json.put("lines", lines);
        return Document.of(topics.queue(), json, portrait.waiting() > 0);
    }

    private Document cost(Portrait.Cost cost) {
        var json = new LinkedHashMap<String, Object>();
        json.put("day", cost.day().toString());
        json.put("since", cost.day().atStartOfDay(ZoneOffset.UTC).toInstant().toString());
        json.put("currency", "USD");
        json.put("cost", Json.dollars(cost.micros()));
        json.put("answers", cost.answers());
        json.put("unpriced", cost.unpriced());
        return Document.of(topics.cost(), json, cost.day());
    }
}
