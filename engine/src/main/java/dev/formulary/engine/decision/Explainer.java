package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Explains a decision by making it again with everything written down.
final class Explainer {
    private static final double SAME = 1e-9;

    private final Question question;
    private final Findings findings;
    private final Decision decision;
    private final Map<String, List<Conditions.Asked>> conditions = new HashMap<>();
    private final Map<String, Candidate> models;

    Explainer(RuleSet ruleSet, Question question, Findings findings) {
        this.question = question;
        this.findings = findings;
        this.decision = Verdict.of(question, ruleSet.hash(), findings);
        for (RuleSource source : ruleSet.sources()) {
            Conditions.of(source).forEach((rule, asked) -> conditions.put(source.file() + "\n" + rule, asked));
        }
        ruleSet.watching().forEach(rule -> conditions.remove(rule.file() + "\n" + rule.name()));
        models = question.candidates().stream()
                .collect(Collectors.toMap(Candidate::id, Function.identity(), (one, _) -> one));
    }

    /// @param named a model for which all work is done first, or null
    Explanation explain(@Nullable String named, Function<Question, Decision> decide) {
        List<Explanation.Fired> fired = Stream.concat(findings.trace().stream().map(this::fired),
                Measured.fired(findings.said()).stream()).toList();
        Weights weights = weights();
        List<Explanation.Rated> rated = rated(weights);
        var search = new WhyNotSearch(question, new Relevance(conditions.values()), decide);
        var reasoning = new WhyNotWords(question, decision, findings.said());
        List<Explanation.WhyNot> whyNot = new ArrayList<>();
        List<Explanation.Rated> others = rated.stream().filter(one -> !one.candidate().equals(chosen()))
                .sorted(Comparator.comparing(one -> !one.candidate().equals(named))).toList();
        for (Explanation.Rated one : others) {
            Candidate model = Objects.requireNonNull(models.get(one.candidate()));
            WhyNotSearch.Found found = search.of(model);
            whyNot.add(new Explanation.WhyNot(one.candidate(), reasoning.stopped(one, rated),
                    found.flips().isEmpty() ? null : found.flips().getFirst(),
                    found.flips().stream().skip(1).toList(), found.complete()));
        }
        return new Explanation(decision.id(), decision.ruleSet(),
                decision instanceof Decision.Deny deny ? deny.code() : "allow", chosen(),
                decision instanceof Decision.Deny deny ? deny.message() : "", facts(fired), fired, rated,
                weights == null ? null : shares(weights), parameters(), reactions(), List.of(), decision.notices(),
                decision.problems(),
                List.copyOf(whyNot), notes(named), 1 + search.decisions());
    }

    private List<String> notes(@Nullable String named) {
        var notes = new ArrayList<String>(0);
        KeptTurns.told(question.continuity()).ifPresent(told -> notes.add(told.text()));
        if (named != null && !named.isEmpty() && !models.containsKey(named)) {
            notes.add("there was no model '" + named + "' to choose from; there were "
                    + String.join(", ", models.keySet().stream().sorted().toList()));
        }
        return List.copyOf(notes);
    }

    private String chosen() {
        return decision instanceof Decision.Allow allow ? allow.plan().attempts().getFirst().id() : "";
    }

    private Explanation.Fired fired(Firing firing) {
        RuleInfo rule = firing.rule();
        List<Conditions.Asked> asked = conditions.getOrDefault(rule.file() + "\n" + rule.name(), List.of());
        var matched = new LinkedHashSet<Explanation.Fact>();
        for (Object fact : firing.facts()) {
            asked.stream().filter(pattern -> pattern.mode() == Conditions.Mode.MATCHED)
                    .filter(pattern -> pattern.type().equals(fact.getClass().getSimpleName()))
                    .forEach(pattern -> values(fact, pattern, matched));
        }
        asked.stream().filter(pattern -> pattern.mode() == Conditions.Mode.EXISTS)
                .forEach(pattern -> standing(pattern.type()).forEach(fact -> values(fact, pattern, matched)));
        firing.bindings().forEach((name, value) -> {
            if (!firing.facts().contains(value) && !(value instanceof Record)) {
                matched.add(new Explanation.Fact("", name, FactValues.show(value)));
            }
        });
        return new Explanation.Fired(rule.id(), rule.name(), rule.owner(), rule.reason(), rule.file(), rule.line(),
                List.copyOf(matched),
                asked.stream().filter(pattern -> pattern.mode() != Conditions.Mode.MATCHED)
                        .map(Conditions.Asked::toString).toList(),
                firing.said().stream().map(Explainer::words).toList());
    }

