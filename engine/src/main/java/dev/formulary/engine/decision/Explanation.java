package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Why a decision is as it is, and what it would have taken for another. Made on demand, by deciding again. Immutable; holds
/// nothing of the call's content. Its components are the members of the JSON document.
///
/// @param id the decision's id
/// @param ruleSet the content hash of the rule set
/// @param result `allow`, or the code of a denial
/// @param model the model that is tried first; empty when denied
/// @param message what a denied caller is told; empty when allowed
/// @param facts what the rules that fired looked at, apart from models
/// @param fired each firing, in order
/// @param candidates each model: those that may answer by rank, then the others
/// @param weights what each term of the ranking counts for, adding up to 1; null when nothing was ranked
/// @param parameters what was set or capped, by which rule, and which rule yielded
/// @param reactions what rules say becomes of the call when an attempt fails, and which of them hold
/// @param attempts what was tried, in order; empty while nobody knows
/// @param notices alerts that rules asked for
/// @param problems what went wrong while deciding, conflicts too
/// @param whyNot for each model that was not chosen what stopped it
/// @param notes what the reader should know about this explanation itself
/// @param decisions how many decisions it took to find all this out
public record Explanation(String id, String ruleSet, String result, String model, String message, List<Fact> facts,
        List<Fired> fired, List<Rated> candidates, @Nullable Shares weights, List<Held> parameters,
        List<Reacts> reactions, List<Attempt> attempts, List<Notice> notices, List<String> problems,
        List<WhyNot> whyNot, List<String> notes,
        int decisions) {

    /// A value that a rule matched.
    ///
    /// @param fact `Context`, `Budget[family]`, `Candidate[cloud/large]`
    /// @param field the name under which the rule asks for it
    public record Fact(String fact, String field, String value) {
        @Override
        public String toString() {
            return fact + "." + field + " = " + value;
        }
    }

    /// One firing of one rule.
    ///
    /// @param rule the rule's id
    /// @param matched the values that its conditions name, of the facts that it matched
    /// @param conditions those of its conditions that ask whether there is something or nothing, as they are written
    /// @param says what it said: verb and subject
    public record Fired(String rule, String name, String owner, String reason, String file, int line,
            List<Fact> matched, List<String> conditions, List<String> says) {}

    /// How a model fared.
    ///
    /// @param place its rank from 1, or 0 when it may not answer
    /// @param terms what its score is made of, or null when it may not answer
    /// @param shares how much of the score comes from each term, adding up to it; null when it may not answer
    /// @param stopped why it may not answer
    /// @param points what rules gave and took
    /// @param front whether no other model that may answer dominates it
    /// @param dominatedBy a model that may answer and is at least as good in quality, cost, latency and load and better in
    ///   one of them; empty when there is none
    public record Rated(String candidate, int place, double score, Ranking.@Nullable Terms terms,
            @Nullable Shares shares, List<Obstacle> stopped, List<Given> points, boolean front, String dominatedBy) {

        /// A model of which it is not known yet how it compares.
        Rated(String candidate, int place, double score, Ranking.@Nullable Terms terms, @Nullable Shares shares,
                List<Obstacle> stopped, List<Given> points) {
            this(candidate, place, score, terms, shares, stopped, points, false, "");
        }

        Rated marked(boolean onFront, String by) {
            return new Rated(candidate, place, score, terms, shares, stopped, points, onFront, by);
        }

        /// How it compares in words; empty when it was not ranked.
        String standing() {
            return front ? "on the Pareto front" : dominatedBy.isEmpty() ? "" : "dominated by " + dominatedBy;
        }
    }

    /// A number for each term of the ranking.
    ///
    /// @param points what rules gave and took
    public record Shares(double quality, double cost, double latency, double load, double points) {}

    /// What keeps a model from answering.
    ///
    /// @param rule the rule's id; `engine` for what the gateway itself requires
    /// @param verb what the rule said, with its subject
    /// @param text the rule's reason
    public record Obstacle(String rule, String verb, String text, String file, int line) {
        @Override
        public String toString() {
            return rule + (file.isEmpty() ? "" : " at " + file + ":" + line) + " says " + verb + ": " + text;
        }
    }

    /// Points that a rule gave, below zero when it took them.
    public record Given(String rule, double points, String file, int line) {}

    /// What holds for a parameter.
    ///
    /// @param preset null when nobody set it
    /// @param cap null when nobody capped it
    /// @param claims all that was said about it
    public record Held(Parameter parameter, @Nullable Double preset, @Nullable Double cap, List<Claim> claims) {}

    /// One rule about one parameter.
    ///
    /// @param holds false when it yields to another
    public record Claim(String rule, String verb, double value, boolean holds, String file, int line) {}

    /// What one rule says of a class of failures.
    ///
    /// @param holds false when it yields to a more careful one
    public record Reacts(FailureClass failure, Reaction reaction, String rule, boolean holds, String file, int line) {}

    /// One attempt.
    ///
    /// @param failure why it failed; null when it answered, or when its class was not recorded
    /// @param vainMicros what it cost beside the answer, in micro-dollars, where it was asked at the same time as the one that
    ///        answered; -1 when nobody knows, null for all other attempts
    public record Attempt(String candidate, boolean answered, @Nullable FailureClass failure, long ms,
            @Nullable Long vainMicros) {
        /// An attempt that was made by itself.
        public Attempt(String candidate, boolean answered, @Nullable FailureClass failure, long ms) {
            this(candidate, answered, failure, ms, null);
        }

        /// What it cost in vain, in words that go on with a sentence; empty where it was made by itself.
        public String inVain() {
            return vainMicros == null ? "" : inVain(vainMicros);
        }

        /// What an attempt cost in vain, in words that go on with a sentence.
        public static String inVain(long micros) {
            if (micros < 0) {
                return ", at a cost that nobody knows";
            }
            return micros == 0
                    ? ", and cost nothing"
                    : ", and cost $" + BigDecimal.valueOf(micros, 6).stripTrailingZeros().toPlainString() + " in vain";
        }
    }

    /// Why a model was not chosen.
    ///
    /// @param stopped in sentences
    /// @param flip the smallest single change that would have made it the choice, or null
    /// @param also other single changes that would have, after the smallest
    /// @param searched false when there was no search for a change, or it ended before all were tried
    public record WhyNot(String candidate, List<String> stopped, @Nullable Flip flip, List<Flip> also,
            boolean searched) {

        /// What a reader is told about changes.
        public String change() {
            return flip != null
                    ? flip.text()
                    : searched ? "no single fact would change it" : "the search for a change ended early";
        }
    }

    /// A single change of one fact that flips the choice; it was verified by deciding again.
    ///
    /// @param fact which fact
    /// @param text for example `if risk were not high`
    public record Flip(String fact, String from, String to, String text) {}

    /// What was recorded of a decision whose rules are not there any more: the reasons and the ranking, nothing made up.
    public static Explanation recorded(Decision decision, String note) {
        var fired = decision.reasons().stream().filter(reason -> !reason.rule().equals("engine"))
                .map(reason -> new Fired(reason.rule(), "", "", reason.text(), reason.file(), reason.line(), List.of(),
                        List.of(), List.of((reason.verb() + " " + reason.subject()).strip())))
                .toList();
        var rated = new ArrayList<Rated>();
        for (Ranking ranking : decision.ranking()) {
            boolean ranked = ranking.eligible() && decision instanceof Decision.Allow;
            List<Obstacle> stopped = ranking.eligible()
                    ? List.of()
                    : ranking.because().stream().map(rule -> new Obstacle(rule, "no", "recorded without more", "", 0))
                            .toList();
            rated.add(new Rated(ranking.candidate(), ranked ? rated.size() + 1 : 0, ranking.score(),
                    ranked ? ranking.terms() : null, null, stopped, List.of()));
        }
        return new Explanation(decision.id(), decision.ruleSet(),
                decision instanceof Decision.Deny deny ? deny.code() : "allow",
                decision instanceof Decision.Allow allow ? allow.plan().attempts().getFirst().id() : "",
                decision instanceof Decision.Deny deny ? deny.message() : "", List.of(), fired,
                ParetoFront.mark(rated), null, List.of(), List.of(), List.of(), decision.notices(), decision.problems(),
                List.of(),
                List.of(note), 0);
    }

    /// The same with a note in front of the others.
    public Explanation noting(String note) {
        var all = new ArrayList<>(List.of(note));
        all.addAll(notes);
        return new Explanation(id, ruleSet, result, model, message, facts, fired, candidates, weights, parameters,
                reactions, attempts, notices, problems, whyNot, List.copyOf(all), decisions);
    }

    /// The same with what became of the call.
    ///
    /// @param outcome null while nobody knows
    public Explanation after(@Nullable Outcome outcome) {
        if (outcome == null) {
            return this;
        }
        List<Attempt> tried = outcome.attempts().stream()
                .map(one -> new Attempt(one.candidate(), one.failure() == null, one.kind(), one.ms(),
                        one.vainMicros()))
                .toList();
        return new Explanation(id, ruleSet, result, model, message, facts, fired, candidates, weights, parameters,
                reactions, tried, notices, problems, whyNot, notes, decisions);
    }

    /// As plain text for a terminal.
    public String text() {
        return ExplanationText.of(this);
    }

    /// As a Mermaid flowchart.
    public String mermaid() {
        return ExplanationMermaid.of(this);
    }

    /// As a picture that stands alone: no scripts, nothing loaded, readable in light and in dark.
    public String svg() {
        return ExplanationSvg.of(this);
    }
}
