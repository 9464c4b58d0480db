package dev.formulary.engine.store;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.FailureClass;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Ranking;
import dev.formulary.engine.facts.Reaction;
import dev.formulary.engine.facts.Reason;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.spi.Usage;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// A decision as the document that `POST /v1/decide` and `GET /v1/decisions/{id}` give: maps, lists, strings, numbers and
/// booleans, ready for any JSON writer. Members are in snake case and in a fixed order, times are ISO 8601, values of
/// enumerations are in lower case. What is not known is left out. Nothing of the call's content is in it.
public final class DecisionJson {
    private DecisionJson() {}

    /// The document of a decision that is kept.
    public static Map<String, Object> of(Recorded recorded) {
        return of(recorded.question(), recorded.decision(), recorded.outcome());
    }

    /// The document of any decision.
    ///
    /// @param outcome left out when null
    public static Map<String, Object> of(Question question, Decision decision, @Nullable Outcome outcome) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("id", decision.id());
        switch (decision) {
            case Decision.Allow allow -> allow(json, allow.plan());
            case Decision.Deny deny -> {
                json.put("result", "deny");
                json.put("code", deny.code());
                json.put("message", deny.message());
            }
        }
        json.put("rules", Map.of("hash", decision.ruleSet()));
        json.put("reasons", decision.reasons().stream().map(DecisionJson::reason).toList());
        json.put("ranking", decision.ranking().stream().map(DecisionJson::ranking).toList());
        json.put("notices", decision.notices().stream().map(DecisionJson::notice).toList());
        json.put("problems", decision.problems());
        json.put("call", call(question.call()));
        json.put("context", context(question.context()));
        if (!question.continuity().equals(Continuity.NONE)) {
            json.put("continuity", continuity(question.continuity()));
        }
        json.put("situation", SituationJson.of(question.situation()));
        if (outcome != null) {
            json.put("outcome", outcome(outcome));
        }
        return json;
    }

    private static void allow(Map<String, Object> json, Plan plan) {
        List<String> attempts = plan.attempts().stream().map(Candidate::id).toList();
        json.put("result", "allow");
        json.put("model", attempts.isEmpty() ? "" : attempts.getFirst());
        json.put("attempts", attempts);
        if (!plan.spared().isEmpty()) {
            json.put("spared", plan.spared().stream().map(Candidate::id).toList());
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        new TreeMap<Parameter, Plan.Limit>(plan.parameters())
                .forEach((parameter, limit) -> parameters.put(lower(parameter), limit(limit)));
        json.put("parameters", parameters);
        json.put("cache_seconds", plan.cacheSeconds());
        if (plan.balance() >= 0) {
            json.put("balance", plan.balance());
        }
        Priority queue = plan.queue();
        if (queue != null) {
            json.put("queue", lower(queue));
        }
        if (!plan.reactions().isEmpty()) {
            Map<String, Object> reactions = new LinkedHashMap<>();
            new TreeMap<FailureClass, Reaction>(plan.reactions())
                    .forEach((failure, reaction) -> reactions.put(lower(failure), lower(reaction)));
            json.put("on_failure", reactions);
        }
    }

    /// JSON has no NaN, so what policy leaves open is left out.
    private static Map<String, Object> limit(Plan.Limit limit) {
        Map<String, Object> json = new LinkedHashMap<>();
        if (!Double.isNaN(limit.preset())) {
            json.put("preset", limit.preset());
        }
        if (!Double.isNaN(limit.cap())) {
            json.put("cap", limit.cap());
        }
        return json;
    }

    private static Map<String, Object> reason(Reason reason) {
        return inOrder("rule", reason.rule(), "verb", reason.verb(), "subject", reason.subject(), "text",
                reason.text(), "file", reason.file(), "line", reason.line());
    }

    private static Map<String, Object> ranking(Ranking ranking) {
        Map<String, Object> json = inOrder("candidate", ranking.candidate(), "eligible", ranking.eligible(), "score",
                finite(ranking.score()), "because", ranking.because());
        if (ranking.terms() != null) {
            json.put("terms", terms(ranking.terms()));
        }
        return json;
    }

    private static Map<String, Object> terms(Ranking.Terms terms) {
        return inOrder("quality", finite(terms.quality()), "cost", finite(terms.cost()), "latency",
                finite(terms.latency()), "load", finite(terms.load()), "reliability", finite(terms.reliability()),
                "points", finite(terms.points()));
    }

    private static Map<String, Object> notice(Notice notice) {
        return inOrder("rule", notice.rule(), "severity", lower(notice.severity()), "code", notice.code(), "message",
                notice.message());
    }

    private static Map<String, Object> call(Call call) {
        Map<String, Object> json = inOrder("dialect", lower(call.dialect()), "via", call.via(), "tenant", call.tenant(),
                "key", call.key(), "model", call.model(), "substitute", call.substitute(), "priority",
                lower(call.priority()), "stream", call.stream(), "received", call.received().toString(), "deadline_ms",
                call.deadlineMs());
        if (call.session() != null) {
            json.put("session", call.session());
        }
        if (!call.tag().isEmpty()) {
            json.put("tag", call.tag());
        }
        if (call.trace() != null) {
            json.put("trace", call.trace());
        }
        if (!call.labels().isEmpty()) {
            json.put("labels", new TreeSet<>(call.labels()));
        }
        if (!call.models().isEmpty()) {
            json.put("models", call.models());
        }
        return json;
    }

    private static Map<String, Object> context(Context context) {
        Map<String, Object> json = inOrder("need", lower(context.need()), "risk", lower(context.risk()), "emotion",
                lower(context.emotion()), "age_band", lower(context.ageBand()), "privacy", lower(context.privacy()),
                "task", lower(context.task()), "consent", context.consent(), "clinician", context.clinician(),
                "paid_allowed", context.paidAllowed(), "zone", context.zone(), "language", context.language(),
                "prompt_tokens", context.promptTokens(), "max_tokens", context.maxTokens(), "needs",
                lower(context.needs()), "deterministic", context.deterministic(), "sources",
                new TreeMap<>(context.sources()));
        if (!context.words().isEmpty()) {
            json.put("words", new TreeMap<>(context.words()));
        }
        json.put("therapy", therapy(context.therapy()));
        json.put("requirements", requirements(context.requirements()));
        if (context.balance() >= 0) {
            json.put("balance", context.balance());
        }
        json.put("traits", inOrder("modalities", lower(context.traits().modalities()), "complexity",
                finite(context.traits().complexity()), "sensitive", lower(context.traits().sensitive()), "language",
                context.traits().language()));
        Screening screening = context.screening();
        json.put("screening", inOrder("level", lower(screening.level()), "types", lower(screening.types()), "signs",
                screening.signs(), "lexicon", screening.lexicon()));
        return json;
    }

    private static Map<String, Object> therapy(Therapy therapy) {
        Map<String, Object> json = inOrder("approach", lower(therapy.approach()), "difficulty",
                lower(therapy.difficulty()), "session_state", lower(therapy.session()), "intervention",
                lower(therapy.intervention()));
        if (therapy.crisis() != null) {
            json.put("crisis", lower(therapy.crisis()));
        }
        return json;
    }

    /// Only what was said.
    private static Map<String, Object> requirements(Requirements requirements) {
        Map<String, Object> json = inOrder("max_latency_ms", requirements.maxLatencyMs(), "min_quality",
                requirements.minQuality(), "min_safety", requirements.minSafety(), "max_cost_micros",
                requirements.maxCostMicros(), "min_context_tokens", requirements.minContextTokens());
        json.values().removeIf(value -> ((Number) value).doubleValue() < 0);
        return json;
    }

    /// Only what is known.
    private static Map<String, Object> continuity(Continuity continuity) {
        Map<String, Object> json = inOrder("model", continuity.model(), "in_row", continuity.inRow(), "calls",
                continuity.calls(), "switches", continuity.switches(), "idle_seconds", continuity.idleSeconds(),
                "moderate_seconds", continuity.moderateSeconds(), "high_seconds", continuity.highSeconds(),
                "critical_seconds", continuity.criticalSeconds());
        json.put("emotions", continuity.emotions().stream().map(DecisionJson::lower).toList());
        json.values().removeIf(value -> value.equals("") || value.equals(-1) || value.equals(List.of()));
        if (continuity.keptTurns() > 0) {
            json.put("kept_turns", continuity.keptTurns());
            json.put("kept_tokens", continuity.keptTokens());
        }
        return json;
    }

    private static Map<String, Object> outcome(Outcome outcome) {
        Usage usage = outcome.usage();
        Map<String, Object> json = inOrder("status", lower(outcome.status()), "attempts",
                outcome.attempts().stream().map(DecisionJson::tried).toList(), "usage",
                inOrder("prompt_tokens", usage.promptTokens(), "completion_tokens", usage.completionTokens(),
                        "cached_tokens", usage.cachedTokens(), "thinking_tokens", usage.thinkingTokens(), "estimated",
                        usage.estimated()),
                "cost_micros", outcome.costMicros(), "total_ms", outcome.totalMs(), "overhead_micros",
                outcome.overheadMicros());
        if (!outcome.handedOver().isEmpty()) {
            json.put("handed_over", outcome.handedOver());
        }
        Outcome.Stream stream = outcome.stream();
        if (stream != null) {
            json.put("stream", stream.continuedBy().isEmpty()
                    ? inOrder("state", lower(stream.state()))
                    : inOrder("state", lower(stream.state()), "continued_by", stream.continuedBy()));
        }
        return json;
    }

    private static Map<String, Object> tried(Outcome.Tried tried) {
        Map<String, Object> json = inOrder("candidate", tried.candidate(), "answered", tried.failure() == null, "ms",
                tried.ms());
        if (tried.failure() != null) {
            json.put("failure", lower(tried.failure()));
            if (tried.kind() != null) {
                json.put("class", lower(tried.kind()));
            }
            json.put("message", tried.message());
        }
        if (tried.vainMicros() != null) {
            json.put("cost_in_vain_micros", tried.vainMicros());
        }
        return json;
    }

    static Map<String, Object> inOrder(Object... namesAndValues) {
        Map<String, Object> json = LinkedHashMap.newLinkedHashMap(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return json;
    }

    static double finite(double value) {
        return Double.isFinite(value) ? value : -1;
    }

    private static List<String> lower(Collection<? extends Enum<?>> values) {
        return values.stream().map(DecisionJson::lower).sorted().toList();
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
