package dev.formulary.engine.decision;

import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.spi.Capability;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Looks for single facts that would have made another model the choice, by deciding again with each changed. The same
/// question and rules give the same answer. Changes come in a fixed order: declared context, the call, the situation, the
/// model itself, what was derived, and last the model's name; of one fact the smallest change.
///
/// Numbers of the call, its context and the situation are tried around each value with which rules compare them, and narrowed
/// down to the smallest change that flips the choice. Numbers of a model are turned to each end of their scale; where that flips the choice, doubling steps find the side on
/// which it flips and bisection the smallest change. That is exact where the rules are monotone in the number, and still a
/// change that flips where they are not.
final class WhyNotSearch {
    /// Decisions that one explanation may take.
    static final int MOST_DECISIONS = 2_000;
    private static final int ALSO = 4;

    private final Question question;
    private final Function<Question, Decision> decide;
    private final List<Variation> shared;
    private final Map<String, Slider> sliders;
    private final List<@Nullable String> chosen = new ArrayList<>();
    private final Relevance relevance;
    private int decisions;

    WhyNotSearch(Question question, Relevance relevance, Function<Question, Decision> decide) {
        this.question = question;
        this.relevance = relevance;
        this.decide = decide;
        Variations.All all = Variations.of(question, relevance);
        this.shared = all.all();
        this.sliders = all.sliders();
    }

    /// Changes that flip the choice, the smallest first; of each fact one.
    ///
    /// @param complete whether all were tried
    record Found(List<Variation> variations, List<Explanation.Flip> flips, boolean complete) {}

    int decisions() {
        return decisions;
    }

    private static final class Exhausted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Exhausted() {
            super("enough decisions", null, false, false);
        }
    }

    /// The model that is chosen, or null when the call is denied.
    private @Nullable String choice(Question changed) {
        if (decisions >= MOST_DECISIONS) {
            throw new Exhausted();
        }
        decisions++;
        return decide.apply(changed) instanceof Decision.Allow allow ? allow.plan().attempts().getFirst().id() : null;
    }

    private boolean flips(Variation variation, Candidate model) {
        return model.id().equals(choice(variation.question()));
    }

    Found of(Candidate model) {
        Map<String, List<Variation>> byFact = new LinkedHashMap<>();
        boolean complete = true;
        try {
            shared(model, byFact);
            own(model).forEach(variation -> note(byFact, variation, model));
            for (Dial dial : Dial.of(model)) {
                turn(dial, dial.best(), model, byFact);
                turn(dial, dial.worst(), model, byFact);
            }
            named(model).forEach(variation -> note(byFact, variation, model));
        } catch (Exhausted e) {
            complete = false;
        }
        var variations = new ArrayList<Variation>();
        var flips = new ArrayList<Explanation.Flip>();
        byFact.values().stream().map(List::getFirst)
                .sorted(java.util.Comparator.comparing(Variation::kind)).limit(1 + ALSO).forEach(first -> {
                    variations.add(first);
                    flips.add(first.flip(allOthers(first, byFact.getOrDefault(first.fact(), List.of()))));
                });
        return new Found(variations, flips, complete);
    }

    /// Of changes that concern all models each is decided once.
    private void shared(Candidate model, Map<String, List<Variation>> byFact) {
        while (chosen.size() < shared.size()) {
            chosen.add(choice(shared.get(chosen.size()).question()));
        }
        for (int i = 0; i < shared.size(); i++) {
            if (model.id().equals(chosen.get(i))) {
                byFact.computeIfAbsent(shared.get(i).fact(), _ -> new ArrayList<>()).add(shared.get(i));
            }
        }
        for (String fact : List.copyOf(byFact.keySet())) {
            Slider slider = sliders.get(fact);
            if (slider != null) {
                byFact.put(fact, smallest(slider, byFact.getOrDefault(fact, List.of()), model));
            }
        }
    }

    private List<Variation> smallest(Slider slider, List<Variation> flipping, Candidate model) {
        Set<Double> values = new HashSet<>();
        flipping.forEach(one -> values.add(one.to() instanceof Number to ? to.doubleValue() : -1.0));
        Variation smallest = slider.smallest(values::contains, variation -> flips(variation, model));
        return smallest == null ? flipping : List.of(smallest);
    }

    private void note(Map<String, List<Variation>> byFact, Variation variation, Candidate model) {
        if (flips(variation, model)) {
            byFact.computeIfAbsent(variation.fact(), _ -> new ArrayList<>()).add(variation);
        }
    }

    private boolean allOthers(Variation one, List<Variation> flipping) {
        return one.from() instanceof Enum<?> constant
                && flipping.size() == constant.getDeclaringClass().getEnumConstants().length - 1 && flipping.size() > 1;
    }

    /// What a model is, apart from its numbers.
    private List<Variation> own(Candidate model) {
        var own = new ArrayList<Variation>();
        var card = model.card();
        Set<String> labels = new TreeSet<>(relevance.texts());
        question.candidates().forEach(other -> labels.addAll(other.labels()));
        for (String label : labels) {
            toggle(own, model, "labels", card.labels(), label);
        }
        for (Capability capability : Capability.values()) {
            toggle(own, model, "capabilities", card.capabilities(), capability);
        }
        change(own, model, "local", card.local(), !card.local(), Dial.card(model, "local", !card.local()));
        for (BreakerState state : BreakerState.values()) {
            if (state != model.breaker()) {
                change(own, model, "breaker", model.breaker(), state, Dial.vitals(model, "breaker", state));
            }
        }
        return own;
    }

    private void toggle(List<Variation> own, Candidate model, String field, Set<?> set, Object element) {
        Set<Object> changed = new HashSet<>(set);
        boolean there = !changed.remove(element);
        if (there) {
            changed.add(element);
        }
        change(own, model, field, set, new Variation.Element(element, there), Dial.card(model, field, changed));
    }

    private void change(List<Variation> own, Candidate model, String field, Object from, Object to, Candidate changed) {
        own.add(new Variation("candidate[" + model.id() + "]." + field, Variation.Kind.CANDIDATE, from, to,
                Dial.in(question, model, changed)));
    }

    private List<Variation> named(Candidate model) {
        return question.call().model().equals(model.id())
                ? List.of()
                : Collections.singletonList(new Variation("call.model", Variation.Kind.NAMED, question.call().model(),
                        model.id(), question.with(Copies.with(question.call(), "model", model.id()))));
    }

    private void turn(Dial dial, double end, Candidate model, Map<String, List<Variation>> byFact) {
        long steps = dial.steps(end);
        if (steps == 0 || !flips(dial.towards(end, steps, model, question), model)) {
            return;
        }
        long kept = 0;
        long flipped = 1;
        while (flipped < steps && !flips(dial.towards(end, flipped, model, question), model)) {
            kept = flipped;
            flipped *= 2;
        }
        flipped = Math.min(flipped, steps);
        while (flipped - kept > 1) {
            long middle = kept + (flipped - kept) / 2;
            if (flips(dial.towards(end, middle, model, question), model)) {
                flipped = middle;
            } else {
                kept = middle;
            }
        }
        Variation smallest = dial.towards(end, flipped, model, question);
        byFact.computeIfAbsent(smallest.fact(), _ -> new ArrayList<>()).add(smallest);
    }
}
