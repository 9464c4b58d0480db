package dev.formulary.engine.admin;

import static dev.formulary.engine.admin.Replies.JSON;
import static dev.formulary.engine.admin.Replies.clean;
import static dev.formulary.engine.admin.Replies.error;
import static dev.formulary.engine.admin.Replies.whole;
import static dev.formulary.engine.admin.Replies.with;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.formulary.engine.admin.AdminKeys.Visitor;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.keys.KeyTable;
import dev.formulary.engine.store.AuditLog;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The management API: health, metrics, `/admin/*` and the status page. It shows, and makes the few changes that it was given.
/// Thread-safe. Answers no other origin, so a web page elsewhere can't read it; and it makes no change that such a page asks
/// for.
public final class AdminApi {
    private static final Logger LOG = LoggerFactory.getLogger(AdminApi.class);
    private static final Map<String, String> FORMATS = Map.of("json", JSON, "text", "text/plain; charset=utf-8", "svg",
            "image/svg+xml; charset=utf-8", "mermaid", "text/plain; charset=utf-8");
    private static final int DECISIONS = 50;
    private static final int MOST_DECISIONS = 1000;

    private final Gate gate;
    private final Guard guard;
    private final Sources sources;
    private final StatusPage page = new StatusPage();
    private final AdminPaths paths;

    /// Only shows.
    public AdminApi(Settings.Management management, Sources sources) {
        this(management, sources, Map.of(), Map.of(), Map.of());
    }

    /// @param more further documents by path, like those of the sources
    /// @param changes what may be changed, by path
    public AdminApi(Settings.Management management, Sources sources, Map<String, ? extends Supplier<?>> more,
            Map<String, Change> changes) {
        this(management, sources, more, changes, Map.of());
    }

    /// @param more further documents by path, like those of the sources
    /// @param changes what may be changed, by path
    /// @param items what is found and deleted by an id, by the path before it, such as `/admin/sessions/`; or by a path with a
    ///     star for the id, such as `/admin/sessions/*/history`
    public AdminApi(Settings.Management management, Sources sources, Map<String, ? extends Supplier<?>> more,
            Map<String, Change> changes, Map<String, Items> items) {
        this(new Guard(management, new AdminKeys(management), null), sources, more, changes, items);
    }

    /// The same, with issued admin keys and an audit log.
    public AdminApi(Guard guard, Sources sources, Map<String, ? extends Supplier<?>> more, Map<String, Change> changes,
            Map<String, Items> items) {
        this.guard = guard;
        gate = new Gate(guard.management(), guard.keys());
        this.sources = sources;
        Map<String, Function<Query, Object>> documents = documents(sources);
        more.forEach((path, document) -> documents.put(path, query -> Replies.shown(document, query)));
        AuditLog audit = guard.audit();
        if (audit != null) {
            documents.put("/admin/audit", query -> audit.latest(query.number("limit", DECISIONS, MOST_DECISIONS)));
        }
        paths = new AdminPaths(
                Map.of("/health/live", () -> Replies.of(200, Map.of("status", "live")), "/health/ready", this::ready),
                Map.of("/", () -> page.answer(200), "/metrics", this::metrics), documents,
                Map.of("", this::decision, "/explanation", this::explanation), changes, items);
    }

    /// Everything that is answered with more than an error, by which it can be described.
    public List<Endpoint> endpoints() {
        return paths.endpoints();
    }

    private static Map<String, Function<Query, Object>> documents(Sources sources) {
        return new TreeMap<>(Map.of(
                "/admin/status", _ -> sources.status().get(),
                "/admin/providers", _ -> sources.providers().get(),
                "/admin/plugins", _ -> sources.plugins().get(),
                "/admin/rules", _ -> sources.rules().get(),
                "/admin/routes", _ -> sources.routes().get(),
                "/admin/breakers", _ -> sources.breakers().get(),
                "/admin/budgets", _ -> sources.budgets().get(),
                "/admin/alerts", _ -> sources.alerts().get(),
                "/admin/cache", _ -> sources.cache().get(),
                "/admin/decisions", query -> sources.decisions().apply(query.number("limit", DECISIONS,
                        MOST_DECISIONS))));
    }

    /// Answers a request. Never throws for what a client can cause, and never streams.
    ///
    /// @param method as in HTTP
    public Answer handle(String method, Arrival arrival) {
        Query query = Query.of(arrival.path());
        boolean changing = paths.changes().containsKey(query.path());
        AdminPaths.Item item = paths.item(query.path());
        String allowed = changing ? "POST" : item != null ? "GET, HEAD, DELETE" : "GET, HEAD";
        if (!List.of(allowed.split(", ", -1)).contains(method)) {
            return with(error(405, "method_not_allowed", "only " + allowed.replace(", HEAD", "").replace(",", " and")
                    + " is possible here, not " + clean(method)), "Allow", allowed);
        }
        if (query.path().startsWith("/health/")) {
            Supplier<Answer> health = paths.health().get(query.path());
            return health != null
                    ? health.get()
                    : error(404, "not_found", "there are only /health/live and /health/ready");
        }
        if (!gate.knowsHost(arrival.header().get("host"))) {
            return error(421, "unknown_host", "this host name is not one of this server; ask for localhost, or "
                    + "configure an admin key");
        }
        return switch (gate.enter(arrival)) {
            case KeyTable.Welcome<Visitor>(Visitor visitor) -> handle(visitor, method, query, arrival);
            case KeyTable.Stranger<Visitor> _ -> with(query.path().equals("/")
                    ? page.answer(401)
                    : error(401, "unauthorized", "the admin key is asked for, as a bearer token in 'Authorization'"),
                    "WWW-Authenticate", "Bearer realm=\"formulary\"");
            case KeyTable.Wait<Visitor>(Duration left) -> with(error(429, "too_many_wrong_keys",
                    "too many wrong admin keys came from this address; wait, and send the right one"), "Retry-After",
                    Long.toString(Math.ceilDiv(left.toMillis(), 1_000L)));
        };
    }

