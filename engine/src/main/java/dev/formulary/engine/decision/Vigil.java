package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.kie.api.definition.rule.Rule;
import org.kie.api.event.rule.BeforeMatchFiredEvent;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.ConsequenceException;

/// One round of the rules that watch, within the same bounds as a decision. Listens to the firings, as a [Deliberation] does.
final class Vigil extends DefaultAgendaEventListener {
    private static final RuleInfo NOBODY = new RuleInfo("engine", "", "", "", Kind.ALERT, "", 0);
    private static final int SAID_LIMIT = 20_000;

    private final IdentityHashMap<Rule, RuleInfo> rules;
    private final Bounds bounds;
    private final long start;
    private final Draft draft = new Draft(NOBODY);
    private final List<RuleInfo> fired = new ArrayList<>();
    /// How much had been said before each firing.
    private final List<Integer> marks = new ArrayList<>();
    private final Set<String> unheard = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>(0);
    private final Tidings tidings = new Tidings();
    private boolean over;

    Vigil(IdentityHashMap<Rule, RuleInfo> rules, Bounds bounds) {
        this.rules = rules;
        this.bounds = bounds;
        this.start = bounds.clock().getAsLong();
    }

    @Override
    public void beforeMatchFired(BeforeMatchFiredEvent event) {
        RuleInfo rule = rules.getOrDefault(event.getMatch().getRule(), NOBODY);
        draft.begin(rule);
        fired.add(rule);
        marks.add(draft.said().size());
        if (fired.size() > bounds.firings()) {
            giveUp("the rules that watch fired more than " + bounds.firings() + " times", rule, event);
        } else if (bounds.clock().getAsLong() - start > bounds.nanos()) {
            giveUp(tookTooLong(), rule, event);
        } else if (draft.said().size() > SAID_LIMIT) {
            giveUp("the rules that watch said more than " + SAID_LIMIT + " things", rule, event);
        }
    }

    private void giveUp(String what, RuleInfo last, BeforeMatchFiredEvent event) {
        overBudget(what, last);
        event.getKieRuntime().halt();
    }

    /// Nobody knows what was still to come.
    private void overBudget(String what, RuleInfo last) {
        if (!over) {
            over = true;
            String problem = DefaultPlan.OVER_BUDGET + ": " + what + ", last '" + last.id()
                    + "'; the other alerts stay as they were";
            problems.add(problem);
            rules.values().forEach(rule -> unheard.add(rule.id()));
            tidings.add(new Notice(last.id(), Severity.WARNING, DefaultPlan.OVER_BUDGET, problem));
        }
    }

    private String tookTooLong() {
        return "the rules that watch took more than " + bounds.nanos() / 1_000 + " microseconds";
    }

    Watched run(KieSession session) {
        session.addEventListener(this);
        session.setGlobal("decision", draft);
        try (var watch = Watchdog.watch(session, System.nanoTime() + bounds.machineNanos())) {
            fire(session);
            if (watch.stopped()) {
                overBudget(tookTooLong(), draft.speaker());
            }
        }
        return watched(Set.of());
    }

    private void fire(KieSession session) {
        while (!over) {
            try {
                session.fireAllRules(bounds.firings() + 1);
                break;
            } catch (ConsequenceException e) {
                draft.takeBack();
                Throwable cause = e.getCause();
                skipped(draft.speaker(), cause == null ? e.toString() : cause.toString());
            }
        }
    }

    /// What a rule threw. The others go on; it is told once, however often it failed.
    private void skipped(RuleInfo rule, String what) {
        if (unheard.add(rule.id())) {
            String problem = "rule '" + rule.id() + "' failed and was skipped: " + what;
            problems.add(problem);
            tidings.add(new Notice(rule.id(), Severity.WARNING, Deliberation.RULE_FAILED, problem));
        }
    }

    /// A condition threw: this round can't go on, but perhaps one without the files of the rules that share it.
    Watched conditionFailed(RuntimeException e, List<RuleInfo> culprits) {
        String what = e.getCause() == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + e.getCause();
        if (culprits.isEmpty()) {
            return Watched.failed(List.copyOf(rules.values()), "a condition of a rule that watches failed: " + what);
        }
        draft.said().clear();
        culprits.forEach(rule -> skipped(rule, what));
        Set<String> files = culprits.stream().map(RuleInfo::file).collect(Collectors.toCollection(TreeSet::new));
        rules.values().stream().filter(rule -> files.contains(rule.file())).forEach(rule -> unheard.add(rule.id()));
        return watched(files);
    }

    private Watched watched(Collection<String> culprits) {
        List<Said> said = draft.said();
        for (int i = 0; i < marks.size() && !said.isEmpty(); i++) {
            int end = i + 1 < marks.size() ? marks.get(i + 1) : said.size();
            int from = Math.min(marks.get(i), said.size());
            String wrong = tidings.firing(said.subList(from, Math.clamp(end, from, said.size())));
            if (wrong != null) {
                skipped(fired.get(i), wrong);
            }
        }
        return new Watched(tidings.all(), Set.copyOf(unheard), List.copyOf(fired), List.copyOf(problems),
                Set.copyOf(culprits));
    }
}
