package dev.formulary.engine.facts;

import java.util.List;

/// What is to be decided. With a rule set it determines the decision, so that it can be decided again.
///
/// @param candidates all models there are, in any order; calls of one tick may share the list
/// @param continuity what came before in the call's session
public record Question(Call call, Context context, Situation situation, List<Candidate> candidates,
        Continuity continuity) {
    /// So few budgets are no burden.
    private static final int FEW = 16;

    /// About a call that belongs to no session.
    public Question(Call call, Context context, Situation situation, List<Candidate> candidates) {
        this(call, context, situation, candidates, Continuity.NONE);
    }

    /// The same about another call.
    public Question with(Call other) {
        return new Question(other, context, situation, candidates, continuity);
    }

    /// The same in another context.
    public Question with(Context other) {
        return new Question(call, other, situation, candidates, continuity);
    }

    /// The same in another situation.
    public Question with(Situation other) {
        return new Question(call, context, other, candidates, continuity);
    }

    /// The same without budgets that do not count for the call, where there are many: nobody looks at them.
    public Question narrowed() {
        List<Budget> all = situation.budgets();
        return all.size() <= FEW
                ? this
                : with(situation.with(all.stream().filter(budget -> budget.counts(call)).toList()));
    }

    /// The same where the gateway put turns that it kept before the call's own.
    ///
    /// @param tokens that they have
    public Question after(int turns, int tokens) {
        Continuity c = continuity;
        return with(new Continuity(c.model(), c.inRow(), c.calls(), c.switches(), c.idleSeconds(), c.moderateSeconds(),
                c.highSeconds(), c.criticalSeconds(), c.emotions(), turns, tokens));
    }

    /// The same with other models to choose from.
    public Question with(List<Candidate> others) {
        return new Question(call, context, situation, others, continuity);
    }

    /// The same after another past.
    public Question with(Continuity other) {
        return new Question(call, context, situation, candidates, other);
    }
}
