package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Ranking;

/// How good a model is for a call: a pure function of the model's numbers, the call's tokens and the weights.
///
/// ```
/// score = (wQ·quality + wC·cost + wL·latency + wD·load) / (wQ + wC + wL + wD) · reliability + points / 100
///
/// quality     = measured quality / 10
/// cost        = f(estimated micro-dollars of the answer, 1000)
/// latency     = (f(time to the first byte in ms, 1000 · 4^-hurry) + f(time of the whole in ms, 8000 · 4^-hurry)) / 2
/// load        = (f(calls in flight, 8 for local models, 64 for others) + left / (left + 5)) / 2
///               left: calls that the vendor still allows
/// reliability = (1 - error rate · calls / (calls + 10))^(1 - hurry / 2) · breaker    closed 1, half open 0.7, open 0.1
/// hurry       = 1 - 2 · balance, where the balance is below 0.5; else 0
/// f(x, h)     = h / (h + x)                                          1 at nothing, one half at h, towards 0
/// ```
///
/// Each term lies between 0 and 1 on a curve that flattens, so a term moves the score by its share of the weights at most,
/// however large the number behind it is: none swamps the others. What nobody knows counts as the middle, 0.5. A better
/// number never makes a worse score. Reliability multiplies, because an answer that fails is worth nothing. To who is in a hurry it
/// is worth the time until the next model has answered: hence the root.
///
/// A time is the one that is expected, times a factor that [Curiosity] draws, the farther from 1 the less certain it is; where
/// nothing is expected it is the 95th percentile. So a better number never makes a worse score, but a doubtful one may make
/// either. For a few calls a latency of which nothing is known counts as the best, 1. (An optimistic estimate of what is unknown
/// is how bandits explore: Sutton and Barto, Reinforcement Learning, 2018, section 2.6.)
///
/// Sources: the weighted mean of comparable terms is simple additive weighting (Hwang and Yoon, Multiple Attribute Decision
/// Making, 1981); the multiplication by the chance of success is expected utility (Keeney and Raiffa, Decisions with Multiple
/// Objectives, 1976); `f` is the hyperbola of half-saturation (Michaelis and Menten, 1913); the error rate is the mean of the
/// posterior that ten calls without a failure, as prior, and the calls of late give (the beta-binomial model).
final class Ranker {
    /// Where a term is one half: a tenth of a cent, a second to the first byte, eight seconds in all, eight calls under way on a
    /// machine of one's own or sixty-four at a vendor's, five calls left.
    static final double COST_HALF_MICROS = 1_000;
    static final double FIRST_BYTE_HALF_MS = 1_000;
    static final double LATENCY_HALF_MS = 8_000;
    static final double LOCAL_IN_FLIGHT_HALF = 8;
    static final double IN_FLIGHT_HALF = 64;
    static final double LIMIT_LEFT_HALF = 5;
    /// Who is in a hurry tells apart what others take for equally fast.
    static final double HURRIED = 0.25;
    /// So many calls count as much as the assumption that all is well.
    static final double CALLS_TO_BELIEVE = 10;
    static final double HALF_OPEN_FACTOR = 0.7;
    static final double OPEN_FACTOR = 0.1;
    private static final double UNKNOWN = 0.5;
    private static final double POINTS = 100;

    private final Weights weights;
    private final double total;
    private final Estimate estimate;
    private final Curiosity curiosity;
    private final double hurry;
    private final double patience;

    Ranker(Weights weights, Estimate estimate) {
        this(weights, estimate, Curiosity.NONE, 0);
    }

    /// @param curiosity how what is not certain is taken
    /// @param hurry how much the caller wants a fast answer rather than any other, 0 to 1
    Ranker(Weights weights, Estimate estimate, Curiosity curiosity, double hurry) {
        this.curiosity = curiosity;
        this.hurry = hurry;
        this.patience = Math.pow(HURRIED, hurry);
        this.weights = weights;
        this.total = weights.total();
        this.estimate = estimate;
    }

    /// @param points what rules gave and took
    Ranking.Terms terms(Candidate candidate, double points) {
        return new Ranking.Terms(quality(candidate), cost(candidate), latency(candidate), load(candidate),
                reliability(candidate), points);
    }

    double score(Ranking.Terms terms) {
        double sum = weights.quality() * terms.quality() + weights.cost() * terms.cost()
                + weights.latency() * terms.latency() + weights.load() * terms.load();
        return (total > 0 ? sum / total : UNKNOWN) * terms.reliability() + terms.points() / POINTS;
    }

    private static double quality(Candidate candidate) {
        return candidate.quality() >= 0 ? Math.min(1, candidate.quality() / 10) : UNKNOWN;
    }

    private double cost(Candidate candidate) {
        return fewerIsBetter((double) estimate.costMicros(candidate), COST_HALF_MICROS);
    }

    private double latency(Candidate candidate) {
        Candidate.Vitals vitals = candidate.vitals();
        double factor = curiosity.factor(candidate);
        double firstByte = time(vitals.expectedFirstByteMs(), vitals.firstByteMs(), factor);
        double whole = time(vitals.expectedMs(), vitals.latencyMs(), factor);
        return curiosity.unknown() && firstByte < 0 && whole < 0
                ? 1
                : (fewerIsBetter(firstByte, FIRST_BYTE_HALF_MS * patience)
                        + fewerIsBetter(whole, LATENCY_HALF_MS * patience)) / 2;
    }

    private static double time(int expected, int percentile, double factor) {
        return expected < 0 ? percentile : expected * factor;
    }

    private static double load(Candidate candidate) {
        int left = candidate.limitLeft();
        double room = left < 0 ? UNKNOWN : left / (left + LIMIT_LEFT_HALF);
        double half = candidate.local() ? LOCAL_IN_FLIGHT_HALF : IN_FLIGHT_HALF;
        return (fewerIsBetter(candidate.inFlight(), half) + room) / 2;
    }

    /// What failed before a breaker closed counts no more, so a model that is back has its whole reliability at once; until then the
    /// state of the breaker keeps it behind others.
    private double reliability(Candidate candidate) {
        double errors = candidate.errorRate() > 0 ? Math.min(1, candidate.errorRate()) : 0;
        int calls = Math.max(0, candidate.vitals().calls());
        double answers = 1 - errors * calls / (calls + CALLS_TO_BELIEVE);
        return (hurry > 0 ? Math.pow(answers, 1 - hurry / 2) : answers) * trust(candidate.breaker());
    }

    private static double trust(BreakerState breaker) {
        return switch (breaker) {
            case CLOSED -> 1;
            case HALF_OPEN -> HALF_OPEN_FACTOR;
            case OPEN -> OPEN_FACTOR;
        };
    }

    private static double fewerIsBetter(double value, double half) {
        return value < 0 ? UNKNOWN : half / (half + value);
    }
}
