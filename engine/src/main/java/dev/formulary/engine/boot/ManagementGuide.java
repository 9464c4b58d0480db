package dev.formulary.engine.boot;

import static dev.formulary.engine.admin.Operation.Member.Kind.FLAG;
import static dev.formulary.engine.admin.Operation.Member.Kind.LIST;
import static dev.formulary.engine.admin.Operation.Member.Kind.NAMES;
import static dev.formulary.engine.admin.Operation.Member.Kind.NUMBER;
import static dev.formulary.engine.admin.Operation.Member.Kind.TEXT;
import static dev.formulary.engine.admin.Operation.Parameter.query;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Member;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.admin.Operation.Shape;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.config.Versions;
import dev.formulary.engine.decision.Explanation;
import dev.formulary.engine.decision.RuleChange;
import dev.formulary.engine.decision.RuleSetReport;
import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.drill.Drill;
import dev.formulary.engine.drill.DrillReport;
import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Occupancy;
import dev.formulary.engine.house.Portrait;
import dev.formulary.engine.provider.PluginStatus;
import dev.formulary.engine.route.RouteStatus;
import dev.formulary.engine.store.LedgerQuery;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What each path of the management port is for. Which paths there are it does not say: that is asked of the port.
final class ManagementGuide {
    private static final String JSON = "application/json";
    private static final List<Member> MODEL = List.of(new Member("model", TEXT, true,
            "as `/admin/providers` lists it, for example `ollama/llama3`"));
    private static final Member BY = new Member("by", TEXT, false, "who asks, in your own words, for the history");
    private static final Member DRY_RUN = new Member("dry_run", FLAG, false, "`true` only counts");
    private static final Member TENANT = new Member("tenant", TEXT, true, "whose; `default` is nobody in particular");
    private static final Parameter OF_TENANT = query("tenant", "whose session; without it that of `default`");
    private static final Parameter DRY = new Parameter("dry_run", "query", false, "`true` only shows what would go",
            boolean.class, List.of());
    private static final Parameter SESSION = new Parameter("id", "path", true,
            "the session's name; a slash in it may stand as it is", String.class, List.of());
    private static final Parameter LIMIT = new Parameter("limit", "query", false, "how many, 1 to 1000; preset: 50",
            int.class, List.of());

    private final Map<String, Operation> known = new HashMap<>();

    ManagementGuide() {
        health();
        state();
        decisions();
        models();
        rules();
        memory();
        keys();
        SeriesGuide.operations().forEach(this::put);
        for (Drill drill : Drill.values()) {
            post("drills", DrillDesk.PATH + "/" + drill.word(), drill.about(), DrillReport.class,
                    new Member("calls", NUMBER, false, "10 to 2000"), new Member("seconds", NUMBER, false, "2 to 30"),
                    new Member("deadline_ms", NUMBER, false, "how long each caller waits, 100 to 10000"));
        }
    }

    /// What there is to say of a path by one method; null when nobody has said anything yet.
    @Nullable
    Operation of(String method, String path) {
        return method.equals("POST") && ChannelDesk.isTest(path) ? test(path) : known.get(method + " " + path);
    }

    /// Channels have names that nobody can know beforehand.
    private static Operation test(String path) {
        return new Operation("POST", path, "alerts", "Tells a channel that this is a test, and what came of it", "",
                List.of(), null, List.of(ok(Shown.Tested.class)), "");
    }

    /// The paths that are described, as `GET /admin/status`.
    List<String> described() {
        return known.keySet().stream().sorted().toList();
    }

    private void health() {
        get("health", "/health/live", "Whether the process lives", Shown.Health.class);
        put(new Operation("GET", "/health/ready", "health", "Whether it serves", "", List.of(), null, List.of(
                new Reply(200, Content.json("it does", Shown.Health.class), List.of()),
                new Reply(503, Content.json("what it still waits for", Shown.NotReady.class), List.of("Retry-After"))),
                ""));
        page("/metrics", "All metrics, in Prometheus' text format", "text/plain");
        Content page = new Content("the page", Map.of("text/html", new Shape.Text()));
        put(new Operation("GET", "/", "state", "A status page for people", "", List.of(), null, List.of(new Reply(200,
                page, List.of()), new Reply(401, page, List.of("WWW-Authenticate"))), ""));
        page(ApiDesk.PATH, "This document", JSON);
        page(ApiDesk.ALSO, "This document", JSON);
    }