    private static void values(Object fact, Conditions.Asked pattern, java.util.Collection<Explanation.Fact> into) {
        for (String name : pattern.names()) {
            String value = FactValues.read(fact, name);
            if (value != null) {
                into.add(new Explanation.Fact(FactValues.name(fact), name, value));
            }
        }
    }

    /// Facts of which only one is there, and budgets; not every model there is.
    private List<Object> standing(String type) {
        List<Object> facts = new ArrayList<>(List.of(question.call(), question.context(), question.continuity(),
                question.situation(), question.situation().host()));
        question.situation().budgets().stream().filter(budget -> budget.counts(question.call())).forEach(facts::add);
        return FactValues.ofType(facts, type);
    }

    static String words(Said said) {
        String subject = said.subject();
        String words = said instanceof Said.Points points
                ? subject + " by " + FactValues.number(Math.abs(points.points()))
                : subject;
        return words.isEmpty() ? said.verb() : said.verb() + " " + words;
    }

    private static List<Explanation.Fact> facts(List<Explanation.Fired> fired) {
        return fired.stream().flatMap(one -> one.matched().stream())
                .filter(fact -> !fact.fact().isEmpty() && !fact.fact().startsWith("Candidate["))
                .distinct().toList();
    }

    /// What the terms counted for, or null when that does not give the scores that were given.
    private @Nullable Weights weights() {
        var weighed = findings.said().stream().filter(Said.Weigh.class::isInstance).map(Said.Weigh.class::cast)
                .toList();
        double balance = decision instanceof Decision.Allow allow ? allow.plan().balance() : -1;
        Weights weights = balance < 0 ? Weights.of(weighed) : Weights.of(weighed).balanced(balance);
        boolean right = decision instanceof Decision.Allow;
        for (Ranking ranking : decision.ranking()) {
            Ranking.Terms terms = ranking.terms();
            if (ranking.eligible() && terms != null) {
                Explanation.Shares shares = shares(weights, terms);
                right &= Math.abs(sum(shares) - ranking.score()) < SAME;
            }
        }
        return right ? weights : null;
    }

    private static double sum(Explanation.Shares shares) {
        return shares.quality() + shares.cost() + shares.latency() + shares.load() + shares.points();
    }

    private static Explanation.Shares shares(Weights weights) {
        return shares(weights, new Ranking.Terms(1, 1, 1, 1, 1, 0));
    }

    private static Explanation.Shares shares(Weights weights, Ranking.Terms terms) {
        double each = weights.total() > 0 ? terms.reliability() / weights.total() : 0;
        return new Explanation.Shares(weights.quality() * terms.quality() * each, weights.cost() * terms.cost() * each,
                weights.latency() * terms.latency() * each, weights.load() * terms.load() * each, terms.points() / 100);
    }

    private List<Explanation.Rated> rated(@Nullable Weights weights) {
        var rated = new ArrayList<Explanation.Rated>();
        for (Ranking ranking : decision.ranking()) {
            Ranking.Terms terms = ranking.eligible() ? ranking.terms() : null;
            boolean ranked = ranking.eligible() && decision instanceof Decision.Allow;
            rated.add(new Explanation.Rated(ranking.candidate(), ranked ? rated.size() + 1 : 0,
                    ranking.eligible() ? ranking.score() : 0, ranked ? terms : null,
                    ranked && terms != null && weights != null ? shares(weights, terms) : null,
                    ranking.eligible() ? List.of() : stopped(ranking), points(ranking.candidate())));
        }
        return ParetoFront.mark(rated);
    }

