package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.drools.base.base.SalienceInteger;
import org.drools.base.definitions.rule.impl.RuleImpl;
import org.drools.model.Model;
import org.kie.api.KieBase;
import org.kie.api.definition.KiePackage;
import org.kie.api.definition.rule.Rule;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.KieSessionsPool;

/// Some files' rules, ready to run. Thread-safe; it is dropped, never closed, because its sessions may be in use.
final class RuleBase {
    private final KieSessionsPool sessions;
    private final IdentityHashMap<Rule, RuleInfo> rules = new IdentityHashMap<>();
    /// By the folder in which the classes of their file stand.
    private final Map<String, List<RuleInfo>> rulesByPath = new HashMap<>();
    /// Facts that no rule asks for are not worth inserting.
    private final Set<String> wanted = new HashSet<>();
    private final boolean candidates;
    private final boolean budgets;

    /// @param model the compiled file's rules; they may belong to several bases
    /// @param source what the file was compiled of
    record Part(String file, CompiledFile compiled, Model model, RuleSource source) {}

    /// @param watching whether of those that watch, or of those that are heard with calls
    RuleBase(List<Part> parts, boolean watching) {
        var byName = new HashMap<String, RuleInfo>();
        var models = new ArrayList<Model>();
        for (Part part : parts) {
            List<RuleInfo> own = part.compiled().rules().stream().filter(rule -> rule.watches() == watching).toList();
            if (own.isEmpty()) {
                continue;
            }
            String packageName = part.model().getName();
            own.forEach(rule -> byName.put(packageName + "/" + rule.name(), rule));
            rulesByPath.put(packageName.replace('.', '/') + "/", own);
            wanted.addAll(watching ? part.compiled().watchedTypes() : part.compiled().factTypes());
            models.add(own.size() == part.compiled().rules().size()
                    ? part.model()
                    : new ChosenRules(part.model(), own.stream().map(RuleInfo::name).collect(Collectors.toSet())));
        }
        KieBase base = Engine.base(models);
        for (KiePackage rulePackage : base.getKiePackages()) {
            for (Rule rule : rulePackage.getRules()) {
                RuleInfo info = byName.get(rulePackage.getName() + "/" + rule.getName());
                if (info != null) {
                    rules.put(rule, info);
                    ((RuleImpl) rule).setSalience(new SalienceInteger(info.precedence()));
                }
            }
        }
        sessions = base.newKieSessionsPool(1);
        candidates = wanted.contains("Candidate");
        budgets = wanted.contains("Budget");
    }

    Findings deliberate(Question question, Bounds bounds, boolean trace) {
        var deliberation = new Deliberation(rules, bounds, trace);
        if (rules.isEmpty()) {
            // without a rule the engine does not know what a rule would speak to
            return deliberation.nothingSaid();
        }
        KieSession session = sessions.newKieSession();
        try {
            insert(question, session);
            return deliberation.run(session, question);
        } catch (RuntimeException e) {
            return deliberation.conditionFailed(e, culprits(e));
        } finally {
            // exactly once: a second time would hand the session to two callers
            session.dispose();
        }
    }

    /// Hears rules that watch.
    Watched watch(Sighting sighting, Bounds bounds) {
        if (rules.isEmpty()) {
            return Watched.NOTHING;
        }
        var vigil = new Vigil(rules, bounds);
        KieSession session = sessions.newKieSession();
        try {
            insert("Situation", sighting.situation(), session);
            insert("Host", sighting.situation().host(), session);
            insertAll("Budget", sighting.situation().budgets(), session);
            insertAll("Candidate", sighting.candidates(), session);
            insertAll("Signal", sighting.signals(), session);
            return vigil.run(session);
        } catch (RuntimeException e) {
            return vigil.conditionFailed(e, culprits(e));
        } finally {
            session.dispose();
        }
    }

    /// The rules of which a failed condition says that they have it.
    private List<RuleInfo> culprits(RuntimeException e) {
        String message = String.valueOf(e.getMessage());
        return rulesByPath.entrySet().stream().filter(entry -> message.contains(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .filter(rule -> message.contains('"' + rule.name() + '"')).toList();
    }

    private void insertAll(String type, List<?> facts, KieSession session) {
        if (wanted.contains(type)) {
            facts.forEach(session::insert);
        }
    }

    private void insert(Question question, KieSession session) {
        insert("Call", question.call(), session);
        insert("Context", question.context(), session);
        insert("Continuity", question.continuity(), session);
        insert("Situation", question.situation(), session);
        insert("Host", question.situation().host(), session);
        if (budgets) {
            for (Budget budget : question.situation().budgets()) {
                if (budget.counts(question.call())) {
                    session.insert(budget);
                }
            }
        }
        if (candidates) {
            for (Candidate candidate : question.candidates()) {
                session.insert(candidate);
            }
        }
    }

    private void insert(String type, Object fact, KieSession session) {
        if (wanted.contains(type)) {
            session.insert(fact);
        }
    }

    /// Every rule, in no order.
    List<RuleInfo> rules() {
        return new ArrayList<>(rules.values());
    }
}