    private void state() {
        get("state", "/admin/status", "Version, node, uptime, load of the host, calls under way", Shown.Status.class);
        get("state", "/admin/cluster", "The other nodes", Shown.Cluster.class);
        get("state", "/admin/routes", "How each file of the routes folder fares", list(RouteStatus.class));
        get("state", "/admin/queue", "How it stands with each line of calls, by its name", map(Occupancy.class));
        get("money", "/admin/budgets", "What may still be spent, in micro-dollars", list(Budget.class));
        get("money", "/admin/cost", "What answers cost today (UTC), in micro-dollars", Portrait.Cost.class);
        get("money", "/admin/limits", "Limits as they are now, and what vendors say of theirs", Shown.Limits.class);
        get("alerts", "/admin/alerts", "The open alerts, the worst first", list(OpenAlert.class));
        AlertGuide.operations().forEach(this::put);
        channels();
        MeasureGuide.operations().forEach(this::put);
        ledger();
        InsightGuide.operations().forEach(this::put);
        get("files", "/admin/files", "The files of the inbox that are answered, and those that were",
                Shown.Inbox.class);
        get("configuration", ConfigurationDesk.STATE, "What has become of the configuration's file",
                Shown.Configuration.class);
        get("configuration", ConfigurationDesk.HISTORY, "The versions that are kept, the newest first",
                list(Versions.Version.class));
        post("configuration", ConfigurationDesk.ROLLBACK, "Puts a former version back", Shown.Configuration.class,
                new Member("to", TEXT, false, "a number of the history, or the first digits of a hash"), BY);
        get("drills", DrillDesk.PATH, "The drills that can be run", list(Shown.DrillKind.class));
    }

    private void channels() {
        get("alerts", ChannelDesk.CHANNELS, "Where alerts are told, and how that goes", list(Shown.Channel.class));
        get("alerts", ChannelDesk.DELIVERIES, "The latest events on their way, the newest first",
                list(Shown.Delivered.class));
        get("alerts", ChannelDesk.DEAD, "The latest events that no channel took", list(Shown.Delivered.class));
        post("alerts", ChannelDesk.RESEND, "Sends events again that no channel took", Shown.Resent.class,
                new Member("event", TEXT, false, "which; without it all"),
                new Member("channel", TEXT, false, "to which; without it to all"));
    }

    private void ledger() {
        var formats = new Content("a row for each", Map.of(JSON, new Shape.Foreign(), "text/csv", new Shape.Text()));
        put(new Operation("GET", LedgerDesk.PATH, "money", "What attempts cost, in micro-dollars",
                "Which members a row has is told in README.md, in the part on money.", List.of(
                        new Parameter("by", "query", false, "what makes a row; preset: day", String.class,
                                Stream.of(LedgerQuery.By.values()).map(LedgerQuery.By::word).toList()),
                        query("from", "the first day (UTC), such as 2026-11-01; preset: 30 days, today with it"),
                        query("to", "the last day; preset: today"),
                        new Parameter("format", "query", false, "preset: json", String.class, List.of("json", "csv")),
                        new Parameter("limit", "query", false, "how many rows, 1 to 10000; preset: 1000", int.class,
                                List.of()),
                        new Parameter("offset", "query", false, "how many rows are left out before", int.class,
                                List.of())),
                null, List.of(new Reply(200, formats, List.of())), ""));
    }

