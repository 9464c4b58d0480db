package dev.formulary.engine.boot;

import dev.formulary.engine.admission.Lanes;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.dispatch.Breakers;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.provider.Providers;
import dev.formulary.engine.telemetry.Metrics;

/// Shows in the metrics how things stand.
record Display(Metrics metrics, Lanes lanes, Limits limits, Providers providers, Breakers breakers) {
    void tick(Situation situation) {
        metrics.lanes(lanes.occupancy());
        metrics.limits(limits.snapshot());
        metrics.plugins(PluginRows.of(providers.status()));
        metrics.breakers(breakers.all());
        metrics.budgets(situation.budgets());
    }
}
