package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Term;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.List;

/// Writes down what rules say, and which rule said it. What it all means is found out afterwards, so order can't matter.
final class Draft implements DecisionDraft {
    /// Characters of a message; the rest is cut off.
    private static final int TEXT_LIMIT = 500;

    private final List<Said> said = new ArrayList<>(16);
    private RuleInfo speaker;
    private int mark;

    Draft(RuleInfo nobody) {
        speaker = nobody;
    }

    /// From now on this rule speaks.
    void begin(RuleInfo rule) {
        speaker = rule;
        mark = said.size();
    }

    RuleInfo speaker() {
        return speaker;
    }

    /// Forgets what the present speaker said in this firing, because it failed before it was done.
    void takeBack() {
        said.subList(mark, said.size()).clear();
    }

    List<Said> said() {
        return said;
    }

    @Override
    public void forbid(Candidate candidate) {
        said.add(new Said.Forbid(speaker, candidate));
    }

    @Override
    public void requireLabel(String label) {
        said.add(new Said.Require(speaker, label, candidate -> candidate.labelled(label)));
    }

    @Override
    public void requireCapability(Capability capability) {
        said.add(new Said.Require(speaker, capability.name(), candidate -> candidate.can(capability)));
    }

    @Override
    public void requireLocal() {
        said.add(new Said.Require(speaker, "local", Candidate::local));
    }

    @Override
    public void requireSafety(double minimum) {
        within(minimum, 0, 10, "requireSafety");
        // unmeasured is -1
        said.add(new Said.Require(speaker, "safety " + minimum,
                candidate -> candidate.safety() >= 0 && candidate.safety() >= minimum));
    }

    @Override
    public void keepFree() {
        said.add(new Said.KeepFree(speaker));
    }

    @Override
    public void lastResort(String label) {
        said.add(new Said.LastResort(speaker, label));
    }

    @Override
    public void keepModel() {
        said.add(new Said.KeepModel(speaker));
    }

    @Override
    public void prefer(Candidate candidate, double points) {
        within(points, 0, 100, "prefer");
        said.add(new Said.Points(speaker, candidate, points));
    }

    @Override
    public void avoid(Candidate candidate, double points) {
        within(points, 0, 100, "avoid");
        said.add(new Said.Points(speaker, candidate, -points));
    }

    @Override
    public void weigh(Term term, double factor) {
        within(factor, 0, 10, "weigh");
        said.add(new Said.Weigh(speaker, term, factor));
    }

    @Override
    public void set(Parameter parameter, double value) {
        within(value, 0, most(parameter), "set " + parameter);
        said.add(new Said.Preset(speaker, parameter, value));
    }

    @Override
    public void cap(Parameter parameter, double value) {
        within(value, 0, Double.MAX_VALUE, "cap " + parameter);
        said.add(new Said.Cap(speaker, parameter, value));
    }

    @Override
    public void balance(double value) {
        within(value, 0, 1, "balance");
        said.add(new Said.Balance(speaker, value));
    }

    @Override
    public void deny(String message) {
        said.add(new Said.DenyCall(speaker, cut(message)));
    }

    @Override
    public void alert(Severity severity, String code, String message) {
        said.add(new Said.Alert(speaker, severity, cut(code), cut(message)));
    }

    private static double most(Parameter parameter) {
        return switch (parameter) {
            case TEMPERATURE -> 2;
            case TOP_P -> 1;
            case MAX_TOKENS, CONTEXT_TOKENS, FIRST_BYTE_MS, DEADLINE_MS, CACHE_SECONDS, ATTEMPTS -> Integer.MAX_VALUE;
        };
    }

    private static void within(double value, double least, double most, String what) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    what + " takes a number from " + least + " to " + most + ", not " + value);
        }
    }

    private static String cut(String text) {
        return text.length() <= TEXT_LIMIT ? text : text.substring(0, TEXT_LIMIT) + "…";
    }
}
