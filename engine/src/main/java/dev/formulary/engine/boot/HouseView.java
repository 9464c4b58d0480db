package dev.formulary.engine.boot;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.house.Portrait;
import dev.formulary.engine.house.ProviderState;
import dev.formulary.engine.house.ProviderState.FirstByte;
import dev.formulary.engine.route.Aliases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Takes portraits of the gateway. Used by one thread at a time.
final class HouseView {
    private final Senses senses;
    private final Supply supply;
    private final Aliases aliases;
    private final Duration every;
    private final Map<String, FirstByte> firstBytes = new HashMap<>();
    private Instant measured = Instant.MIN;

    /// @param every how often times are put together, which takes longer than all else
    HouseView(Senses senses, Supply supply, Aliases aliases, Duration every) {
        this.senses = senses;
        this.supply = supply;
        this.aliases = aliases;
        this.every = every;
    }

    Portrait take() {
        Instant now = senses.clock().instant();
        Map<String, List<Candidate>> models = models();
        if (!now.isBefore(measured.equals(Instant.MIN) ? now : measured.plus(every))) {
            measured = now;
            firstBytes.clear();
            models.forEach((provider, all) -> firstBytes.put(provider, firstByte(all)));
        }
        List<LearnedLimit> limits = supply.limits().learned();
        List<ProviderState> providers = models.entrySet().stream()
                .map(each -> provider(each.getKey(), each.getValue(), limits)).toList();
        Map<String, Occupancy> lanes = supply.lanes().occupancy();
        return new Portrait(now, providers, supply.budgets().snapshot(), senses.alerts().open(), lanes,
                supply.lanes().waiting(), senses.chronicle().inFlight(), cost(),
                new Portrait.Auto(aliases.chosen(), aliases.options()));
    }

    /// Those of the configuration, also when they offer no model, and those that plug-ins bring by themselves.
    private Map<String, List<Candidate>> models() {
        var models = new TreeMap<String, List<Candidate>>();
        supply.probes().providers().forEach(id -> models.put(id, new ArrayList<>()));
        supply.providers().cards().keySet().forEach(id -> models.computeIfAbsent(id, _ -> new ArrayList<>()));
        supply.candidates().forEach(each -> models.computeIfAbsent(each.provider(), _ -> new ArrayList<>())
                .add(each));
        return models;
    }

    private FirstByte firstByte(List<Candidate> models) {
        List<Integer> known = senses.vitals().firstByteMs(models.stream().map(Candidate::id).toList(), 50, 95);
        return new FirstByte(known.get(0), known.get(1));
    }

    private ProviderState provider(String id, List<Candidate> models, List<LearnedLimit> limits) {
        return new ProviderState(id, models, supply.lanes().of(id).occupancy(),
                firstBytes.getOrDefault(id, FirstByte.UNKNOWN),
                limits.stream().filter(limit -> limit.model().startsWith(id + "/")).toList(), probed(id));
    }

    private ProviderState.@Nullable Probed probed(String id) {
        ProbeDesk.Latest latest = supply.probes().latest(id);
        return latest == null ? null : new ProviderState.Probed(latest.at(), latest.result());
    }

    private Portrait.Cost cost() {
        Portrait.Cost answers = senses.daybook().cost();
        return new Portrait.Cost(answers.day(), answers.micros() + supply.probes().spentMicros(), answers.answers(),
                answers.unpriced());
    }
}
