package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The one knob between speed and creativity: 0 is as fast as can be, 1 as creative as can be, 0.5 changes nothing.
///
/// It moves the ranking ([Weights#balanced]) and sets parameters that neither a rule nor the caller sets. The curves are
/// smooth and never fall as the knob rises. They pass 0.5 where vendors have their defaults: a temperature of 1, all of the
/// probability, no limit to the answer.
///
/// @param value 0 to 1, or -1 when nobody said anything
/// @param rule which rule said it, or null for the caller
record Balance(double value, @Nullable RuleInfo rule) {
    private static final Balance UNSAID = new Balance(-1, null);
    private static final double NEUTRAL = 0.5;
    private static final double SHORTEST = 1_024;
    /// More is as good as no limit.
    private static final double LONGEST = 100_000;

    /// The caller comes first, then the rules.
    ///
    /// @param problems where a conflict of rules is told
    static Balance of(Context context, List<Said.Balance> said, List<String> problems) {
        if (context.balance() >= 0) {
            return new Balance(Math.min(1, context.balance()), null);
        }
        if (said.isEmpty()) {
            return UNSAID;
        }
        Said.Balance holding = Settlement.holding(said, problems);
        return new Balance(holding.value(), holding.rule());
    }

    Weights move(Weights weights) {
        return moves() ? weights.balanced(value) : weights;
    }

    /// How far the knob is turned to the fast end: 1 there, 0 from the middle on and when nobody said anything.
    double hurry() {
        return value < 0 ? 0 : Math.max(0, 1 - 2 * value);
    }

    private boolean moves() {
        return value >= 0 && value != NEUTRAL;
    }

    /// Sets what rules leave open, and says so.
    void preset(Limits limits, Context context, List<Reason> reasons) {
        if (value >= 0 && rule == null) {
            reasons.add(reason("balance", Double.toString(value), "the caller asks for it"));
        }
        if (!moves()) {
            return;
        }
        if (!context.deterministic()) {
            preset(Parameter.TEMPERATURE, temperature(value), limits, reasons);
            preset(Parameter.TOP_P, topP(value), limits, reasons);
        }
        if (context.maxTokens() <= 0 && maxTokens(value) <= LONGEST) {
            preset(Parameter.MAX_TOKENS, maxTokens(value), limits, reasons);
        }
    }

    private void preset(Parameter parameter, double set, Limits limits, List<Reason> reasons) {
        if (limits.presetIfFree(parameter, set)) {
            reasons.add(reason("set", parameter.name() + "=" + set,
                    "a balance of " + value + " sets it where neither a rule nor the caller does"));
        }
    }

    private Reason reason(String verb, String subject, String text) {
        return rule == null
                ? new Reason("engine", verb, subject, text, "", 0)
                : new Reason(rule.id(), verb, subject, text, rule.file(), rule.line());
    }

    /// `0.2 + 2.1 b - b²`: 0.2 at the fast end, 1 in the middle, 1.3 at the creative end.
    static double temperature(double balance) {
        return thousandths(0.2 + 2.1 * balance - balance * balance);
    }

    /// `1 - 0.2 (1 - 2 b)²` below the middle, 1 from there on.
    static double topP(double balance) {
        double missing = Math.max(0, 1 - 2 * balance);
        return thousandths(1 - 0.2 * missing * missing);
    }

    /// `1024 / (1 - 2 b)` below the middle, without limit from there on.
    static double maxTokens(double balance) {
        double missing = 1 - 2 * balance;
        return missing <= 0 ? Double.POSITIVE_INFINITY : Math.floor(SHORTEST / missing);
    }

    /// So that documents show no digits without meaning.
    private static double thousandths(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
