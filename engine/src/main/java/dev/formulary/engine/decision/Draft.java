package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.facts.Term;
import dev.formulary.spi.Capability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes down what rules say, and which rule said it. What it all means is found out afterwards, so order can't matter.
final class Draft implements DecisionDraft {
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
        said.add(new Said.Forbid(speaker, given(candidate, "forbid", "a candidate")));
    }

    @Override
    public void requireLabel(String label) {
        String word = word(label, "requireLabel");
        said.add(new Said.Require(speaker, word, candidate -> candidate.labelled(word)));
    }

    @Override
    public void requireCapability(Capability capability) {
        given(capability, "requireCapability", "a capability");
        said.add(new Said.Require(speaker, capability.name(), candidate -> candidate.can(capability)));
    }

    @Override
    public void requireLocal() {
        said.add(new Said.Require(speaker, "local", Candidate::local));
    }

    @Override
    public void requireSafety(double minimum) {
        within(minimum, Ranges.SAFETY, "requireSafety");
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
        said.add(new Said.LastResort(speaker, word(label, "lastResort")));
    }

    @Override
    public void spare(Candidate candidate) {
        said.add(new Said.Spare(speaker, given(candidate, "spare", "a candidate")));
    }

    @Override
    public void keepModel() {
        said.add(new Said.KeepModel(speaker));
    }

    @Override
    public void pin() {
        said.add(new Said.Pin(speaker));
    }

    @Override
    public void move() {
        said.add(new Said.Move(speaker));
    }

    @Override
    public void prefer(Candidate candidate, double points) {
        within(points, Ranges.POINTS, "prefer");
        said.add(new Said.Points(speaker, given(candidate, "prefer", "a candidate"), points));
    }

    @Override
    public void avoid(Candidate candidate, double points) {
        within(points, Ranges.POINTS, "avoid");
        said.add(new Said.Points(speaker, given(candidate, "avoid", "a candidate"), -points));
    }

    @Override
    public void weigh(Term term, double factor) {
        within(factor, Ranges.FACTOR, "weigh");
        said.add(new Said.Weigh(speaker, given(term, "weigh", "a term"), factor));
    }

    @Override
    public void set(Parameter parameter, double value) {
        given(parameter, "set", "a parameter");
        within(value, Ranges.computed(parameter), "set " + parameter);
        said.add(new Said.Preset(speaker, parameter, value));
    }

    @Override
    public void cap(Parameter parameter, double value) {
        given(parameter, "cap", "a parameter");
        within(value, Ranges.ANY, "cap " + parameter);
        said.add(new Said.Cap(speaker, parameter, value));
    }

    @Override
    public void balance(double value) {
        within(value, Ranges.BALANCE, "balance");
        said.add(new Said.Balance(speaker, value));
    }

    @Override
    public void queue(Priority priority) {
        said.add(new Said.Queue(speaker, given(priority, "queue", "a priority")));
    }

    @Override
    public void onFailure(FailureClass failure, Reaction reaction) {
        given(failure, "onFailure", "a class of failures");
        given(reaction, "onFailure", "a reaction");
        if (!failure.may(reaction)) {
            throw new IllegalArgumentException(Said.OnFailure.refusal(failure, reaction));
        }
        said.add(new Said.OnFailure(speaker, failure, reaction));
    }

    @Override
    public void deny(String message) {
        said.add(new Said.DenyCall(speaker, cut(given(message, "deny", "a message"))));
    }

    @Override
    public void alert(Severity severity, String code, String message) {
        alert(severity, code, "", message);
    }

    @Override
    public void alert(Severity severity, String code, String resource, String message) {
        said.add(new Said.Alert(speaker, given(severity, "alert", "a severity"), word(code, "alert"),
                named(resource, "alert"), cut(given(message, "alert", "a message"))));
    }

    @Override
    public void hold(String code) {
        hold(code, "");
    }

    @Override
    public void hold(String code, String resource) {
        said.add(new Said.Hold(speaker, word(code, "hold"), named(resource, "hold")));
    }

    @Override
    public void close(Candidate candidate, String most) {
        wish(given(candidate, "close", "a candidate").id(), Measure.Kind.CLOSE, 0, most);
    }

    @Override
    public void close(String name, String most) {
        wish(models(name, "close"), Measure.Kind.CLOSE, 0, most);
    }

    @Override
    public void demote(Candidate candidate, double points, String most) {
        within(points, Ranges.POINTS, "demote");
        wish(given(candidate, "demote", "a candidate").id(), Measure.Kind.AVOID, points, most);
    }

    @Override
    public void demote(String name, double points, String most) {
        within(points, Ranges.POINTS, "demote");
        wish(models(name, "demote"), Measure.Kind.AVOID, points, most);
    }

    private void wish(String model, Measure.Kind kind, double points, String most) {
        String verb = kind == Measure.Kind.CLOSE ? "close" : "demote";
        Duration time = Spans.read(given(most, verb, "a time"));
        if (time == null || time.isZero()) {
            throw new IllegalArgumentException(verb + " takes " + Spans.RIGHT + ", not '" + cut(most) + "'");
        }
        said.add(new Said.Wish(speaker, new Notice.Wanted(model, kind, points, time)));
    }

    /// A full name stays as it is; a provider's id stands for all its models.
    private static String models(@Nullable String name, String verb) {
        String given = named(name, verb);
        if (given.isEmpty()) {
            throw new IllegalArgumentException(verb + " takes the name of a model or a provider, and was given none");
        }
        return given.contains("/") ? given : given + "/*";
    }

    /// Longer than a code, for a model's name is of its vendor's making.
    private static String named(@Nullable String name, String verb) {
        String given = given(name, verb, "a name");
        if (given.length() > Ranges.NAME_LIMIT) {
            throw new IllegalArgumentException(verb + " takes a name of at most " + Ranges.NAME_LIMIT
                    + " characters, not one of " + given.length());
        }
        return given;
    }

    private static void within(double value, Ranges.Range range, String what) {
        if (!range.holds(value)) {
            throw new IllegalArgumentException(what + " takes " + range + ", not " + value);
        }
    }

    private static <T> T given(@Nullable T value, String verb, String what) {
        if (value == null) {
            throw new IllegalArgumentException(verb + " takes " + what + ", and was given nothing");
        }
        return value;
    }

    /// A label or a code that were cut off would be another one.
    private static String word(@Nullable String word, String verb) {
        String given = given(word, verb, "a word");
        if (given.length() > Ranges.WORD_LIMIT) {
            throw new IllegalArgumentException(verb + " takes a word of at most " + Ranges.WORD_LIMIT
                    + " characters, not one of " + given.length());
        }
        return given;
    }

    private static String cut(String text) {
        return text.length() <= Ranges.TEXT_LIMIT ? text : text.substring(0, Ranges.TEXT_LIMIT) + "…";
    }
}
