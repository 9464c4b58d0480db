package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.DecisionDraft;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// Decisions made of what rules say, without rules.
final class Verdicts {
    private Verdicts() {}

    static RuleInfo rule(String id) {
        return rule(id, Kind.COST, 0);
    }

    static RuleInfo rule(String id, Kind kind, int salience) {
        return new RuleInfo(id, id, "", "because of " + id, kind, kind.folder() + "/x.drl", 1, salience);
    }

    /// One rule and what it says.
    record Saying(RuleInfo rule, Consumer<DecisionDraft> says) {}

    static Decision verdict(Question question, List<Saying> sayings) {
        var draft = new Draft(rule("engine"));
        for (Saying saying : sayings) {
            draft.begin(saying.rule());
            saying.says().accept(draft);
        }
        return Verdict.of(question, "hash",
                new Findings(draft.said(), List.of(), List.of(), List.of(), null, Set.of()));
    }

    /// Each entry is a rule and what it says.
    static Decision verdict(Question question, Map<String, Consumer<DecisionDraft>> rules) {
        return verdict(question,
                rules.entrySet().stream().map(entry -> new Saying(rule(entry.getKey()), entry.getValue())).toList());
    }

    static Decision verdict(Question question, Consumer<DecisionDraft> rule) {
        return verdict(question, Map.of("some-rule", rule));
    }

    static Decision.Allow allowed(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return (Decision.Allow) decision;
    }

    static Plan.Limit limit(Plan plan, Parameter parameter) {
        return Objects.requireNonNull(plan.parameters().get(parameter), parameter::name);
    }

    static List<String> tried(Decision decision) {
        return allowed(decision).plan().attempts().stream().map(Candidate::id).toList();
    }

    static String denied(Decision decision) {
        assertThat(decision).isInstanceOf(Decision.Deny.class);
        return ((Decision.Deny) decision).code() + ": " + ((Decision.Deny) decision).message();
    }

    /// An otherwise empty context.
    static Context context(double balance, boolean deterministic, int maxTokens, Requirements requirements) {
        Context plain = Context.unspecified();
        return new Context(plain.need(), plain.risk(), plain.emotion(), plain.ageBand(), plain.privacy(), plain.task(),
                false, false, false, "", "", 100, maxTokens, plain.needs(), deterministic, plain.therapy(),
                requirements, balance, plain.traits(), plain.screening(), new LinkedHashMap<>());
    }

    static Question in(Context context, Candidate... candidates) {
        return new Question(Rules.call("auto", false), context, Rules.situation(), List.of(candidates));
    }
}
