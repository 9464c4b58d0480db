package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.kie.api.definition.rule.Rule;
import org.kie.api.event.rule.BeforeMatchFiredEvent;
import org.kie.api.event.rule.DefaultAgendaEventListener;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.ConsequenceException;

/// One run of the rules for one question. Listens to the firings: which rule speaks, how many there were, how long it takes.
final class Deliberation extends DefaultAgendaEventListener {
    /// The alert about a rule that fails.
    static final String RULE_FAILED = "rule-failed";
    private static final RuleInfo NOBODY = new RuleInfo("engine", "", "", "", Kind.CONTEXT, "", 0);
    private static final int FAILURE_LIMIT = 8;
    /// Each may hold a text of some hundred characters.
    private static final int SAID_LIMIT = 20_000;

    private final IdentityHashMap<Rule, RuleInfo> rules;
    private final Bounds bounds;
    private final long start = System.nanoTime();
    private final @Nullable List<RuleInfo> fired;
    private final Draft draft = new Draft(NOBODY);
    private final List<String> problems = new ArrayList<>(0);
    private final List<Notice> notices = new ArrayList<>(0);
    private int firings;
    private @Nullable String failure;

    /// @param trace whether to keep each firing
    Deliberation(IdentityHashMap<Rule, RuleInfo> rules, Bounds bounds, boolean trace) {
        this.rules = rules;
        this.bounds = bounds;
        this.fired = trace ? new ArrayList<>() : null;
    }

    @Override
    public void beforeMatchFired(BeforeMatchFiredEvent event) {
        RuleInfo rule = rules.getOrDefault(event.getMatch().getRule(), NOBODY);
        draft.begin(rule);
        if (fired != null) {
            fired.add(rule);
        }
        if (++firings > bounds.firings()) {
            exceeded("the rules fired more than " + bounds.firings() + " times", rule, event);
        } else if (System.nanoTime() - start > bounds.nanos()) {
            exceeded(tookTooLong(), rule, event);
        } else if (draft.said().size() > SAID_LIMIT) {
            exceeded("the rules said more than " + SAID_LIMIT + " things", rule, event);
        }
    }

    private void exceeded(String what, RuleInfo rule, BeforeMatchFiredEvent event) {
        failure = what + ", last '" + rule.id() + "'";
        event.getKieRuntime().halt();
    }

    Findings run(KieSession session) {
        session.addEventListener(this);
        session.setGlobal("decision", draft);
        try (var watch = Watchdog.watch(session, start + bounds.nanos())) {
            fire(session);
            if (failure == null && watch.stopped()) {
                failure = tookTooLong();
            }
        }
        if (failure != null) {
            problems.add(failure);
        }
        return findings(Set.of());
    }

    private void fire(KieSession session) {
        while (failure == null) {
            try {
                session.fireAllRules(bounds.firings() + 1);
                break;
            } catch (ConsequenceException e) {
                failed(e);
            }
        }
    }

    private String tookTooLong() {
        return "the rules took more than " + bounds.nanos() / 1_000 + " microseconds";
    }

    /// What a rule threw. Calling the rules again goes on with those that are left.
    private void failed(ConsequenceException e) {
        RuleInfo rule = draft.speaker();
        draft.takeBack();
        Throwable cause = e.getCause();
        String what = cause == null ? e.toString() : cause.toString();
        if (rule.kind().safety()) {
            failure = "safety rule '" + rule.id() + "' failed: " + what;
        } else if (problems.size() >= FAILURE_LIMIT) {
            failure = "more than " + FAILURE_LIMIT + " rules failed, last '" + rule.id() + "': " + what;
        } else {
            skipped(rule, what);
        }
    }

    private void skipped(RuleInfo rule, String what) {
        String problem = "rule '" + rule.id() + "' failed and was skipped: " + what;
        problems.add(problem);
        notices.add(new Notice(rule.id(), Severity.WARNING, RULE_FAILED, problem));
    }

    /// A condition threw: the decision can't go on, but perhaps without the rules that share the condition.
    Findings conditionFailed(RuntimeException e, Map<String, List<RuleInfo>> rulesByPath) {
        String message = String.valueOf(e.getMessage());
        String what = e.getCause() == null ? message : message + ": " + e.getCause();
        var culprits = new TreeSet<String>();
        boolean safety = false;
        for (var entry : rulesByPath.entrySet()) {
            if (message.contains(entry.getKey())) {
                for (RuleInfo rule : entry.getValue()) {
                    if (message.contains('"' + rule.name() + '"')) {
                        culprits.add(rule.file());
                        safety |= rule.kind().safety();
                        skipped(rule, what);
                    }
                }
            }
        }
        if (culprits.isEmpty() || safety) {
            failure = "a condition failed: " + what;
            problems.add(failure);
            culprits.clear();
        }
        return findings(culprits);
    }

    private Findings findings(Set<String> culprits) {
        return new Findings(draft.said(), fired == null ? List.of() : fired, problems, notices, failure, culprits);
    }
}