    private void decisions() {
        put(new Operation("GET", "/admin/decisions", "decisions", "The latest decisions, the newest first", "",
                List.of(LIMIT), null, List.of(ok(list(ShownDecision.Decision.class))), ""));
        get("decisions", "/admin/decisions/{id}", "A decision", ShownDecision.Decision.class);
        Shape text = new Shape.Text();
        var formats = Map.of(JSON, new Shape.AnyOf(List.of(Explanation.class, Shown.Unexplained.class)), "text/plain",
                text, "image/svg+xml", text);
        put(new Operation("GET", "/admin/decisions/{id}/explanation", "decisions", "Why a decision is as it is", "",
                List.of(new Parameter("format", "query", false, "preset: json", String.class,
                        List.of("json", "text", "svg", "mermaid")),
                        query("why_not", "a model for which to look first, such as `ollama/llama3`")),
                null, List.of(new Reply(200, new Content("the explanation", formats), List.of())), ""));
    }

    private void models() {
        get("models", "/admin/providers", "The providers with their models, and how these do",
                list(Shown.ProviderModels.class));
        get("models", "/admin/plugins", "The plug-ins, loaded and refused", list(PluginStatus.class));
        get("models", "/admin/plugins/settings", "What can be set for each kind of provider", TypeFactory
                .defaultInstance().constructMapType(Map.class, type(String.class), list(Shown.Setting.class)));
        get("models", "/admin/catalogues", "The catalogues of models", list(Shown.Catalogue.class));
        get("models", "/admin/probes", "How providers are probed, and what came of it", Shown.Probes.class);
        get("models", "/admin/models/loaded", "Which models lie in memory", list(Shown.Loaded.class));
        post("models", "/admin/models/load", "Brings a model into memory", list(Shown.Loaded.class), MODEL,
                new Member("keep_alive", TEXT, false, "how long it stays, such as `5m`; `-1` for as long as can be"));
        post("models", "/admin/models/unload", "Takes a model out of memory", list(Shown.Loaded.class), MODEL);
        post("models", GradeDesk.PATH, "Asks one model a question that no rule decides about", Shown.Said.class, MODEL,
                new Member("question", TEXT, true, "up to 2000 characters"));
        get("models", AliasDesk.SHOWN, "What names of models mean", Shown.Aliases.class);
        post("models", AliasDesk.AUTO, "Chooses what `auto` means", Shown.Aliases.class,
                new Member("means", TEXT, true, "an alias, or `auto`"), BY);
        Type breakers = list(BreakerDesk.Line.class);
        get("breakers", "/admin/breakers", "Each model's breaker", breakers);
        get("breakers", "/admin/breakers/history", "What they did, the newest first",
                list(BreakerHistory.Change.class));
        post("breakers", "/admin/breakers/open", "Keeps calls from a model", breakers, MODEL);
        post("breakers", "/admin/breakers/close", "Lets calls pass, whatever they come to", breakers, MODEL);
        post("breakers", "/admin/breakers/reset", "Lets the breaker decide again", breakers, MODEL);
    }

    private void rules() {
        get("rules", "/admin/rules", "The rule set that serves, and the problems of the last edit",
                RuleSetReport.class);
        get("rules", RuleDesk.HISTORY, "The rule sets that are kept, the newest first", list(RuleChange.class));
        post("rules", RuleDesk.ROLLBACK, "Puts a former rule set back", RuleSetReport.class,
                new Member("to", TEXT, true, "a number of the history, or the first digits of a hash"), BY);
    }

    private void memory() {
        get("memory", "/admin/cache", "Counts of the response cache", Shown.Cache.class);
        post("memory", "/admin/cache/purge", "Forgets answers of the cache; all, unless said which",
                Shown.Forgot.class,
                new Member("tenant", TEXT, false, "whose"), new Member("model", TEXT, false, "by which model"),
                new Member("rules", TEXT, false, "under which rule set: a hash, or its beginning"), DRY_RUN);
        get("memory", "/admin/sessions", "How many sessions are remembered", Shown.Sessions.class);
        item("/admin/sessions/{id}", "a session; nothing that was said", Shown.Session.class,
                Shown.DeletedSession.class);
        item("/admin/sessions/{id}/history", "how much is kept of what was said in a session", Shown.History.class,
                Shown.DeletedHistory.class);
        post("memory", "/admin/history/purge", "Forgets what was said", Shown.Forgot.class, TENANT,
                new Member("session", TEXT, false, "in which session; without it in all of the tenant"), DRY_RUN);
        post("memory", "/admin/responses/purge", "Forgets the answers that are kept to be followed",
                Shown.Forgot.class, TENANT, DRY_RUN);
    }

