package dev.formulary.engine.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.formulary.engine.facts.Measure;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The document of a decision, as [dev.formulary.engine.store.DecisionJson] puts it together: a test holds every answer to this.
interface ShownDecision {
    /// A decision. `code` and `message` when it denies; `model`, `attempts` and what follows them when it allows.
    ///
    /// @param result `allow` or `deny`
    /// @param outcome what became of the call; left out while nobody knows
    @JsonInclude(Include.NON_NULL)
    record Decision(String id, String result, @Nullable String code, @Nullable String message, @Nullable String model,
            @Nullable List<String> attempts, @Nullable List<String> spared, @Nullable Map<String, Limit> parameters,
            @Nullable Integer cacheSeconds, @Nullable Double balance, @Nullable String queue,
            @Nullable Map<String, String> onFailure, RuleSet rules, List<Reason> reasons, List<Ranked> ranking,
            List<Told> notices, List<String> problems, Call call, Context context, @Nullable Continuity continuity,
            Situation situation, @Nullable Outcome outcome) {}

    /// What holds for a parameter.
    @JsonInclude(Include.NON_NULL)
    record Limit(@Nullable Double preset, @Nullable Double cap) {}

    /// The rule set, by the hash of its content.
    record RuleSet(String hash) {}

    /// What one rule said.
    record Reason(String rule, String verb, String subject, String text, String file, int line) {}

    /// How a model fared.
    @JsonInclude(Include.NON_NULL)
    record Ranked(String candidate, boolean eligible, double score, List<String> because, @Nullable Terms terms) {}

    /// What a score is made of.
    record Terms(double quality, double cost, double latency, double load, double reliability, double points) {}

    /// An alert that a rule raised.
    record Told(String rule, String severity, String code, String message) {}

    /// Who asked for what.
    @JsonInclude(Include.NON_NULL)
    record Call(String dialect, String via, String tenant, String key, String model, boolean substitute,
            String priority, boolean stream, Instant received, long deadlineMs, @Nullable String session,
            @Nullable String trace, @Nullable List<String> labels, @Nullable List<String> models,
            @Nullable String tag) {}

    /// What was known about the call. `sources` says of each fact where it came from.
    @JsonInclude(Include.NON_NULL)
    record Context(String need, String risk, String emotion, String ageBand, String privacy, String task,
            boolean consent, boolean clinician, boolean paidAllowed, String zone, String language, int promptTokens,
            int maxTokens, List<String> needs, boolean deterministic, Map<String, String> sources,
            @Nullable Map<String, String> words, Therapy therapy, Requirements requirements,
            @Nullable Double balance, Traits traits, Screening screening) {}

    /// What kind of conversation it is.
    @JsonInclude(Include.NON_NULL)
    record Therapy(String approach, String difficulty, String sessionState, String intervention,
            @Nullable String crisis) {}

    /// What the caller asked of the model; only what was said.
    @JsonInclude(Include.NON_NULL)
    record Requirements(@Nullable Integer maxLatencyMs, @Nullable Double minQuality, @Nullable Double minSafety,
            @Nullable Long maxCostMicros, @Nullable Integer minContextTokens) {}

    /// What was found out about the content.
    record Traits(List<String> modalities, double complexity, List<String> sensitive, String language) {}

    /// What the crisis screen found.
    record Screening(String level, List<String> types, List<String> signs, String lexicon) {}

    /// What came before in the session; only what is known.
    @JsonInclude(Include.NON_NULL)
    record Continuity(@Nullable String model, @Nullable Integer inRow, @Nullable Integer calls,
            @Nullable Integer switches, @Nullable Integer idleSeconds, @Nullable Integer moderateSeconds,
            @Nullable Integer highSeconds, @Nullable Integer criticalSeconds, @Nullable List<String> emotions,
            @Nullable Integer keptTurns, @Nullable Integer keptTokens) {}

    /// The state of things; what is unknown is -1.
    ///
    /// @param measures what was done about models; left out where nothing was
    @JsonInclude(Include.NON_NULL)
    record Situation(Instant at, double cpu, double memory, double disk, double gpu, double gpuMemory, int inFlight,
            int waiting, List<String> openAlerts, List<Money> budgets, @Nullable List<Measure> measures) {}

    /// A budget.
    record Money(String id, long spentMicros, long reservedMicros, long limitMicros) {}

    /// What became of the call.
    @JsonInclude(Include.NON_NULL)
    record Outcome(String status, List<Tried> attempts, Used usage, long costMicros, long totalMs,
            long overheadMicros, @Nullable String handedOver, @Nullable Stream stream) {}

    /// An attempt.
    @JsonInclude(Include.NON_NULL)
    record Tried(String candidate, boolean answered, long ms, @Nullable String failure,
            @Nullable @JsonProperty("class") String kind, @Nullable String message,
            @Nullable Long costInVainMicros) {}

    /// Tokens.
    record Used(int promptTokens, int completionTokens, int cachedTokens, int thinkingTokens, boolean estimated) {}

    /// How a stream ended.
    @JsonInclude(Include.NON_NULL)
    record Stream(String state, @Nullable List<String> continuedBy) {}
}
