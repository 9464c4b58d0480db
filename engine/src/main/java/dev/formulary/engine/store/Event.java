package dev.formulary.engine.store;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;

/// What happens to calls, on its way into the log.
sealed interface Event {

    record Decided(Question question, Decision decision) implements Event {}

    record Completed(String id, Outcome outcome) implements Event {}
}
