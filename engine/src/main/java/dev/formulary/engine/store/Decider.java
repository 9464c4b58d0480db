package dev.formulary.engine.store;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;

/// Some rules to decide with. Thread-safe.
@FunctionalInterface
public interface Decider {

    /// Equal questions get equal decisions.
    Decision decide(Question question);
}
