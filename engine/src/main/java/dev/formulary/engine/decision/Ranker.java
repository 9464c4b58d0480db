package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Ranking;

/// How good a model is for a call, from 0 to 1 before rules give or take points. A pure function.
///
/// Each term goes from 0 to 1 on a curve that flattens, so that none swamps the others; a number that nobody knows counts
/// as the middle. The weighted mean of the terms is lowered by the share of failed calls. A better number never makes a
/// worse score.
final class Ranker {
    /// Where a term is one half: a tenth of a cent, a second to the first byte, eight seconds in all, eight calls under way,
    /// five calls left.
    static final double COST_HALF_MICROS = 1_000;
    static final double FIRST_BYTE_HALF_MS = 1_000;
    static final double LATENCY_HALF_MS = 8_000;
    static final double IN_FLIGHT_HALF = 8;
    static final double LIMIT_LEFT_HALF = 5;
    /// What answers are assumed to take when the call does not say.
    static final int USUAL_ANSWER_TOKENS = 500;
    /// So many calls count as much as the assumption that all is well.
    static final double CALLS_TO_BELIEVE = 10;
    static final double HALF_OPEN_FACTOR = 0.7;
    private static final double UNKNOWN = 0.5;

    private final Weights weights;
    private final int promptTokens;
    private final int answerTokens;

    Ranker(Weights weights, int promptTokens, int maxTokens) {
        this.weights = weights;
        this.promptTokens = promptTokens;
        this.answerTokens = maxTokens > 0 ? maxTokens : USUAL_ANSWER_TOKENS;
    }

    double score(Candidate candidate) {
        return score(terms(candidate, 0));
    }

    /// @param points what rules gave and took
    Ranking.Terms terms(Candidate candidate, double points) {
        return new Ranking.Terms(quality(candidate), cost(candidate), latency(candidate), load(candidate),
                reliability(candidate), points);
    }

    double score(Ranking.Terms terms) {
        double sum = weights.quality() * terms.quality() + weights.cost() * terms.cost()
                + weights.latency() * terms.latency() + weights.load() * terms.load();
        double total = weights.total();
        return (total > 0 ? sum / total : UNKNOWN) * terms.reliability() + terms.points() / 100;
    }

    private static double quality(Candidate candidate) {
        return candidate.quality() < 0 ? UNKNOWN : Math.min(1, candidate.quality() / 10);
    }

    private double cost(Candidate candidate) {
        long micros = candidate.costMicros(promptTokens, answerTokens);
        return micros < 0 ? UNKNOWN : fewerIsBetter((double) micros, COST_HALF_MICROS);
    }

    private static double latency(Candidate candidate) {
        return (fewerIsBetter(candidate.firstByteMs(), FIRST_BYTE_HALF_MS)
                + fewerIsBetter(candidate.vitals().latencyMs(), LATENCY_HALF_MS)) / 2;
    }

    private static double load(Candidate candidate) {
        int left = candidate.limitLeft();
        double room = left < 0 ? UNKNOWN : left / (left + LIMIT_LEFT_HALF);
        return (fewerIsBetter(candidate.inFlight(), IN_FLIGHT_HALF) + room) / 2;
    }

    private static double reliability(Candidate candidate) {
        double errors = candidate.errorRate() <= 0 ? 0 : Math.min(1, candidate.errorRate());
        int calls = Math.max(0, candidate.vitals().calls());
        double belief = calls / (calls + CALLS_TO_BELIEVE);
        double trial = candidate.breaker() == BreakerState.CLOSED ? 1 : HALF_OPEN_FACTOR;
        return (1 - errors * belief) * trial;
    }

    private static double fewerIsBetter(double value, double half) {
        return value < 0 ? UNKNOWN : half / (half + value);
    }
}
