package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// Puts together what rules set and cap.
final class Limits {
    static final int USUAL_ATTEMPTS = 3;

    private final List<Said.Preset> said = new ArrayList<>(2);
    private final EnumMap<Parameter, Double> presets = new EnumMap<>(Parameter.class);
    private final EnumMap<Parameter, Double> caps = new EnumMap<>(Parameter.class);

    void preset(Said.Preset next) {
        said.add(next);
    }

    void cap(Said.Cap next) {
        caps.merge(next.parameter(), next.value(), Math::min);
    }

    /// Finds which presets hold, when all have been said.
    ///
    /// @param problems where conflicts are told
    void settle(List<String> problems) {
        if (said.isEmpty()) {
            return;
        }
        var byParameter = new EnumMap<Parameter, List<Said.Preset>>(Parameter.class);
        said.forEach(one -> byParameter.computeIfAbsent(one.parameter(), _ -> new ArrayList<>(2)).add(one));
        byParameter.forEach(
                (parameter, all) -> presets.put(parameter, Settlement.holding(all, problems).value()));
    }

    /// Sets what no rule sets.
    ///
    /// @return whether none did
    boolean presetIfFree(Parameter parameter, double value) {
        return presets.putIfAbsent(parameter, value) == null;
    }

    Map<Parameter, Plan.Limit> all() {
        if (presets.isEmpty() && caps.isEmpty()) {
            return Map.of();
        }
        var limits = new EnumMap<Parameter, Plan.Limit>(Parameter.class);
        presets.keySet().forEach(parameter -> limits.put(parameter, limit(parameter)));
        caps.keySet().forEach(parameter -> limits.put(parameter, limit(parameter)));
        return limits;
    }

    private Plan.Limit limit(Parameter parameter) {
        return new Plan.Limit(presets.getOrDefault(parameter, Double.NaN), caps.getOrDefault(parameter, Double.NaN));
    }

    /// A cap alone sets nothing: what no rule allows to be cached is not cached.
    int cacheSeconds() {
        return (int) limit(Parameter.CACHE_SECONDS).applyTo(presets.getOrDefault(Parameter.CACHE_SECONDS, 0.0));
    }

    int attempts() {
        double wanted = presets.getOrDefault(Parameter.ATTEMPTS, (double) USUAL_ATTEMPTS);
        return Math.max(1, (int) limit(Parameter.ATTEMPTS).applyTo(wanted));
    }
}
