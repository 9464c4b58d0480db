package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Candidate.Vitals;
import dev.formulary.spi.ModelCard;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// All models that could be asked, as they are now. Thread-safe: a snapshot is made on a tick and shared until the next.
public final class Fleet {
    private final Supplier<Map<String, List<ModelCard>>> cards;
    private final BiFunction<String, BreakerState, Vitals> vitals;
    private final Breakers breakers;
    private volatile List<Candidate> candidates = List.of();

    /// @param cards what each provider offers, by provider id
    /// @param vitals how a model does, by `provider/model`
    public Fleet(Supplier<Map<String, List<ModelCard>>> cards, BiFunction<String, BreakerState, Vitals> vitals,
            Breakers breakers) {
        this.cards = cards;
        this.vitals = vitals;
        this.breakers = breakers;
    }

    /// Takes a new snapshot.
    public void tick() {
        List<Candidate> all = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        cards.get().forEach((provider, models) -> models.forEach(card -> {
            String id = provider + "/" + card.id();
            ids.add(id);
            all.add(Candidate.of(provider, card, vitals.apply(id, breakers.state(id))));
        }));
        all.sort(Comparator.comparing(Candidate::id));
        breakers.tick(ids);
        candidates = List.copyOf(all);
    }

    /// The latest snapshot, by id.
    public List<Candidate> candidates() {
        return candidates;
    }
}
