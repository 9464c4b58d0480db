package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes a decision of what rules said. Pure; the order in which things were said does not matter.
///
/// Hard limits come first: what the call needs, `forbid`, `require`. Then, where policy chooses, `lastResort` and after it
/// `keepFree` narrow the choice; a model that the caller names is not narrowed away. Then points, weights and the ranking.
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
        String denial = denial();
        hardLimits();
        if (!denial.isEmpty()) {
            return deny("denied_by_policy", denial);
        }
        Standing named = null;
        if (!question.call().auto()) {
            String model = question.call().model();
            named = NamedModel.find(model, standings);
            if (named == null) {
                return deny("model_not_found", NamedModel.notFound(model, standings));
            }
            if (!named.eligible() && !question.call().substitute()) {
                return deny("model_forbidden", "the model '" + named.candidate().id() + "' may not answer: "
                        + String.join("; ", named.texts()));
            }
        }
        Choice.narrow(said, standings, named);
        return allow(named);
    }

    /// All that rules say against the call, in one order whichever spoke first; empty when none does.
    private String denial() {
        List<Said.DenyCall> denials = null;
        for (Said one : said) {
            if (one instanceof Said.DenyCall deny) {
                denials = denials == null ? new ArrayList<>() : denials;
                denials.add(deny);
            }
        }
        if (denials == null) {
            return "";
        }
        return denials.stream()
                .sorted(Comparator.comparing((Said.DenyCall one) -> one.rule().id())
                        .thenComparing(Said.DenyCall::message))
                .map(Said.DenyCall::message)
                .distinct()
                .collect(Collectors.joining("; "));
    }

    private void hardLimits() {
        Context context = question.context();
        for (Standing standing : standings) {
            String missing = Needs.missing(standing.candidate(), context);
            if (missing != null) {
                standing.ruleOut("engine", missing);
                reasons.add(new Reason("engine", "forbid", standing.candidate().id(), missing, "", 0));
            }
        }
        Map<String, Standing> byId = null;
        for (Said one : said) {
            switch (one) {
                case Said.Forbid forbid -> {
                    byId = byId == null ? byId() : byId;
                    ruleOut(byId.get(forbid.candidate().id()), forbid.rule());
                }
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

    private Map<String, Standing> byId() {
        var byId = new HashMap<String, Standing>(standings.size() * 2);
        standings.forEach(standing -> byId.put(standing.candidate().id(), standing));
        return byId;
    }

    private static void ruleOut(@Nullable Standing standing, RuleInfo rule) {
        if (standing != null) {
            standing.ruleOut(rule.id(), rule.reason());
        }
    }

    private Decision allow(@Nullable Standing named) {
        var limits = new Limits();
        var weighed = new ArrayList<Said.Weigh>(2);
        Map<String, Standing> byId = null;
        for (Said one : said) {
            switch (one) {
                case Said.Preset preset -> limits.preset(preset, problems);
                case Said.Cap cap -> limits.cap(cap);
                case Said.Weigh weigh -> weighed.add(weigh);
                case Said.Points points -> {
                    byId = byId == null ? byId() : byId;
                    Standing standing = byId.get(points.candidate().id());
                    if (standing != null && standing.eligible()) {
                        standing.give(points.rule().id(), points.points());
                    }
                }
                default -> {
                    // heard already
                }
            }
        }
        rank(Weights.of(weighed));
        List<Candidate> attempts = attempts(named, limits.attempts());
        if (attempts.isEmpty()) {
            return deny("no_model_allowed", nobody());
        }
        var plan = new Plan(attempts, limits.all(), limits.cacheSeconds());
        return new Decision.Allow(question.call().id(), ruleSet, plan, Collections.unmodifiableList(reasons), ranking(),
                notices, List.copyOf(problems));
    }

    private void rank(Weights weights) {
        var ranker = new Ranker(weights, question.context().promptTokens(), question.context().maxTokens());
        for (Standing standing : standings) {
            if (standing.eligible()) {
                standing.rank(ranker);
            }
        }
        standings.sort(Standing.ORDER);
    }

    /// The model that was asked for goes first; others follow it only where they may take its place.
    private List<Candidate> attempts(@Nullable Standing named, int most) {
        if (named != null && !question.call().substitute()) {
            return List.of(named.candidate());
        }
        var attempts = new ArrayList<Candidate>(most);
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
