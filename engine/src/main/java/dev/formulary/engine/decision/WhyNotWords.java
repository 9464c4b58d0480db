package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Says in sentences what stopped a model.
final class WhyNotWords {
    private static final double VISIBLE = 0.0005;

    private final Question question;
    private final Decision decision;
    private final List<Said> said;

    WhyNotWords(Question question, Decision decision, List<Said> said) {
        this.question = question;
        this.decision = decision;
        this.said = said;
    }

    /// @param ranking how all models fared
    List<String> stopped(Explanation.Rated model, List<Explanation.Rated> ranking) {
        var sentences = new ArrayList<String>();
        if (decision instanceof Decision.Deny deny) {
            denied(deny, sentences);
        }
        model.stopped().forEach(obstacle -> sentences.add(obstacle.toString()));
        if (decision instanceof Decision.Allow allow && model.stopped().isEmpty()) {
            String first = allow.plan().attempts().getFirst().id();
            Explanation.Rated winner = ranking.stream().filter(one -> one.candidate().equals(first)).findFirst()
                    .orElse(model);
            if (stays(allow)) {
                sentences.add("the session keeps to " + first);
            } else if (model.score() > winner.score() || !question.call().auto()) {
                sentences.add("the call asks for '" + question.call().model() + "'");
            } else {
                sentences.add(behind(model, winner));
            }
        }
        return sentences;
    }

    private static boolean stays(Decision.Allow allow) {
        return allow.reasons().stream().anyMatch(one -> one.rule().equals("engine") && one.verb().equals("stay"));
    }

    private void denied(Decision.Deny deny, List<String> sentences) {
        List<RuleInfo> deniers = said.stream().filter(Said.DenyCall.class::isInstance).map(Said::rule).distinct()
                .toList();
        deniers.forEach(rule -> sentences.add("the call is denied: " + rule.id() + " at " + rule.file() + ":"
                + rule.line() + ": " + rule.reason()));
        if (deniers.isEmpty() && !deny.code().equals("no_model_allowed")) {
            sentences.add("the call is denied: " + deny.message());
        }
    }

    private static String behind(Explanation.Rated model, Explanation.Rated winner) {
        double missing = winner.score() - model.score();
        if (missing == 0) {
            return "it ranks as high as " + winner.candidate() + ", whose name comes first";
        }
        return String.format(Locale.ROOT, "its score is %.3f, %.3f below %s%s", model.score(), missing,
                winner.candidate(), terms(model, winner));
    }

    /// By which terms, the heaviest first.
    private static String terms(Explanation.Rated model, Explanation.Rated winner) {
        Explanation.Shares mine = model.shares();
        Explanation.Shares theirs = winner.shares();
        if (mine == null || theirs == null) {
            return "";
        }
        Map<String, Double> differences = new TreeMap<>();
        differences.put("quality", mine.quality() - theirs.quality());
        differences.put("cost", mine.cost() - theirs.cost());
        differences.put("latency", mine.latency() - theirs.latency());
        differences.put("load", mine.load() - theirs.load());
        differences.put("points of rules", mine.points() - theirs.points());
        String words = differences.entrySet().stream().filter(one -> Math.abs(one.getValue()) >= VISIBLE)
                .sorted(Comparator.comparingDouble(one -> one.getValue()))
                .map(one -> String.format(Locale.ROOT, "%s %+.3f", one.getKey(), one.getValue()))
                .collect(Collectors.joining(", "));
        String reliability = model.terms() != null && winner.terms() != null
                && model.terms().reliability() < winner.terms().reliability() - VISIBLE
                        ? String.format(Locale.ROOT, "; of all that it keeps %.0f %% because calls fail",
                                100 * model.terms().reliability())
                        : "";
        return words.isEmpty() ? reliability : ": " + words + reliability;
    }
}