    private Answer handle(Visitor visitor, String method, Query query, Arrival arrival) {
        Answer refusal = Gate.refusal(visitor, method, query.path());
        AdminPaths.Item item = paths.item(query.path());
        Answer answer = refusal != null
                ? refusal
                : paths.changes().containsKey(query.path())
                        ? change(query, arrival)
                        : item != null ? of(item, method, query, arrival) : show(query);
        if (!method.equals("GET") && !method.equals("HEAD")) {
            guard.changed(visitor, method, arrival, query, answer);
        }
        return answer;
    }

    private static Answer of(AdminPaths.Item item, String method, Query query, Arrival arrival) {
        Items kind = item.kind();
        boolean delete = method.equals("DELETE");
        if (delete && elsewhere(arrival)) {
            return error(403, "other_origin", "a page from elsewhere may not change anything");
        }
        String dry = query.text("dry_run", "false");
        if (!dry.equals("true") && !dry.equals("false")) {
            return error(400, "invalid_parameter", "'dry_run' must be true or false");
        }
        String tenant = query.text("tenant", "default");
        try {
            String id = Query.decoded(item.id());
            boolean really = delete && dry.equals("false");
            Object found = really
                    ? kind.delete(id, tenant) ? Map.of("deleted", true) : null
                    : kind.find(id, tenant);
            if (delete && !really && found != null) {
                found = Map.of("would_delete", found);
            }
            return found == null
                    ? error(404, kind.name() + "_not_found",
                            "there is no " + kind.name() + " of that id and tenant, or it "
                                    + "is not kept any more; another tenant's is asked for by ?tenant=NAME")
                    : whole(200, JSON, Json.write(found));
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.error("management request failed path={}", clean(query.path()), e);
            return error(500, "internal_error", "this can't be done now; the log says why");
        }
    }

    private static boolean elsewhere(Arrival arrival) {
        String origin = arrival.header().get("origin");
        return origin != null && !origin.endsWith("://" + arrival.header().get("host"));
    }

    /// A web page elsewhere can send a form without being asked, but no JSON, and the browser says where it comes from.
    private Answer change(Query query, Arrival arrival) {
        String type = String.valueOf(arrival.header().get("content-type"));
        if (!type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            return error(415, "unsupported_media_type", "a change is asked for in JSON, with 'Content-Type: " + JSON
                    + "'");
        }
        if (elsewhere(arrival)) {
            return error(403, "other_origin", "a page from elsewhere may not change anything");
        }
        try {
            Change change = Objects.requireNonNull(paths.changes().get(query.path()));
            return switch (change.apply(Json.texts(arrival.body()))) {
                case Change.Result.Done(Object document) -> whole(200, JSON, Json.write(document));
                case Change.Result.Refused(String code, String reason) -> error(409, code, reason);
            };
        } catch (IllegalArgumentException e) {
            return error(400, "invalid_body", String.valueOf(e.getMessage()));
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.error("management request failed path={}", clean(query.path()), e);
            return error(500, "internal_error", "this can't be done now; the log says why");
        }
    }

    private Answer show(Query query) {
        try {
            Supplier<Answer> shown = paths.pages().get(query.path());
            if (shown != null) {
                return shown.get();
            }
            Function<Query, Object> document = paths.documents().get(query.path());
            if (document != null) {
                return Replies.shown(document.apply(query));
            }
            Answer answer = query.path().startsWith(AdminPaths.DECISION) ? paths.ofDecision(query) : null;
            return answer != null
                    ? answer
                    : error(404, "not_found", "there is no such page; there are /health/live, /health/ready, /metrics, "
                            + String.join(", ", paths.shown()) + " and /");
        } catch (RuntimeException | JsonProcessingException e) {
            LOG.error("management request failed path={}", clean(query.path()), e);
            return error(500, "internal_error", "this can't be shown now; the log says why");
        }
    }

    private Answer metrics() {
        return whole(200, "text/plain; version=0.0.4; charset=utf-8",
                sources.metrics().get().getBytes(StandardCharsets.UTF_8));
    }

    private Answer decision(String id, Query query) {
        Object decision = sources.decision().apply(id);
        return decision == null ? noDecision() : whole(200, JSON, AdminJson.write(decision));
    }

    private Answer explanation(String id, Query query) {
        String format = query.text("format", "json");
        String type = FORMATS.get(format);
        if (type == null) {
            return error(400, "bad_format", "format must be json, text, svg or mermaid");
        }
        Object explained = sources.explanation().explain(id, format, query.text("why_not", ""));
        if (explained == null) {
            return noDecision();
        }
        byte[] body = explained instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : AdminJson.write(explained);
        return with(whole(200, type, body), "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
    }

    private static Answer noDecision() {
        return error(404, "decision_not_found", "there is no decision of that id, or it is not kept any more");
    }

    private Answer ready() {
        List<String> missing;
        try {
            missing = sources.notReady().get();
        } catch (RuntimeException e) {
            LOG.error("readiness is unknown", e);
            missing = List.of("readiness is unknown; the log says why");
        }
        return missing.isEmpty()
                ? Replies.of(200, Map.of("status", "ready"))
                : with(Replies.of(503, new TreeMap<>(Map.of("status", "not_ready", "waiting_for", missing))),
                        "Retry-After",
                        "1");
    }
}
