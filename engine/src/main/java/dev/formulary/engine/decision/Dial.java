package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import dev.formulary.spi.ClassPrices;
import java.util.List;
import java.util.function.DoubleFunction;

/// A number of one model that can be turned either way, in steps.
///
/// @param field its name
/// @param now what it is; below zero when nobody knows
/// @param best the end of the scale at which the model fares best
/// @param worst the other end
/// @param step the smallest change
/// @param turned the model with another number
record Dial(String field, double now, double best, double worst, double step, DoubleFunction<Candidate> turned) {
    /// The dearest price that is tried, in micro-dollars for a million tokens.
    private static final double DEAREST = 1_000_000_000;
    private static final double SLOWEST_MS = 600_000;
    private static final double MANY = 1_000;
    private static final double WIDEST = 2_000_000;

    static List<Dial> of(Candidate model) {
        var card = model.card();
        var vitals = model.vitals();
        return List.of(
                new Dial("quality", card.quality(), 10, 0, 0.1, value -> card(model, "quality", value)),
                new Dial("safety", card.safety(), 10, 0, 0.1, value -> card(model, "safety", value)),
                new Dial("price", Math.max(card.inputPrice(), card.outputPrice()), 0, DEAREST, 1,
                        value -> card(card(forAnyPrompt(model), "inputPrice", (long) value), "outputPrice",
                                (long) value)),
                new Dial("errorRate", vitals.errorRate(), 0, 1, 0.01, value -> vitals(model, "errorRate", value)),
                new Dial("firstByteMs", vitals.firstByteMs(), 0, SLOWEST_MS, 1,
                        value -> vitals(model, "firstByteMs", (int) value)),
                new Dial("latencyMs", vitals.latencyMs(), 0, SLOWEST_MS, 1,
                        value -> vitals(model, "latencyMs", (int) value)),
                new Dial("expectedFirstByteMs", vitals.expectedFirstByteMs(), 0, SLOWEST_MS, 1,
                        value -> vitals(model, "expectedFirstByteMs", (int) value)),
                new Dial("expectedMs", vitals.expectedMs(), 0, SLOWEST_MS, 1,
                        value -> vitals(model, "expectedMs", (int) value)),
                new Dial("limitLeft", vitals.limitLeft(), MANY, 0, 1,
                        value -> vitals(model, "limitLeft", (int) value)),
                new Dial("limitSeconds", vitals.limitSeconds(), 0, MANY, 1,
                        value -> vitals(model, "limitSeconds", (int) value)),
                new Dial("inFlight", vitals.inFlight(), 0, MANY, 1, value -> vitals(model, "inFlight", (int) value)),
                new Dial("contextTokens", card.contextTokens(), WIDEST, 1, 1,
                        value -> card(model, "contextTokens", (int) value)),
                new Dial("calls", vitals.calls(), 0, MANY, 1, value -> vitals(model, "calls", (int) value)));
    }

    /// How many steps there are between what it is and an end; an unknown number begins at the other end.
    long steps(double end) {
        return Math.round(Math.abs(end - start(end)) / step);
    }

    private double start(double end) {
        return now >= 0 ? now : end == best ? worst : best;
    }

    /// The variation so many steps towards an end.
    Variation towards(double end, long steps, Candidate model, Question question) {
        double start = start(end);
        double exact = steps >= steps(end) ? end : start + Math.signum(end - start) * steps * step;
        double value = Math.round(exact / step) * step;
        value = Gauge.rounded(value);
        return new Variation("candidate[" + model.id() + "]." + field, Variation.Kind.CANDIDATE,
                now < 0 ? "unknown" : (Object) now, (Object) value, in(question, model, turned.apply(value)));
    }

    /// The question with one model in another's place.
    static Question in(Question question, Candidate model, Candidate changed) {
        return question.with(
                question.candidates().stream().map(one -> one.id().equals(model.id()) ? changed : one).toList());
    }

    /// With one price for prompts of any length.
    private static Candidate forAnyPrompt(Candidate model) {
        ClassPrices prices = model.card().classPrices();
        return prices.steps().isEmpty() ? model : card(model, "classPrices", Copies.with(prices, "steps", List.of()));
    }

    static Candidate card(Candidate model, String field, Object value) {
        return Copies.with(model, "card", Copies.with(model.card(), field, value));
    }

    static Candidate vitals(Candidate model, String field, Object value) {
        return Copies.with(model, "vitals", Copies.with(model.vitals(), field, value));
    }
}
