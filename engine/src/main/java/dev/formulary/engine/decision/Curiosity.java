package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Gravity;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a call takes what is not certain: as a value drawn from what it may be, so that each model is tried as often as it may
/// be the best, and what is doubtful becomes known (Thompson, On the Likelihood that One Unknown Probability Exceeds Another,
/// Biometrika 25, 1933; Russo et al., A Tutorial on Thompson Sampling, 2018). What is certain is taken as it is.
///
/// A draw depends on the ids of call and model alone, so the same question always gets the same decision. Nobody who may be in
/// danger is part of a trial, neither by what the caller declares, nor by a sign in the words, nor while the session remembers
/// one: such a call takes everything as expected.
///
/// @param call whose id the draws come from; null where nothing is drawn
/// @param unknown whether a model of which nothing is known at all is taken for the best
record Curiosity(@Nullable Call call, boolean unknown) {
    /// Takes everything as expected.
    static final Curiosity NONE = new Curiosity(null, false);
    /// Three calls of a hundred, by their hash, try models of which nothing is known.
    private static final int UNKNOWN_FROM = 97;
    /// So long after a crisis was seen in a session nothing is tried on it; the shipped rules keep its model as long.
    private static final int CAREFUL_SECONDS = 1_800;
    /// A prime, so that every step leads through all groups.
    private static final long GROUPS = 127;
    private static final double LAMBDA = 0.1349;
    private static final double SCALE = 0.1975;

    static Curiosity of(Question question) {
        Context context = question.context();
        boolean safe = !context.screening().atLeast(CrisisLevel.LOW) && !Gravity.of(context).atLeast(CrisisLevel.HIGH)
                && !question.continuity().crisisWithin(CAREFUL_SECONDS).atLeast(CrisisLevel.MODERATE);
        return safe ? new Curiosity(question.call(), question.call().bucket() >= UNKNOWN_FROM) : NONE;
    }

    /// Says so when the model that stands first does so only because of what was drawn.
    ///
    /// @param ranked best first
    /// @param sober takes everything as expected
    @Nullable
    Reason trial(List<Standing> ranked, Ranker sober) {
        if (ranked.isEmpty() || !ranked.getFirst().eligible() || !doubtful(ranked)) {
            return null;
        }
        Candidate first = ranked.getFirst().candidate();
        double best = ranked.getFirst().score(sober);
        boolean expected = ranked.stream().filter(Standing::eligible).allMatch(each -> each.score(sober) <= best);
        return expected
                ? null
                : new Reason("engine", "try", first.id(), "nobody knows for certain how fast it is; this call takes its"
                        + " times for " + Math.round(100 * factor(first)) + " % of what is expected, so that it becomes"
                        + " known", "", 0);
    }

    private boolean doubtful(List<Standing> ranked) {
        return call != null && ranked.stream().anyMatch(each -> each.candidate().vitals().doubt() > 0);
    }

    /// By what the times of a model are multiplied that are expected of it: the larger its doubt, the farther from 1. Its
    /// logarithm is normal with the doubt as standard deviation.
    double factor(Candidate candidate) {
        double doubt = candidate.vitals().doubt();
        return call == null || doubt <= 0 ? 1 : StrictMath.exp(doubt * drawn(call.id(), candidate.id()));
    }

    /// A value of the standard normal distribution, between -2.66 and 2.66. Calls fall into [#GROUPS] groups, of which each
    /// draws another one of as many values that stand for equal shares of the distribution, every model in an order of its own:
    /// so few calls show what many would, and decisions that are made in the same moment are mostly equal, which makes them
    /// cheap to keep. It has to be the same on every machine and under every later Java.
    ///
    /// The values are those of Tukey's lambda distribution with the shape nearest to the normal one (Ramberg and Schmeiser, An
    /// Approximate Method for Generating Symmetric Random Variables, Communications of the ACM 15, 1972).
    private static double drawn(String call, String model) {
        long group = Long.remainderUnsigned(mixed(call.hashCode()), GROUPS);
        long order = mixed(model.hashCode());
        long step = 1 + Long.remainderUnsigned(order, GROUPS - 1);
        long first = Long.remainderUnsigned(order >>> Integer.SIZE, GROUPS);
        double share = ((group * step + first) % GROUPS + 0.5) / GROUPS;
        return (StrictMath.pow(share, LAMBDA) - StrictMath.pow(1 - share, LAMBDA)) / SCALE;
    }

    /// The finalizer of SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014).
    private static long mixed(long seed) {
        long bits = (seed ^ (seed >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return bits ^ (bits >>> 31);
    }
}
