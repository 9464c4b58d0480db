package dev.formulary.engine.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Silence;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.LearnedLimit;
import dev.formulary.engine.facts.RateLimit;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.store.Delivery;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the management API shows that is no record elsewhere. Some of it is put together as a map, because what is not known is
/// left out: there a record says what may be in it, and a test holds every answer to that.
interface Shown {
    /// The gateway. `uptime` since `started`.
    record Status(String version, String node, Instant started, Duration uptime, Host host, int inFlight,
            List<String> routeProblems) {}

    /// A provider with its models.
    record ProviderModels(String id, List<Candidate> models) {}

    /// The response cache; counts since the start.
    ///
    /// @param state `off`, `starting`, `running` or `broken`
    @JsonInclude(Include.NON_NULL)
    record Cache(String state, @Nullable Long entries, @Nullable Long bytes, @Nullable Long hits,
            @Nullable Long misses, @Nullable Long evictions) {}

    /// How many sessions are remembered, how many may be, and how long one is idle before it is forgotten.
    record Sessions(int count, int most, Duration idle) {}

    /// A session; nothing that was said.
    @JsonInclude(Include.NON_NULL)
    record Session(String session, String tenant, String model, int inRow, int calls, int switches, Instant lastCall,
            @Nullable Instant lastAnswer, @Nullable Instant lastModerate, @Nullable Instant lastHigh,
            @Nullable Instant lastCritical) {}

    /// How much is kept of what was said in a session.
    @JsonInclude(Include.NON_NULL)
    record History(long turns, long bytes, @Nullable Instant oldest, @Nullable Instant latest) {}

    /// What was deleted, or would be.
    @JsonInclude(Include.NON_NULL)
    record DeletedSession(@Nullable Boolean deleted, @Nullable Session wouldDelete) {}

    /// What was deleted, or would be.
    @JsonInclude(Include.NON_NULL)
    record DeletedHistory(@Nullable Boolean deleted, @Nullable History wouldDelete) {}

    /// How providers are probed.
    record Probes(String tenant, Budget budget, List<ProbeDesk.Line> providers, List<ProbeDesk.Latest> latest) {}

    /// What has become of the configuration's file. `hash` and `accepted` only after a rollback.
    @JsonInclude(Include.NON_NULL)
    record Configuration(ConfigurationDesk.State state, String serving, List<String> providers, List<String> problems,
            List<String> needsRestart, List<String> onProbation, String returnsTo, @Nullable String hash,
            @Nullable Boolean accepted) {}

    /// What names of models mean.
    record Aliases(String auto, List<String> autoMayMean, Map<String, String> aliases) {}

    /// The other nodes; with the state `off` there are none.
    ///
    /// @param state `off`, `whole` or `apart`
    @JsonInclude(Include.NON_NULL)
    record Cluster(String state, @Nullable String name, @Nullable String node, @Nullable List<String> members,
            @Nullable List<String> here, @Nullable String share, @Nullable Long unanswered, @Nullable Long unreadable,
            @Nullable Long clockAheadMs) {}

    /// A key, without its secret.
    ///
    /// @param source `issued`, or the file in which it stands
    /// @param state `good`, `expired` or `revoked`
    @JsonInclude(Include.NON_NULL)
    record Key(@Nullable String id, String name, String source, @Nullable String role, String state,
            @Nullable String tenant, @Nullable String pool, @Nullable List<String> labels,
            @Nullable List<String> models, @Nullable List<String> limits, @Nullable Map<String, String> defaults,
            @Nullable Map<String, String> fixed, @Nullable String note, @Nullable Instant created,
            @Nullable Instant expires, @Nullable Instant rotated, @Nullable Instant oldUntil,
            @Nullable Instant revoked) {}

    /// A key with its secret, which is never shown again.
    @JsonInclude(Include.NON_NULL)
    record NewKey(String key, String shown, String id, String name, String source, @Nullable String role, String state,
            @Nullable String tenant, @Nullable String pool, @Nullable List<String> labels,
            @Nullable List<String> models, @Nullable List<String> limits, @Nullable Map<String, String> defaults,
            @Nullable Map<String, String> fixed, @Nullable String note, Instant created, @Nullable Instant expires,
            @Nullable Instant rotated, @Nullable Instant oldUntil, @Nullable Instant revoked) {}