    private List<Explanation.Given> points(String model) {
        return findings.said().stream().filter(Said.Points.class::isInstance).map(Said.Points.class::cast)
                .filter(points -> points.candidate().id().equals(model))
                .map(points -> new Explanation.Given(points.rule().id(), points.points(), points.rule().file(),
                        points.rule().line()))
                .toList();
    }

    private List<Explanation.Obstacle> stopped(Ranking ranking) {
        var stopped = new LinkedHashSet<Explanation.Obstacle>();
        for (Reason reason : decision.reasons()) {
            if (reason.rule().equals("engine") && reason.subject().equals(ranking.candidate())) {
                stopped.add(new Explanation.Obstacle(reason.rule(), reason.verb(), reason.text(), "", 0));
            }
        }
        Candidate model = models.get(ranking.candidate());
        for (Said said : findings.said()) {
            boolean stops = switch (said) {
                case Said.Forbid forbid -> forbid.candidate().id().equals(ranking.candidate());
                case Said.Require require -> model != null && !require.test().test(model);
                case Said.Spare spare -> narrowed(spare, ranking)
                        && spare.candidate().id().equals(ranking.candidate());
                case Said.KeepFree keep -> narrowed(keep, ranking) && model != null && !model.free();
                case Said.LastResort last -> narrowed(last, ranking) && model != null && model.labelled(last.label());
                default -> false;
            };
            if (stops) {
                RuleInfo rule = said.rule();
                String verb = said instanceof Said.Forbid ? "forbid" : words(said);
                stopped.add(new Explanation.Obstacle(rule.id(), verb, rule.reason(), rule.file(), rule.line()));
            }
        }
        return List.copyOf(stopped);
    }

    private static boolean narrowed(Said said, Ranking ranking) {
        return ranking.because().contains(said.rule().id());
    }

    private List<Explanation.Held> parameters() {
        if (!(decision instanceof Decision.Allow allow)) {
            return List.of();
        }
        Map<Parameter, List<Explanation.Claim>> claims = new EnumMap<>(Parameter.class);
        Map<Parameter, Plan.Limit> limits = new EnumMap<>(Parameter.class);
        limits.putAll(allow.plan().parameters());
        for (Said said : findings.said()) {
            switch (said) {
                case Said.Preset set -> claim(claims, set.parameter(), set.rule(), "set", set.value(),
                        limit(limits, set.parameter()).preset());
                case Said.Cap cap -> claim(claims, cap.parameter(), cap.rule(), "cap", cap.value(),
                        limit(limits, cap.parameter()).cap());
                default -> {
                    // about something else
                }
            }
        }
        var held = new LinkedHashMap<Parameter, Explanation.Held>();
        limits.forEach((parameter, limit) -> held.put(parameter, new Explanation.Held(parameter, known(limit.preset()),
                known(limit.cap()), List.copyOf(claims.getOrDefault(parameter, List.of())))));
        return List.copyOf(held.values());
    }

    private List<Explanation.Reacts> reactions() {
        if (!(decision instanceof Decision.Allow allow)) {
            return List.of();
        }
        return findings.said().stream().filter(Said.OnFailure.class::isInstance).map(Said.OnFailure.class::cast)
                .map(one -> new Explanation.Reacts(one.failure(), one.reaction(), one.rule().id(),
                        allow.plan().reactions().get(one.failure()) == one.reaction(), one.rule().file(),
                        one.rule().line()))
                .distinct().toList();
    }

    private static Plan.Limit limit(Map<Parameter, Plan.Limit> limits, Parameter parameter) {
        return limits.getOrDefault(parameter, new Plan.Limit(Double.NaN, Double.NaN));
    }

    private static void claim(Map<Parameter, List<Explanation.Claim>> claims, Parameter parameter, RuleInfo rule,
            String verb, double value, double holds) {
        claims.computeIfAbsent(parameter, _ -> new ArrayList<>())
                .add(new Explanation.Claim(rule.id(), verb, value, value == holds, rule.file(), rule.line()));
    }

    private static @Nullable Double known(double value) {
        return Double.isNaN(value) ? null : value;
    }
}
