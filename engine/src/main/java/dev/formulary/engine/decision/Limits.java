package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts together what rules set and cap.
final class Limits {
    static final int USUAL_ATTEMPTS = 3;

    private final EnumMap<Parameter, Said.Preset> presets = new EnumMap<>(Parameter.class);
    private final EnumMap<Parameter, Double> caps = new EnumMap<>(Parameter.class);

    /// @param problems where conflicts are told
    void preset(Said.Preset next, List<String> problems) {
        Said.Preset before = presets.get(next.parameter());
        if (before == null || before.value() == next.value()) {
            presets.putIfAbsent(next.parameter(), next);
            return;
        }
        boolean smaller = next.value() < before.value();
        problems.add(conflict(smaller ? next : before, smaller ? before : next));
        if (smaller) {
            presets.put(next.parameter(), next);
        }
    }

    private static String conflict(Said.Preset holds, Said.Preset yields) {
        return "conflict: rule '" + holds.rule().id() + "' sets " + holds.subject() + ", rule '" + yields.rule().id()
                + "' sets " + yields.subject() + "; the smaller value holds";
    }

    void cap(Said.Cap next) {
        caps.merge(next.parameter(), next.value(), Math::min);
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
        Said.@Nullable Preset preset = presets.get(parameter);
        Double cap = caps.get(parameter);
        return new Plan.Limit(preset == null ? Double.NaN : preset.value(), cap == null ? Double.NaN : cap);
    }

    /// A cap alone sets nothing: what no rule allows to be cached is not cached.
    int cacheSeconds() {
        return (int) limit(Parameter.CACHE_SECONDS).applyTo(presets.containsKey(Parameter.CACHE_SECONDS)
                ? limit(Parameter.CACHE_SECONDS).preset()
                : 0);
    }

    int attempts() {
        Plan.Limit limit = limit(Parameter.ATTEMPTS);
        return Math.max(1, (int) limit.applyTo(Double.isNaN(limit.preset()) ? USUAL_ATTEMPTS : limit.preset()));
    }
}
