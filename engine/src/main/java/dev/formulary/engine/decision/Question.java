package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Situation;
import java.util.List;

/// What is to be decided; with a rule set it determines the decision.
record Question(Call call, Context context, Situation situation, List<Candidate> candidates) {}