    /// A model in memory; or a provider that can't tell, with its error.
    @JsonInclude(Include.NON_NULL)
    record Loaded(@Nullable String model, @Nullable Long bytes, @Nullable Long gpuBytes, @Nullable Double gpuShare,
            @Nullable Long contextTokens, @Nullable Instant until, @Nullable String provider,
            @Nullable String error) {}

    /// A drill that can be run.
    record DrillKind(String drill, String about) {}

    /// What a model said when an operator asked it.
    ///
    /// @param costMicros in micro-dollars; -1 when a price is unknown
    record Said(String model, String text, String finish, long costMicros) {}

    /// Limits as they are now, and what vendors have said of their own.
    record Limits(List<RateLimit> configured, List<LearnedLimit> learned) {}

    /// A catalogue of models; what serves of it, and what is wrong with its file.
    @JsonInclude(Include.NON_NULL)
    record Catalogue(String file, @Nullable String version, @Nullable String source, @Nullable Integer models,
            String problem) {}

    /// What can be set for a kind of provider.
    record Setting(String name, String value, boolean required, @JsonProperty("default") String fallback,
            String meaning) {}

    /// An entry of the audit log; of a damaged line only that it is one.
    @JsonInclude(Include.NON_NULL)
    record Audit(@Nullable Long seq, @Nullable Instant at, @Nullable String who, @Nullable String from,
            @Nullable String what, @Nullable String outcome, @Nullable Map<String, String> about,
            @Nullable String hash, @Nullable Boolean damaged) {}

    /// How much was forgotten, or would be.
    ///
    /// @param otherNodes `told` or `not told`, where there are any
    @JsonInclude(Include.NON_NULL)
    record Forgot(@Nullable Long forgot, @Nullable Long wouldForget, @Nullable String otherNodes) {}

    /// How many alerts were acknowledged, and all that are open.
    record Acknowledged(int acknowledged, List<OpenAlert> alerts) {}

    /// The silences that hold.
    record Silences(List<Silence> silences) {}

    /// How many alerts were ended, and all that are open.
    record Resolved(int resolved, List<OpenAlert> alerts) {}

    /// A channel, and how many events it was told, has yet to be told and could not be told. `last` is what came of the latest.
    @JsonInclude(Include.NON_NULL)
    record Channel(String name, String kind, String place, String route, Severity severity, List<String> codes,
            boolean resolved, int waiting, int delivered, int dead, String last, @Nullable Instant lastAt) {}

    /// An event on its way to a channel. `said` is why it was not taken the last time, or what the channel said.
    ///
    /// @param next when it is tried again, if it is
    @JsonInclude(Include.NON_NULL)
    record Delivered(String event, String channel, Delivery.State state, String about, int attempts, Instant at,
            @Nullable Instant next, String said) {}

    /// What came of a test.
    record Tested(Delivered delivery) {}

    /// How many events are sent again.
    record Resent(int resent) {}

    /// The files of the inbox that are answered, and those that were.
    record Inbox(List<InboxFile> working, List<InboxFile> latest) {}

    /// How far a file is.
    ///
    /// @param state `working`, `waiting`, `done` or `refused`
    /// @param total lines, once the file was read to its end
    @JsonInclude(Include.NON_NULL)
    record InboxFile(String file, String state, long done, @Nullable Long total, long succeeded, long failed,
            long bytesDone, long bytesTotal, Instant started, Instant updated, @Nullable Double perSecond,
            @Nullable Instant expectedEnd, @Nullable String reason) {}

    /// Whether the process lives, or serves.
    record Health(String status) {}

    /// What the gateway still waits for.
    record NotReady(String status, List<String> waitingFor) {}

    /// Something is wrong.
    record AdminError(Wrong error) {}

    /// What is wrong.
    ///
    /// @param code stable, for programs
    /// @param message for people
    record Wrong(String code, String message) {}

    /// What was recorded of a decision whose rules are not kept any more.
    record Unexplained(List<String> notes, ShownDecision.Decision recorded) {}
}
