package dev.formulary.engine.facts;

import java.util.List;

/// What is to be decided. With a rule set it determines the decision, so that it can be decided again.
///
/// @param candidates all models there are, in any order; calls of one tick may share the list
public record Question(Call call, Context context, Situation situation, List<Candidate> candidates) {}
