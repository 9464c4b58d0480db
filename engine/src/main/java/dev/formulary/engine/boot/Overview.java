package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Sources;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.route.RouteStatus;
import dev.formulary.engine.route.Routes;
import dev.formulary.engine.store.DecisionJson;
import dev.formulary.engine.store.Recorded;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gives the management API what it shows. Thread-safe.
final class Overview {
    private final Settings settings;
    private final Senses senses;
    private final Supply supply;
    private final Routes routes;
    private final Instant started = Instant.now();

    Overview(Settings settings, Senses senses, Supply supply, Routes routes) {
        this.settings = settings;
        this.senses = senses;
        this.supply = supply;
        this.routes = routes;
    }

    Sources sources() {
        return new Sources(this::notReady, senses.metrics()::scrape, this::status, this::providers,
                supply.providers()::status, supply.policy()::report, routes::status,
                new BreakerDesk(supply.breakers(), supply::candidates)::lines,
                supply.budgets()::snapshot, senses.alerts()::open, this::recent, this::decision, this::cache,
                new Explanations(id -> senses.log().find(id), supply.policy()::ruling));
    }

    private List<String> routeProblems() {
        return routes.status().stream().filter(status -> status.state() == RouteStatus.State.BROKEN)
                .map(status -> status.file() + ": " + status.message()).toList();
    }

    private List<String> notReady() {
        List<String> missing = new ArrayList<>();
        if (supply.policy().report().generation() == 0) {
            missing.add("no rule set was accepted yet");
        }
        if (supply.candidates().isEmpty()) {
            missing.add("no provider offers a model");
        }
        if (routes.status().stream().noneMatch(status -> status.state() == RouteStatus.State.SERVING)) {
            missing.add("no route serves");
        }
        return missing;
    }

    private Shown.Status status() {
        return new Shown.Status(VersionCommand.version(), settings.node(), started,
                Duration.between(started, Instant.now()), senses.host().current(), senses.chronicle().inFlight(),
                routeProblems());
    }

    private List<Shown.ProviderModels> providers() {
        var byProvider = new TreeMap<String, List<Candidate>>();
        supply.candidates().forEach(each -> byProvider.computeIfAbsent(each.provider(), _ -> new ArrayList<>())
                .add(each));
        return byProvider.entrySet().stream().map(each -> new Shown.ProviderModels(each.getKey(), each.getValue()))
                .toList();
    }

    private List<Map<String, Object>> recent(int most) {
        return senses.log().recent(most).stream().map(DecisionJson::of).toList();
    }

    private @Nullable Object decision(String id) {
        Recorded recorded = senses.log().find(id);
        return recorded == null ? null : DecisionJson.of(recorded);
    }

    private Map<String, Object> cache() {
        ResponseCache cache = supply.cache();
        return cache == null ? Map.of("state", "off") : cache.statistics();
    }
}
