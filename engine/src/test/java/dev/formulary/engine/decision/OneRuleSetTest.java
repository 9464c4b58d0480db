package dev.formulary.engine.decision;

import static dev.formulary.engine.decision.Rules.candidate;
import static dev.formulary.engine.decision.Rules.put;
import static dev.formulary.engine.decision.Rules.question;
import static dev.formulary.engine.decision.Rules.rule;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reason;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Decisions during a reload see exactly one rule set: the two rules of a set lie in two files and must agree with each
/// other and with the hash that the decision names.
class OneRuleSetTest {
    private static final int CHANGES = 300;
    private static final int WATCHERS = 3;
    private static final Question QUESTION = question(candidate("x/a"), candidate("x/b"));

    @TempDir
    Path folder;
    @TempDir
    Path cache;
    @TempDir
    Path kept;

    private void write(String set) {
        put(folder, "cost/one.drl", rule("cost-" + set, "Call()", "decision.lastResort(\"" + set + "\");"));
        put(folder, "load/two.drl", rule("load-" + set, "$c : Candidate( id == \"x/a\" )",
                "decision.forbid($c); decision.alert(Severity.INFO, \"" + set + "\", \"" + set + "\");"));
    }

    /// Which sets speak in a decision: its rules, its alert and its hash.
    private static Set<String> voices(Decision decision, Map<String, String> hashes) {
        Set<String> voices = decision.reasons().stream().map(Reason::rule).map(id -> id.substring(id.indexOf('-') + 1))
                .collect(Collectors.toSet());
        decision.notices().forEach(notice -> voices.add(notice.code()));
        voices.add(hashes.getOrDefault(decision.ruleSet(), "?"));
        return voices;
    }

    @Test
    void noDecisionMixesTwoRuleSetsWhileTheyAlternate() throws Exception {
        var hashes = new ConcurrentHashMap<String, String>();
        write("b");
        hashes.put(Policy.check(folder).hash(), "b");
        write("a");
        hashes.put(Policy.check(folder).hash(), "a");
        var ledger = new RuleLedger(kept, Clock.systemUTC());
        var ended = new AtomicBoolean();
        var decided = new AtomicLong();
        try (Policy policy = new Policy(folder, Rules.SETTINGS, cache, _ -> {}, List.of(), ledger);
                var threads = Executors.newFixedThreadPool(WATCHERS)) {
            policy.load();
            var watchers = new ArrayList<Future<Set<Set<String>>>>();
            for (int i = 0; i < WATCHERS; i++) {
                watchers.add(threads.submit(watch(policy, hashes, ended, decided)));
            }
            try {
                for (int i = 1; i <= CHANGES; i++) {
                    write(i % 2 == 0 ? "a" : "b");
                    policy.reconcile();
                }
                assertThat(policy.report().generation()).isEqualTo(CHANGES + 1L);
                for (int i = 0; i < 10; i++) {
                    String other = policy.history().get(1).hash();
                    assertThat(policy.rollback(other, "test")).isInstanceOf(Rollback.Done.class);
                }
            } finally {
                ended.set(true);
            }
            assertThat(seen(watchers)).containsExactlyInAnyOrder(Set.of("a"), Set.of("b"));
            assertThat(decided.get()).isGreaterThan(CHANGES);
        }
    }

    private static Callable<Set<Set<String>>> watch(Policy policy, Map<String, String> hashes, AtomicBoolean ended,
            AtomicLong decided) {
        return () -> {
            Set<Set<String>> seen = ConcurrentHashMap.newKeySet();
            while (!ended.get()) {
                seen.add(voices(policy.decide(QUESTION), hashes));
                decided.incrementAndGet();
            }
            return seen;
        };
    }

    private static Set<Set<String>> seen(List<Future<Set<Set<String>>>> watchers)
            throws InterruptedException, ExecutionException {
        Set<Set<String>> all = ConcurrentHashMap.newKeySet();
        for (Future<Set<Set<String>>> watcher : watchers) {
            all.addAll(watcher.get());
        }
        return all;
    }
}
