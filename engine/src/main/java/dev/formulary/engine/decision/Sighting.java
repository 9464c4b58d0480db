package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Signal;
import dev.formulary.engine.facts.Situation;
import java.util.List;

/// What rules that watch see on a tick.
record Sighting(Situation situation, List<Candidate> candidates, List<Signal> signals) {
    Sighting {
        candidates = List.copyOf(candidates);
        signals = List.copyOf(signals);
    }
}
