package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Ranking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one model stands while a decision is made.
final class Standing {
    /// Best first; what may not answer last. Equals stand in the order of their ids.
    static final Comparator<Standing> ORDER = (one, other) -> {
        if (one.out != other.out) {
            return one.out ? 1 : -1;
        }
        int byScore = Double.compare(other.score, one.score);
        return byScore != 0 ? byScore : one.candidate.id().compareTo(other.candidate.id());
    };

    private static final double MICROS = 1_000_000;

    private final Candidate candidate;
    private final List<String> because = new ArrayList<>(2);
    private final List<String> texts = new ArrayList<>(2);
    private boolean out;
    private boolean narrowed;
    private long points;
    private double score;
    private Ranking.@Nullable Terms terms;

    Standing(Candidate candidate) {
        this.candidate = candidate;
    }

    Candidate candidate() {
        return candidate;
    }

    boolean eligible() {
        return !out;
    }

    /// Why it may not answer, in words, in one order whichever rule spoke first.
    List<String> texts() {
        return texts.stream().sorted().toList();
    }

    /// Whether a hard limit has not ruled it out.
    boolean narrowable() {
        return !out || narrowed;
    }

    /// Others are there that come before it.
    void narrow(String rule, String text) {
        narrowed = true;
        ruleOut(rule, text);
    }

    void ruleOut(String rule, String text) {
        out = true;
        note(rule);
        if (!texts.contains(text)) {
            texts.add(text);
        }
    }

    /// Whole millionths, because sums of these do not depend on their order.
    void give(String rule, double given) {
        points += Math.round(given * MICROS);
        note(rule);
    }

    private void note(String rule) {
        if (!because.contains(rule)) {
            because.add(rule);
        }
    }

    /// Only for one that may answer.
    void rank(Ranker ranker) {
        terms = ranker.terms(candidate, points / MICROS);
        score = ranker.score(terms);
    }

    /// The best first.
    static List<Standing> ranked(List<Standing> standings, Ranker ranker) {
        return standings.size() < 2
                ? standings
                : standings.stream().sorted(Comparator.comparingDouble((Standing each) -> -each.score(ranker))
                        .thenComparing(each -> each.candidate.id())).toList();
    }

    /// What it would score by another ranker.
    double score(Ranker ranker) {
        return ranker.score(ranker.terms(candidate, points / MICROS));
    }

    Ranking ranking() {
        if (because.size() > 1) {
            because.sort(null);
        }
        return new Ranking(candidate.id(), !out, score, terms, because);
    }
}