    private void keys() {
        get("keys", KeyDesk.KEYS, "All keys, without their secrets", list(Shown.Key.class));
        post("keys", KeyDesk.CREATE, "Makes a key; its secret is shown this once", Shown.NewKey.class,
                new Member("name", TEXT, true, "how it is called"),
                new Member("role", TEXT, false, "`read`, `operate` or `admin` makes an admin key; none a client's"),
                new Member("tenant", TEXT, false, "preset: `default`"), new Member("pool", TEXT, false, ""),
                new Member("labels", LIST, false, "words that rules see"),
                new Member("models", LIST, false, "names or patterns of those that it may use"),
                new Member("limits", LIST, false, "such as `60 requests/minute`"),
                new Member("defaults", NAMES, false, "facts that hold unless a call declares others"),
                new Member("fixed", NAMES, false, "facts that hold always"),
                new Member("expires", TEXT, false, "such as `90d`, or a time"), new Member("note", TEXT, false, ""));
        Member name = new Member("name", TEXT, true, "the name or id of an issued key");
        post("keys", KeyDesk.ROTATE, "Gives a key another secret, which is shown this once", Shown.NewKey.class, name,
                new Member("keep", TEXT, false, "how long the old one is good yet, such as `1h`; at most 30d"));
        post("keys", KeyDesk.REVOKE, "Ends a key", Shown.Key.class, name);
        put(new Operation("GET", "/admin/audit", "keys", "Who changed what, the newest first", "", List.of(LIMIT),
                null, List.of(ok(list(Shown.Audit.class))), ""));
    }

    private void item(String path, String what, Type shown, Type deleted) {
        put(new Operation("GET", path, "memory", "Shows " + what, "", List.of(SESSION, OF_TENANT), null,
                List.of(ok(shown)), ""));
        put(new Operation("DELETE", path, "memory", "Forgets what GET shows here", "", List.of(SESSION, OF_TENANT, DRY),
                null, List.of(ok(deleted)), ""));
    }

    private void page(String path, String summary, String type) {
        Shape shape = type.equals(JSON) ? new Shape.Foreign() : new Shape.Text();
        put(new Operation("GET", path, "state", summary, "", List.of(), null, List.of(new Reply(200,
                new Content(summary, Map.of(type, shape)), List.of())), ""));
    }

    private void get(String subject, String path, String summary, Type answer) {
        put(new Operation("GET", path, subject, summary, "", List.of(), null, List.of(ok(answer)), ""));
    }

    private void post(String subject, String path, String summary, Type answer, List<Member> said, Member... also) {
        var all = new java.util.ArrayList<>(said);
        all.addAll(List.of(also));
        post(subject, path, summary, answer, all.toArray(Member[]::new));
    }

    private void post(String subject, String path, String summary, Type answer, Member... said) {
        Content body = new Content("what is asked for", Map.of(JSON, new Shape.Said(List.of(said))));
        put(new Operation("POST", path, subject, summary, "", List.of(), body, List.of(ok(answer)), ""));
    }

    private void put(Operation operation) {
        known.put(operation.method() + " " + operation.path(), operation);
    }

    private static Reply ok(Type answer) {
        return new Reply(200, Content.json("done", answer), List.of());
    }

    private static JavaType type(Type type) {
        return TypeFactory.defaultInstance().constructType(type);
    }

    private static JavaType list(Type of) {
        return TypeFactory.defaultInstance().constructCollectionType(List.class, type(of));
    }

    private static JavaType map(Type of) {
        return TypeFactory.defaultInstance().constructMapType(Map.class, type(String.class), type(of));
    }
}
