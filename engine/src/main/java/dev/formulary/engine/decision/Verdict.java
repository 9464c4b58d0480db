package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes a decision of what rules said. Pure; the order in which things were said does not matter.
///
/// Hard limits come first: what the call needs, `forbid`, `require`. Then, where policy chooses, `spare`, `lastResort` and
/// `keepFree` narrow the choice; a model that the caller names is not narrowed away. Then points, weights, the balance and the
/// ranking. Of the models that are left the session's own goes first.
final class Verdict {
    static final String FAILED = "policy_failed";
    private static final int TEXTS = 5;

    private final Question question;
    private final String ruleSet;
    private final List<Said> said;
    private final List<String> problems;
    private final List<Notice> notices;
    private final List<Reason> reasons;
    private final List<Standing> standings;
    private final Limits limits = new Limits();
    private @Nullable Map<String, Standing> byId;
    private List<Standing> spared = List.of();
    private double balance = -1;
    /// Whether policy chooses the model, rather than the caller.
    private boolean choosing;
    private @Nullable Priority queue;
    private final Map<FailureClass, Reaction> reactions = new EnumMap<>(FailureClass.class);

    /// Why the call gets no answer, before any model is looked at.
    private record Refusal(String code, String message) {}

    private Verdict(Question question, String ruleSet, Findings findings) {
        this.question = question;
        this.ruleSet = ruleSet;
        this.said = findings.said();
        this.problems = new ArrayList<>(findings.problems());
        this.notices = Notices.of(said, findings.notices());
        this.reasons = new ArrayList<>(said.size() + 4);
        said.forEach(one -> reasons.add(one.reason()));
        this.standings = new ArrayList<>(question.candidates().size());
        question.candidates().forEach(candidate -> standings.add(new Standing(candidate)));
        KeptTurns.told(question.continuity()).ifPresent(reasons::add);
    }

    static Decision of(Question question, String ruleSet, Findings findings) {
        var verdict = new Verdict(question, ruleSet, findings);
        if (findings.failure() != null) {
            return verdict.deny(FAILED, "policy could not be evaluated, so the call is refused; "
                    + "the operator finds the cause under the decision's id");
        }
        return verdict.decide();
    }

    private Decision decide() {
        needs();
        hardLimits();
        choosing = question.call().auto() || VectorSpace.shared(question, standings);
        Standing named = choosing ? null : NamedModel.find(question.call(), standings);
        boolean substitute = question.call().substitute() && !saidAny(Said.KeepModel.class);
        if (choosing && !substitute && VectorSpace.wanted(question)) {
            VectorSpace.narrow(question, said, standings, reasons);
        }
        Refusal refusal = refusal(named, substitute);
        if (refusal == null) {
            spared = Choice.narrow(said, standings, named);
        }
        weigh();
        return refusal == null ? allow(named, substitute) : deny(refusal.code(), refusal.message());
    }

    private boolean saidAny(Class<? extends Said> verb) {
        for (Said one : said) {
            if (verb.isInstance(one)) {
                return true;
            }
        }
        return false;
    }

    private @Nullable Refusal refusal(@Nullable Standing named, boolean substitute) {
        if (saidAny(Said.DenyCall.class)) {
            return new Refusal("denied_by_policy", denial());
        }
        if (choosing) {
            return null;
        }
        if (named == null) {
            return new Refusal("model_not_found", NamedModel.notFound(question.call(), standings));
        }
        if (named.eligible() || substitute) {
            return null;
        }
        String overflow = Overflow.of(question.context(), List.of(named));
        return overflow == null
                ? new Refusal("model_forbidden", "the model '" + named.candidate().id() + "' may not answer: "
                        + String.join("; ", named.texts()))
                : new Refusal(Decision.Deny.TOO_LONG, overflow);
    }

