package dev.formulary.engine.telemetry;

/// Every metric and every label, once. Prometheus writes the dots as underscores. Where OpenTelemetry's conventions for
/// generative AI have a name, it is theirs.
final class Names {
    // OpenTelemetry
    static final String OPERATION_DURATION = "gen_ai.client.operation.duration";
    static final String TOKEN_USAGE = "gen_ai.client.token.usage";
    static final String FIRST_TOKEN = "gen_ai.server.time_to_first_token";
    static final String PER_TOKEN = "gen_ai.server.time_per_output_token";

    // ours
    static final String REQUESTS = "formulary.requests";
    static final String ATTEMPTS = "formulary.attempts";
    static final String RETRIES = "formulary.retries";
    static final String DECISIONS = "formulary.decisions";
    static final String DECISION_DURATION = "formulary.decision.duration";
    static final String RULE_RELOADS = "formulary.rules.reloads";
    static final String BREAKER_STATE = "formulary.breaker.state";
    static final String CACHE_REQUESTS = "formulary.cache.requests";
    static final String COST = "formulary.cost.micros";
    static final String BUDGET_LIMIT = "formulary.budget.limit.micros";
    static final String BUDGET_LEFT = "formulary.budget.left.micros";
    static final String IN_FLIGHT = "formulary.inflight";
    static final String QUEUE_WAIT = "formulary.queue.wait";
    static final String SWITCH = "formulary.switch";
    static final String QUEUE_WAITING = "formulary.queue.waiting";
    static final String QUEUE_CAPACITY = "formulary.queue.capacity";
    static final String STREAMS = "formulary.streams";
    static final String PROBES = "formulary.probes";
    static final String PROBE_COST = "formulary.probe.cost.micros";
    static final String LIMIT_LEFT = "formulary.limit.left";
    static final String LIMIT_REFUSED = "formulary.limit.refused";
    static final String FILES = "formulary.files";
    static final String FILES_WORKING = "formulary.files.working";
    static final String FILE_LINES = "formulary.files.lines";
    static final String CLUSTER_MEMBERS = "formulary.cluster.members";
    static final String ALERTS_OPEN = "formulary.alerts.open";
    static final String ALERT_DELIVERIES = "formulary.alert.deliveries";
    static final String ALERT_WAITING = "formulary.alert.waiting";
    static final String ALERT_LOST = "formulary.alert.lost";
    static final String LOG_LOST = "formulary.decisions.log.lost";
    static final String LEDGER_BOOKED = "formulary.ledger.booked";
    static final String LEDGER_UNSETTLED = "formulary.ledger.unsettled";
    static final String LEDGER_LOST = "formulary.ledger.lost";
    static final String LEDGER_JOURNAL = "formulary.ledger.journal.used";
    static final String LEDGER_FAILING = "formulary.ledger.failing";
    static final String LOG_WAITING = "formulary.decisions.log.waiting";
    static final String SPANS = "formulary.traces.spans";
    static final String SPANS_WAITING = "formulary.traces.waiting";
    static final String PLUGIN_INFO = "formulary.plugin.info";
    static final String LEAKED_PLUGINS = "formulary.plugins.leaked";
    static final String ASSESSORS_LEFT_OUT = "formulary.assessors.left.out";
    static final String HOST_CPU = "formulary.host.cpu";
    static final String HOST_MEMORY = "formulary.host.memory";
    static final String HOST_MEMORY_FREE = "formulary.host.memory.free";
    static final String HOST_DISK = "formulary.host.disk";
    static final String HOST_GPU = "formulary.host.gpu";
    static final String HOST_GPU_MEMORY = "formulary.host.gpu.memory";
    static final String HOST_CORES = "formulary.host.cores";

    // labels
    static final String OPERATION = "gen_ai.operation.name";
    static final String PROVIDER_NAME = "gen_ai.provider.name";
    static final String REQUEST_MODEL = "gen_ai.request.model";
    static final String RESPONSE_MODEL = "gen_ai.response.model";
    static final String TOKEN_TYPE = "gen_ai.token.type";
    static final String ERROR_TYPE = "error.type";
    static final String PROVIDER = "provider";
    static final String CHANNEL = "channel";
    static final String PLUGIN = "plugin";
    static final String PLUGIN_VERSION = "version";
    static final String PLUGIN_STATE = "state";
    static final String MODEL = "model";
    static final String LIMIT = "limit";
    static final String BUDGET = "budget";
    static final String SEVERITY = "severity";
    static final String UNIT = "unit";
    static final String PRIORITY = "priority";
    static final String FAILURE = "failure";
    static final String HOW = "how";
    static final String RESULT = "result";
    static final String CONTINUED = "continued";
    static final String DIALECT = "dialect";
    static final String VIA = "via";
    static final String STATUS = "status";

    /// What a label says of anything beyond its bounds.
    static final String OTHER = "other";

    private Names() {}
}
