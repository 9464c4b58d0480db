package dev.formulary.engine.config;

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The configuration file `conf/formulary.yaml`. Keys are the members' names in lower case with hyphens. Durations are
/// written `500ms`, `10s`, `5m`, `2h`, `1d`; sizes `64KiB`, `32MiB`, `1GiB`; money in dollars (`5.00`).
///
/// @param node this node's name in MQTT topics: letters, digits, hyphens
/// @param server where clients are served
/// @param management where operators are served
/// @param keys who may call; empty lets everybody call
/// @param providers which providers there are, beside those found by themselves
/// @param aliases other names of models: `home-vision: ollama/llava`
/// @param policy how rules are run
/// @param cache the response cache
/// @param breaker circuit breakers, one a model
/// @param queue where calls wait for a provider
/// @param probe what probes may cost
/// @param budgets what may be spent
/// @param limits how many calls and tokens there may be in a time
/// @param load how the machine is watched
/// @param mqtt the broker, or null for none
/// @param inbox the folder for files
/// @param plugins how plug-ins are checked
/// @param decisions the decision log
/// @param screening the crisis screen
/// @param sessions what is remembered of sessions
/// @param discover whether providers whose key or server is found are added to those listed
/// @param cluster the other nodes, or null for none
/// @param fetch what becomes of pictures that are named by URLs
/// @param alerts where alerts are told
/// @param ledger how long it is kept what attempts cost
/// @param telemetry where traces go
/// @param logs how the log is written
public record Settings(String node, Server server, Management management, List<Key> keys, List<ProviderEntry> providers,
        Map<String, String> aliases, Policy policy, Cache cache, Breaker breaker, Queue queue,
        Probes probe, List<BudgetEntry> budgets, List<LimitEntry> limits,
        Load load, @Nullable MqttSettings mqtt, Inbox inbox, Plugins plugins, Decisions decisions, Screening screening,
        Sessions sessions, boolean discover, @Nullable ClusterSettings cluster, FetchSettings fetch,
        AlertSettings alerts, LedgerSettings ledger, TelemetrySettings telemetry, LogSettings logs) {

    /// What is followed while the gateway runs.
    private static final Set<String> FOLLOWED = Set.of("providers", "discover");

    /// The same but for the providers.
    public Settings withProviders(List<ProviderEntry> others) {
        return new Settings(node, server, management, keys, others, aliases, policy, cache, breaker, queue, probe,
                budgets, limits, load, mqtt, inbox, plugins, decisions, screening, sessions, discover, cluster,
                fetch, alerts, ledger, telemetry, logs);
    }

    /// The sections in which other settings differ, but for `providers` and `discover`.
    public List<String> sectionsUnlike(Settings other) {
        List<String> unlike = new ArrayList<>();
        for (RecordComponent section : Settings.class.getRecordComponents()) {
            String name = section.getName();
            if (!FOLLOWED.contains(name) && !Objects.equals(valueOf(section), other.valueOf(section))) {
                unlike.add(name);
            }
        }
        return unlike;
    }

    private @Nullable Object valueOf(RecordComponent section) {
        try {
            return section.getAccessor().invoke(this);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record can be read", e);
        }
    }

    /// @param host the address to listen on; anything but loopback needs keys
    /// @param port 0 to 65535; 0 takes a free one
    /// @param maxBody bytes of a request's body
    /// @param maxInFlight calls under way; more get 429
    /// @param readTimeout how long a request's head and body may take to come
    /// @param idleTimeout how long a connection may be silent between requests
    /// @param callTimeout how long a call may take when it names no deadline
    /// @param drain how long calls under way may take when the gateway stops
    /// @param perimeter who may come to the port
    public record Server(String host, int port, long maxBody, int maxInFlight, Duration readTimeout,
            Duration idleTimeout, Duration callTimeout, Duration drain, Perimeter perimeter) {
        /// Anybody may.
        public Server(String host, int port, long maxBody, int maxInFlight, Duration readTimeout,
                Duration idleTimeout, Duration callTimeout, Duration drain) {
            this(host, port, maxBody, maxInFlight, readTimeout, idleTimeout, callTimeout, drain, Perimeter.USUAL);
        }
    }

    /// @param adminKey asked for as a bearer token under `/admin`; null asks for none, on loopback only
    /// @param perimeter who may come to the port
    public record Management(String host, int port, @Nullable Secret adminKey, Perimeter perimeter) {
        /// Anybody may.
        public Management(String host, int port, @Nullable Secret adminKey) {
            this(host, port, adminKey, Perimeter.USUAL);
        }
    }

    /// @param name shown in logs and decisions
    /// @param key what the caller sends as a bearer token
    /// @param tenant who pays
    /// @param pool keys with the same word here can share a limit; empty for none
    public record Key(String name, Secret key, String tenant, String pool) {

        /// A key that is in no pool.
        public Key(String name, Secret key, String tenant) {
            this(name, key, tenant, "");
        }
    }

    /// @param id the part of a model's name before the slash
    /// @param kind which plug-in serves it
    /// @param parallel how many calls it gets at once; 0 when that follows what it shows
    /// @param accelerator on which its models run, which it shares with all entries that name the same: they have one line and so
    ///     many calls at once together; empty for one of its own
    /// @param probe how it is found out, beside calls, whether its models answer
    /// @param settings whatever else stands in the entry, to be checked against what the plug-in declares
    /// @param places where each of these stands, as in `conf/formulary.yaml:12:5`; the entry itself under an empty name
    public record ProviderEntry(String id, String kind, int parallel, String accelerator, Probe probe,
            Map<String, Object> settings, Map<String, String> places) {
        /// An entry with an accelerator of its own.
        public ProviderEntry(String id, String kind, int parallel, Probe probe, Map<String, Object> settings,
                Map<String, String> places) {
            this(id, kind, parallel, "", probe, settings, places);
        }

        /// An entry that is probed as usual.
        public ProviderEntry(String id, String kind, int parallel, Map<String, Object> settings,
                Map<String, String> places) {
            this(id, kind, parallel, Probe.USUAL, settings, places);
        }

        /// An entry that stands in no file.
        public ProviderEntry(String id, String kind, Map<String, Object> settings) {
            this(id, kind, 0, settings, Map.of());
        }

        /// Whether it asks for the same, wherever it stands.
        public boolean means(ProviderEntry other) {
            return id.equals(other.id) && kind.equals(other.kind) && parallel == other.parallel
                    && accelerator.equals(other.accelerator) && probe.equals(other.probe)
                    && settings.equals(other.settings);
        }

        /// Settings that look like secrets are shown as stars.
        @Override
        public String toString() {
            return "ProviderEntry[id=" + id + ", kind=" + kind + ", parallel=" + parallel + ", settings="
                    + Shown.map(settings) + "]";
        }
    }

    /// @param budget what chats with models may cost a day, UTC, of all providers together, in micro-dollars; then only lists of
    ///     models are asked for
    public record Probes(long budget) {}

    /// @param paid whether money may be spent where a free model could answer, when the caller does not say
    /// @param firingLimit the most rule firings of one decision
    /// @param timeBudget how long a decision may take
    /// @param scenarios what becomes of a rule set whose scenarios fail
    /// @param tokens how the tokens of a prompt are found
    public record Policy(boolean paid, int firingLimit, Duration timeBudget, Scenarios scenarios, Tokens tokens) {

        /// With the presets for scenarios and tokens.
        public Policy(boolean paid, int firingLimit, Duration timeBudget) {
            this(paid, firingLimit, timeBudget, Scenarios.REFUSE, Tokens.ESTIMATE);
        }
    }

    /// How the tokens of a prompt are found: by its letters, or with a vocabulary.
    public enum Tokens {
        ESTIMATE, COUNT
    }

    /// What becomes of a rule set whose scenarios fail.
    public enum Scenarios {
        /// It does not serve.
        REFUSE,
        /// It serves, and the report and an alert say so.
        WARN,
        /// Nobody knows: scenarios are not run.
        OFF
    }

    /// @param enabled false switches it off
    /// @param maxSize bytes
    /// @param stale for how long after its time an answer may stand in where no model answers
    public record Cache(boolean enabled, long maxSize, Duration stale) {}

    /// @param failureRate opens at that share of failed calls, 0 to 1
    /// @param window how many calls are looked at
    /// @param minimumCalls how many there must be
    /// @param slowRate opens at that share of slow calls, 0 to 1
    /// @param slowAfter a call is slow when its answer begins later than that
    /// @param openFor how long no call passes; twice as long each time that it opens again
    /// @param openMost but no longer than that
    /// @param halfOpenCalls how many calls find out whether it is over
    public record Breaker(double failureRate, int window, int minimumCalls, double slowRate, Duration slowAfter,
            Duration openFor, Duration openMost, int halfOpenCalls) {}

    /// @param most how many calls may wait for one provider; more are refused, the least urgent first
    /// @param memory above which share of this machine's memory in use calls wait whose model would have to be loaded here;
    /// 1 for never
    /// @param gpuMemory the same of the memory of its fullest graphics card
    public record Queue(int most, double memory, double gpuMemory) {
        /// With the preset for graphics cards.
        public Queue(int most, double memory) {
            this(most, memory, 1);
        }
    }

    /// @param scope `total`, `tenant:NAME`, `key:NAME`, `tag:NAME` or `provider:NAME`; `tenant:*` and `key:*` stand for each
    /// @param limitMicros micro-dollars; `limit: 5.00` in the file
    /// @param period `hour`, `day`, `week` or `month`; empty when it rolls
    public record BudgetEntry(String id, String scope, long limitMicros, String period, BudgetTerms terms) {}

    /// How many requests or tokens there may be in a time.
    ///
    /// @param scope `total`, `key:NAME`, `tenant:NAME`, `pool:NAME`, `provider:NAME` or `model:PROVIDER/MODEL`; `key:*` and
    ///     `tenant:*` stand for each by itself
    /// @param requests how many calls; 0 when they are not limited
    /// @param tokens how many tokens of prompts and answers; 0 when they are not limited
    /// @param per `second`, `minute`, `hour` or `day`
    /// @param burst how many of them may come at once; 0 for all of them
    public record LimitEntry(String id, String scope, int requests, int tokens, String per, int burst) {}

    /// @param every how often the machine is looked at
    /// @param series how everything that is measured is kept
    public record Load(Duration every, SeriesSettings series) {}

    /// @param enabled false leaves the folder alone
    /// @param parallel lines of a batch under way at once
    public record Inbox(boolean enabled, int parallel) {}

    /// @param verify `off`, `sha256` or `signature`
    /// @param allow SHA-256 sums in hexadecimal: of the JARs that may be loaded, or of the certificates by which they must be
    ///        signed
    public record Plugins(String verify, List<String> allow) {}

    /// @param enabled false looks for no signs of a crisis in what people say
    public record Screening(boolean enabled) {}

    /// @param idle a session ends so long after its last call
    /// @param most how many are remembered; the one that was called longest ago makes room
    /// @param handOverTokens the most tokens of what a model is told that takes over a session; 0 tells it nothing
    /// @param history what is kept of what is said
    /// @param responses what is kept of answers of `/v1/responses`
    public record Sessions(Duration idle, int most, int handOverTokens, History history, Retained responses) {
        /// What holds where nothing is configured.
        public static final Sessions USUAL = new Sessions(Duration.ofDays(1), 10_000, 300);

        /// Sessions of which nothing is kept that is said.
        public Sessions(Duration idle, int most, int handOverTokens) {
            this(idle, most, handOverTokens, History.USUAL);
        }

        /// Sessions of which so much is kept that is said.
        public Sessions(Duration idle, int most, int handOverTokens, History history) {
            this(idle, most, handOverTokens, history, Retained.USUAL);
        }
    }

    /// What is kept of conversations whose clients send only the latest turn.
    ///
    /// @param keep whose
    /// @param turns how many questions with their answers of a session at most
    /// @param tokens how many tokens of them go along with a call at most
    /// @param retention how long each is kept
    /// @param maxSize bytes that all may take
    /// @param keepPrivate whether also what policy calls private
    /// @param key from which the key comes that encrypts them; null for one that the gateway makes
    public record History(Whose keep, int turns, int tokens, Duration retention, long maxSize, boolean keepPrivate,
            @Nullable Secret key) {
        /// What holds where nothing is configured.
        public static final History USUAL = new History(Whose.OFF, 20, 2_000, Duration.ofDays(7), 64L << 20, false,
                null);
    }

    /// @param keep how many decisions are kept in memory
    /// @param store whether decisions are kept in `data/decisions.db`, too
    /// @param retention how long they are kept there
    /// @param maxSize bytes that they may take there
    /// @param personal what becomes of tenant, key, session and zone there: `keep`, `hash` or `mask`
    public record Decisions(int keep, boolean store, Duration retention, long maxSize, String personal) {

        /// Decisions that are kept in memory only.
        public Decisions(int keep) {
            this(keep, false, Duration.ofDays(30), 256L << 20, "keep");
        }
    }
}