    /// All that rules say against the call, in one order whichever spoke first.
    private String denial() {
        return said.stream()
                .filter(Said.DenyCall.class::isInstance)
                .map(Said.DenyCall.class::cast)
                .sorted(Comparator.comparing((Said.DenyCall one) -> one.rule().id())
                        .thenComparing(Said.DenyCall::message))
                .map(Said.DenyCall::message)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private void needs() {
        var needs = new Needs(question.call(), question.context());
        for (Standing standing : standings) {
            for (String missing : needs.missing(standing.candidate())) {
                standing.ruleOut("engine", missing);
                reasons.add(new Reason("engine", "forbid", standing.candidate().id(), missing, "", 0));
            }
        }
    }

    private void hardLimits() {
        for (Said one : said) {
            switch (one) {
                case Said.Forbid forbid -> ruleOut(standing(forbid.candidate().id()), forbid.rule());
                case Said.Require require -> {
                    for (Standing standing : standings) {
                        if (!require.test().test(standing.candidate())) {
                            ruleOut(standing, require.rule());
                        }
                    }
                }
                default -> {
                    // weighed later
                }
            }
        }
    }

    private @Nullable Standing standing(String id) {
        Map<String, Standing> known = byId;
        if (known == null) {
            known = HashMap.newHashMap(standings.size());
            for (Standing standing : standings) {
                known.put(standing.candidate().id(), standing);
            }
            byId = known;
        }
        return known.get(id);
    }

    private static void ruleOut(@Nullable Standing standing, RuleInfo rule) {
        if (standing != null) {
            standing.ruleOut(rule.id(), rule.reason());
        }
    }

    private void weigh() {
        var weighed = new ArrayList<Said.Weigh>(2);
        var balances = new ArrayList<Said.Balance>(0);
        var queues = new ArrayList<Said.Queue>(0);
        for (Said one : said) {
            switch (one) {
                case Said.Preset preset -> limits.preset(preset);
                case Said.Cap cap -> limits.cap(cap);
                case Said.Weigh weigh -> weighed.add(weigh);
                case Said.Balance next -> balances.add(next);
                case Said.Queue next -> queues.add(next);
                case Said.OnFailure next -> reactions.merge(next.failure(), next.reaction(), Verdict::moreCareful);
                case Said.Points points -> {
                    Standing standing = standing(points.candidate().id());
                    if (standing != null && standing.eligible()) {
                        standing.give(points.rule().id(), points.points());
                    }
                }
                default -> {
                    // heard already
                }
            }
        }
        limits.settle(problems);
        queue = queues.isEmpty() ? null : Settlement.holding(queues, problems).priority();
        Balance knob = Balance.of(question.context(), balances, problems);
        knob.preset(limits, question.context(), reasons);
        balance = knob.value();
        rank(knob.move(Weights.of(weighed)), knob.hurry());
    }

    private static Reaction moreCareful(Reaction one, Reaction other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private void rank(Weights weights, double hurry) {
        var estimate = Estimate.of(question.context());
        var curiosity = Curiosity.of(question);
        rank(new Ranker(weights, estimate, curiosity, hurry));
        Ranker sure = new Ranker(weights, estimate, Curiosity.NONE, hurry);
        spared = Standing.ranked(spared, sure);
        Reason trial = curiosity.trial(standings, sure);
        if (trial != null) {
            reasons.add(trial);
        }
    }

    private void rank(Ranker ranker) {
        for (Standing standing : standings) {
            if (standing.eligible()) {
                standing.rank(ranker);
            }
        }
        standings.sort(Standing.ORDER);
    }

    private Decision allow(@Nullable Standing named, boolean substitute) {
        Standing first = choosing ? staying() : named;
        List<Candidate> attempts = attempts(first, choosing || substitute, limits.attempts());
        if (attempts.isEmpty()) {
            String overflow = Overflow.of(question.context(), standings);
            return overflow == null ? deny("no_model_allowed", nobody()) : deny(Decision.Deny.TOO_LONG, overflow);
        }
        var plan = new Plan(attempts, limits.all(), limits.cacheSeconds(), balance, queue, reactions,
                choosing || substitute ? last(limits.attempts() - attempts.size()) : List.of());
        return new Decision.Allow(question.call().id(), ruleSet, plan, Collections.unmodifiableList(reasons), ranking(),
                notices, List.copyOf(problems));
    }

    private List<Candidate> last(int most) {
        return spared.stream().limit(Math.max(0, most)).map(Standing::candidate).toList();
    }

    private @Nullable Standing staying() {
        String last = question.continuity().model();
        return last.isEmpty() || VectorSpace.wanted(question)
                ? null
                : Staying.of(question, standing(last), said, reasons);
    }

    /// The model that was asked for, or to which the session keeps, goes first; others follow it only where they may take
    /// its place.
    private List<Candidate> attempts(@Nullable Standing named, boolean substitute, int most) {
        if (named != null && !substitute) {
            return List.of(named.candidate());
        }
        var attempts = new ArrayList<Candidate>(Math.min(most, standings.size()));
        if (named != null && named.eligible()) {
            attempts.add(named.candidate());
        }
        for (Standing standing : standings) {
            if (!standing.eligible() || attempts.size() >= most) {
                break;
            }
            if (standing != named) {
                attempts.add(standing.candidate());
            }
        }
        return attempts;
    }

    private String nobody() {
        if (standings.isEmpty()) {
            return "no model may answer: there is none at all";
        }
        return "no model may answer: " + standings.stream().flatMap(standing -> standing.texts().stream()).distinct()
                .sorted()
                .limit(TEXTS)
                .collect(Collectors.joining("; "));
    }

    private List<Ranking> ranking() {
        var ranking = new ArrayList<Ranking>(standings.size());
        standings.forEach(standing -> ranking.add(standing.ranking()));
        return Collections.unmodifiableList(ranking);
    }

    private Decision deny(String code, String message) {
        standings.sort(Standing.ORDER);
        return new Decision.Deny(question.call().id(), ruleSet, code, message, Collections.unmodifiableList(reasons),
                ranking(), notices, List.copyOf(problems));
    }
}
