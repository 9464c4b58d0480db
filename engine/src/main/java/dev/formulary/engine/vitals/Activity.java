package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Risk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// What calls did of late, all together: what they cost, how many went to each provider, in how many of them there was danger.
/// To count is thread-safe and takes no lock; one thread at a time looks.
public final class Activity {
    private static final long MINUTE = 60_000;
    private static final long TEN_MINUTES = 10 * MINUTE;
    private static final long HOUR = 60 * MINUTE;
    /// Providers, and models, that are counted by themselves.
    private static final int MOST = 1_000;
    private static final double MICROS = 1e6;
    private static final String CONTEXT_RULES = "context/";
    private static final Set<String> REFUSING = Set.of("deny", "forbid", "require");

    private final LongSupplier millis;
    private final Rate cost;
    private final Rate crises;
    private final Rate refusals;
    private final Map<String, Rate> calls = new ConcurrentHashMap<>();
    private final Map<String, Writing> writing = new ConcurrentHashMap<>();

    private record Writing(Rate tokens, Rate millis) {}

    public Activity() {
        this(() -> System.nanoTime() / 1_000_000);
    }

    /// @param millis a clock that does not go back
    Activity(LongSupplier millis) {
        this.millis = millis;
        cost = rate(TEN_MINUTES);
        crises = rate(HOUR);
        refusals = rate(HOUR);
    }

    private Rate rate(long span) {
        return new Rate(span, millis.getAsLong());
    }

    /// A call was decided.
    public void decided(Question question, Decision decision) {
        if (inDanger(question.context())) {
            crises.add(1);
        }
        if (decision instanceof Decision.Deny deny) {
            refused(deny);
        }
    }

    void refused(Decision.Deny deny) {
        if (forSafety(deny)) {
            refusals.add(1);
        }
    }

    private static boolean inDanger(Context context) {
        return context.screening().atLeast(CrisisLevel.HIGH) || context.risk() == Risk.HIGH
                || context.risk() == Risk.CRITICAL;
    }

    /// Rules about context are those of safety.
    private static boolean forSafety(Decision.Deny deny) {
        if (deny.code().equals("policy_failed")) {
            return true;
        }
        for (Reason each : deny.reasons()) {
            if (each.file().startsWith(CONTEXT_RULES) && REFUSING.contains(each.verb())) {
                return true;
            }
        }
        return false;
    }

    /// An attempt ended.
    public void attempted(String provider) {
        Rate known = calls.get(provider);
        if (known == null && calls.size() < MOST) {
            known = calls.computeIfAbsent(provider, _ -> rate(2 * MINUTE));
        }
        if (known != null) {
            known.add(1);
        }
    }

    /// A call ended.
    public void completed(Outcome outcome) {
        long micros = Math.max(0, outcome.costMicros());
        for (Outcome.Tried tried : outcome.attempts()) {
            micros += tried.vainMicros() == null ? 0 : Math.max(0, tried.vainMicros());
        }
        if (micros > 0) {
            cost.add(micros);
        }
        if (outcome.status() == Outcome.Status.ANSWERED && !outcome.attempts().isEmpty()
                && outcome.usage().completionTokens() > 0) {
            Outcome.Tried last = outcome.attempts().getLast();
            wrote(last.candidate(), outcome.usage().completionTokens(), last.ms());
        }
    }

    private void wrote(String model, int tokens, long ms) {
        Writing known = writing.get(model);
        if (known == null && writing.size() < MOST) {
            known = writing.computeIfAbsent(model, _ -> new Writing(rate(TEN_MINUTES), rate(TEN_MINUTES)));
        }
        if (known != null) {
            known.tokens.add(tokens);
            known.millis.add(Math.max(1, ms));
        }
    }

    /// What is known now.
    ///
    /// @param providers those that there are; others are forgotten
    /// @param models the same
    public List<Reading> readings(Set<String> providers, Set<String> models) {
        long now = millis.getAsLong();
        calls.keySet().retainAll(providers);
        writing.keySet().retainAll(models);
        var known = new ArrayList<Reading>();
        known.add(new Reading(Metric.COST_RATE, cost.look(now).per(HOUR) / MICROS));
        known.add(new Reading(Metric.SAFETY_CRISES, crises.look(now).amount()));
        known.add(new Reading(Metric.SAFETY_REFUSALS, refusals.look(now).amount()));
        calls.forEach((provider, rate) -> known
                .add(new Reading(Metric.PROVIDER_CALLS, provider, rate.look(now).per(MINUTE))));
        writing.forEach((model, each) -> {
            long tokens = each.tokens.look(now).amount();
            long took = each.millis.look(now).amount();
            known.add(new Reading(Metric.MODEL_SPEED, model, took == 0 ? -1 : tokens * 1_000.0 / took));
        });
        return known;
    }
}
