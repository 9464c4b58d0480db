package dev.formulary.engine.store;

import static dev.formulary.engine.store.DecisionJson.finite;
import static dev.formulary.engine.store.DecisionJson.inOrder;
import static dev.formulary.engine.store.DecisionJson.lower;

import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Situation;
import java.util.Map;

/// The situation within the document of a decision.
final class SituationJson {
    private SituationJson() {}

    static Map<String, Object> of(Situation situation) {
        Map<String, Object> json = inOrder("at", situation.at().toString(), "cpu", finite(situation.host().cpu()),
                "memory", finite(situation.host().memory()), "disk", finite(situation.host().disk()), "gpu",
                finite(situation.host().gpu()), "gpu_memory", finite(situation.host().gpuMemory()), "in_flight",
                situation.inFlight(), "waiting", situation.waiting(), "open_alerts",
                situation.openAlerts().stream().sorted().toList(), "budgets",
                situation.budgets().stream().map(budget -> inOrder("id", budget.id(), "spent_micros", budget.spent(),
                        "reserved_micros", budget.reserved(), "limit_micros", budget.limit())).toList());
        if (!situation.measures().isEmpty()) {
            json.put("measures", situation.measures().stream().map(SituationJson::measure).toList());
        }
        return json;
    }

    private static Map<String, Object> measure(Measure measure) {
        return inOrder("id", measure.id(), "model", measure.model(), "kind", lower(measure.kind()), "points",
                finite(measure.points()), "reason", measure.reason(), "origin", lower(measure.origin()), "by",
                measure.by(), "until", measure.until().toString());
    }
}
