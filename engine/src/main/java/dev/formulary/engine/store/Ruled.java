package dev.formulary.engine.store;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A decision without its id, and with ids in the place of models: equal for all calls that were decided alike.
///
/// @param attempts null when the call was denied
record Ruled(String ruleSet, @Nullable List<String> attempts, Map<Parameter, Plan.Limit> parameters, int cacheSeconds,
        double balance, @Nullable Priority queue, Map<FailureClass, Reaction> reactions, List<String> spared,
        String code,
        String message, List<Reason> reasons, List<Ranking> ranking, List<Notice> notices, List<String> problems) {

    /// What was kept before models were spared for the end has none.
    Ruled {
        spared = Objects.requireNonNullElse(spared, List.of());
    }

    /// Of what differs most between calls only: it is asked for with every decision, and equality settles the rest.
    @Override
    public int hashCode() {
        int hash = Objects.hash(attempts, code, reasons.size());
        for (Ranking each : ranking) {
            hash = 31 * hash + Double.hashCode(each.score());
        }
        return hash;
    }

    static Ruled of(Decision decision) {
        return switch (decision) {
            case Decision.Allow(String _, String rules, Plan plan, var reasons, var ranking, var notices, var problems) ->
                new Ruled(rules, plan.attempts().stream().map(Candidate::id).toList(), plan.parameters(),
                        plan.cacheSeconds(), plan.balance(), plan.queue(), plan.reactions(),
                        plan.spared().stream().map(Candidate::id).toList(), "", "", reasons, ranking, notices,
                        problems);
            case Decision.Deny(String _, String rules, String code, String message, var reasons, var ranking, var notices, var problems) ->
                new Ruled(rules, null, Map.of(), 0, -1, null, Map.of(), List.of(), code, message, reasons, ranking,
                        notices,
                        problems);
        };
    }

    /// @param candidates those of the question
    Decision decision(String id, List<Candidate> candidates) throws IOException {
        if (attempts == null) {
            return new Decision.Deny(id, ruleSet, code, message, reasons, ranking, notices, problems);
        }
        List<Candidate> planned = planned(attempts, candidates);
        return new Decision.Allow(id, ruleSet, new Plan(planned, parameters, cacheSeconds, balance, queue, reactions,
                planned(spared, candidates)), reasons, ranking, notices, problems);
    }

    /// The models of a plan.
    ///
    /// @param candidates those of the question
    static List<Candidate> planned(List<String> attempts, List<Candidate> candidates) throws IOException {
        Map<String, Candidate> byId = new HashMap<>();
        candidates.forEach(candidate -> byId.put(candidate.id(), candidate));
        List<Candidate> planned = attempts.stream().map(byId::get).filter(each -> each != null).toList();
        if (planned.size() < attempts.size()) {
            throw new IOException("the plan names a model that was no candidate");
        }
        return planned;
    }

    /// Only who decided.
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Origin(String ruleSet) {}

    /// What came out, without the reasons. Other members than those that are left out are refused here, too.
    ///
    /// @param attempts null when the call was denied
    @JsonIgnoreProperties({"ruleSet", "parameters", "cacheSeconds", "balance", "queue", "reactions", "message",
            "reasons",
            "ranking", "notices", "problems"})
    record Upshot(@Nullable List<String> attempts, @Nullable List<String> spared, String code) {

        /// All models that might answer, in their order; null when the call was denied.
        @Nullable
        List<String> all() {
            if (attempts == null || spared == null || spared.isEmpty()) {
                return attempts;
            }
            return Stream.concat(attempts.stream(), spared.stream()).toList();
        }
    }

    /// The same with the texts that rules wrote changed.
    Ruled withTexts(java.util.function.UnaryOperator<String> change) {
        return new Ruled(ruleSet, attempts, parameters, cacheSeconds, balance, queue, reactions, spared, code,
                change.apply(message),
                reasons.stream().map(one -> new Reason(one.rule(), one.verb(), change.apply(one.subject()),
                        change.apply(one.text()), one.file(), one.line())).toList(),
                ranking, notices.stream().map(one -> new Notice(one.rule(), one.severity(), one.code(),
                        change.apply(one.message()))).toList(),
                problems.stream().map(change).toList());
    }
}
