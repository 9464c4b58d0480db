package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
    /// The alert about rules that could not be heard, without which no call may be answered.
    static final String SAFETY_FAILED = "safety-rule-failed";
    private static final RuleInfo NOBODY = new RuleInfo("engine", "", "", "", Kind.CONTEXT, "", 0);
    private static final int FAILURE_LIMIT = 8;
    /// Each may hold a text of some hundred characters.
    private static final int SAID_LIMIT = 20_000;

    private final IdentityHashMap<Rule, RuleInfo> rules;
    private final Bounds bounds;
    private final long start;
    private final @Nullable List<RuleInfo> fired;
    private final List<Firing> trace = new ArrayList<>(0);
    private final Draft draft = new Draft(NOBODY);
    private final List<String> problems = new ArrayList<>(0);
    private final List<Notice> notices = new ArrayList<>(0);
    private int firings;
    private boolean over;
    private @Nullable String failure;

    /// @param trace whether to keep each firing
    Deliberation(IdentityHashMap<Rule, RuleInfo> rules, Bounds bounds, boolean trace) {
        this.rules = rules;
        this.bounds = bounds;
        this.start = bounds.clock().getAsLong();
        this.fired = trace ? new ArrayList<>() : null;
    }

    @Override
    public void beforeMatchFired(BeforeMatchFiredEvent event) {
        RuleInfo rule = rules.getOrDefault(event.getMatch().getRule(), NOBODY);
        draft.begin(rule);
        if (fired != null) {
            fired.add(rule);
            trace.add(Firing.of(rule, event.getMatch(), draft.said().size()));
        }
        if (++firings > bounds.firings()) {
            exceeded("the rules fired more than " + bounds.firings() + " times", rule, event);
        } else if (bounds.clock().getAsLong() - start > bounds.nanos()) {
            exceeded(tookTooLong(), rule, event);
        } else if (draft.said().size() > SAID_LIMIT) {
            exceeded("the rules said more than " + SAID_LIMIT + " things", rule, event);
        }
    }

    /// Rules about safety fire first, so when another one is about to fire they have all been heard.
    private void exceeded(String what, RuleInfo rule, BeforeMatchFiredEvent event) {
        if (over) {
            return;
        }
        String problem = what + ", last '" + rule.id() + "'";
        if (rule.kind().safety()) {
            over = true;
            fail(rule, problem);
        } else {
            giveUp(rule, problem);
        }
        event.getKieRuntime().halt();
    }

    /// No more is heard; the default plan takes the place of what was said but for safety.
    private void giveUp(RuleInfo rule, String what) {
        over = true;
        String problem = DefaultPlan.OVER_BUDGET + ": " + what
                + "; only rules in context/ were heard, the rest is the gateway's default plan";
        problems.add(problem);
        notices.add(new Notice(rule.id(), Severity.WARNING, DefaultPlan.OVER_BUDGET, problem));
    }

    Findings run(KieSession session, Question question) {
        session.addEventListener(this);
        session.setGlobal("decision", draft);
        try (var watch = Watchdog.watch(session, System.nanoTime() + bounds.machineNanos())) {
            fire(session);
            if (failure == null && !over && watch.stopped()) {
                stopped();
            }
        }
        if (failure != null) {
            problems.add(failure);
        } else if (over) {
            return findings(DefaultPlan.with(draft.said(), question), Set.of());
        }
        return findings(draft.said(), Set.of());
    }

    /// There is no rule to be heard.
    Findings nothingSaid() {
        return findings(draft.said(), Set.of());
    }

    /// Stopped between two rules. Only when one that is not about safety has spoken have those been heard that are.
    private void stopped() {
        RuleInfo last = draft.speaker();
        if (last.kind().safety()) {
            fail(last, tookTooLong());
        } else {
            giveUp(last, tookTooLong());
        }
    }

    private void fire(KieSession session) {
        while (failure == null && !over) {
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
        if (over) {
            return;
        }
        if (rule.kind().safety()) {
            fail(rule, "safety rule '" + rule.id() + "' failed: " + what);
        } else if (problems.size() >= FAILURE_LIMIT) {
            giveUp(rule, "more than " + FAILURE_LIMIT + " rules failed, last '" + rule.id() + "': " + what);
        } else {
            skipped(rule, what);
        }
    }

    /// Nothing may be relied on, so the call is denied; and somebody should know.
    private void fail(RuleInfo rule, String what) {
        failure = what;
        notices.add(new Notice(rule.id(), Severity.CRITICAL, SAFETY_FAILED, what + "; calls are denied for it"));
    }

    private void skipped(RuleInfo rule, String what) {
        String problem = "rule '" + rule.id() + "' failed and was skipped: " + what;
        problems.add(problem);
        notices.add(new Notice(rule.id(), Severity.WARNING, RULE_FAILED, problem));
    }

    /// A condition threw: the decision can't go on, but perhaps without the files of the rules that share it.
    Findings conditionFailed(RuntimeException e, List<RuleInfo> sharing) {
        String what = e.getCause() == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + e.getCause();
        sharing.forEach(rule -> skipped(rule, what));
        RuleInfo safety = sharing.stream().filter(rule -> rule.kind().safety()).findFirst().orElse(null);
        if (sharing.isEmpty() || safety != null) {
            fail(safety == null ? NOBODY : safety, "a condition failed: " + what);
            problems.add("a condition failed: " + what);
            return findings(draft.said(), Set.of());
        }
        return findings(draft.said(),
                sharing.stream().map(RuleInfo::file).collect(Collectors.toCollection(TreeSet::new)));
    }

    private Findings findings(List<Said> said, Set<String> culprits) {
        return new Findings(said, fired == null ? List.of() : fired, problems, notices, failure, culprits,
                Firing.heard(trace, draft.said()));
    }
}
