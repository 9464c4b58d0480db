package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.BreakerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdminApiTest {
    private static final String KEY = "correct-horse";

    private List<String> notReady = List.of();
    private final AdminApi open = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), sources());
    private final AdminApi locked = new AdminApi(new Settings.Management("0.0.0.0", 8081, new Secret(KEY)), sources());

    @Test
    void isAliveAndReady() {
        assertThat(get(open, "/health/live").status()).isEqualTo(200);
        assertThat(json(get(open, "/health/ready"))).isEqualTo(tree("{\"status\": \"ready\"}"));
    }

    @Test
    void saysWhatItStillWaitsFor() {
        notReady = List.of("rules are not loaded", "no provider serves");

        Answer.Whole answer = get(open, "/health/ready");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.headers()).containsEntry("Retry-After", "1");
        assertThat(json(answer)).isEqualTo(tree("""
            {"status": "not_ready", "waiting_for": ["rules are not loaded", "no provider serves"]}
            """));
    }

    @Test
    void readinessThatCannotBeToldIsNotReady() {
        AdminApi broken = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), brokenSources());

        assertThat(get(broken, "/health/ready").status()).isEqualTo(503);
        assertThat(get(broken, "/health/live").status()).isEqualTo(200);
    }

    @Test
    void metricsAreText() {
        Answer.Whole answer = get(open, "/metrics");

        assertThat(answer.contentType()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        assertThat(text(answer)).isEqualTo("up 1\n");
    }

    /// Two sessions of the tenant `home`, and one of everybody else's.
    private static final class Shelf implements Items {
        private final List<String> there = new ArrayList<>(List.of("home a/b", "home c", "default c"));

        @Override
        public String name() {
            return "session";
        }

        @Override
        public @Nullable Object find(String id, String tenant) {
            return there.contains(tenant + " " + id) ? Map.of("session", id) : null;
        }

        @Override
        public boolean delete(String id, String tenant) {
            return there.remove(tenant + " " + id);
        }
    }

    @Test
    void anItemIsShownAndDeletedByItsIdAndTenant() {
        AdminApi api = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), sources(), Map.of(), Map.of(),
                Map.of("/admin/sessions/", new Shelf()));
        assertThat(json(get(api, "/admin/sessions/c"))).isEqualTo(tree("{\"session\": \"c\"}"));
        assertThat(json(get(api, "/admin/sessions/a%2Fb?tenant=home"))).isEqualTo(tree("{\"session\": \"a/b\"}"));
        assertThat(get(api, "/admin/sessions/a%2Fb").status()).isEqualTo(404);
        assertThat(json(get(api, "/admin/sessions/x")).at("/error/code").asText()).isEqualTo("session_not_found");

        String path = "/admin/sessions/c?tenant=home";
        assertThat(delete(api, path, "http://evil.example").status()).isEqualTo(403);
        assertThat(json(delete(api, path, null))).isEqualTo(tree("{\"deleted\": true}"));
        assertThat(delete(api, path, null).status()).isEqualTo(404);
        assertThat(get(api, "/admin/sessions/c").status()).as("the other tenant's is there").isEqualTo(200);
        Answer.Whole refused = (Answer.Whole) api.handle("POST", arrival(path, Map.of("host", "localhost")));
        assertThat(refused.status()).isEqualTo(405);
        assertThat(refused.headers()).containsEntry("Allow", "GET, HEAD, DELETE");
        assertThat(api.handle("DELETE", arrival("/admin/rules", Map.of("host", "localhost"))))
                .extracting("status").isEqualTo(405);
    }

    @Test
    void whatBelongsToAnItemIsFoundUnderItAndADryRunTakesNothingAway() {
        AdminApi api = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), sources(), Map.of(), Map.of(),
                Map.of("/admin/sessions/", new Shelf(), "/admin/sessions/*/history", new Shelf()));
        String path = "/admin/sessions/a%2Fb/history?tenant=home";
        assertThat(json(get(api, path))).isEqualTo(tree("{\"session\": \"a/b\"}"));
        assertThat(json(delete(api, path + "&dry_run=true", null)))
                .isEqualTo(tree("{\"would_delete\": {\"session\": \"a/b\"}}"));
        assertThat(json(delete(api, path + "&dry_run=perhaps", null)).at("/error/message").asText())
                .isEqualTo("'dry_run' must be true or false");
        assertThat(delete(api, path, "http://evil.example").status()).isEqualTo(403);
        assertThat(get(api, path).status()).isEqualTo(200);
        assertThat(json(delete(api, path, null))).isEqualTo(tree("{\"deleted\": true}"));
        assertThat(delete(api, path, null).status()).isEqualTo(404);
        assertThat(delete(api, path + "&dry_run=true", null).status()).isEqualTo(404);
        assertThat(get(api, "/admin/sessions/a%2Fb?tenant=home").status()).as("the session itself").isEqualTo(200);
        assertThat(get(api, "/admin/sessions/c/other").status()).isEqualTo(404);
    }

    private static Answer.Whole delete(AdminApi api, String path, @Nullable String origin) {
        var headers = new HashMap<>(Map.of("host", "localhost"));
        if (origin != null) {
            headers.put("origin", origin);
        }
        return (Answer.Whole) api.handle("DELETE", arrival(path, headers));
    }

    private static Arrival arrival(String path, Map<String, String> headers) {
        return new Arrival("http", path, headers::get, new byte[0], false, Arrival.Presence.CONSTANT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "providers", "plugins", "rules", "routes", "breakers", "budgets", "alerts",
            "cache", "decisions"})
    void showsEachPart(String part) {
        Answer.Whole answer = get(open, "/admin/" + part);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(text(answer)).contains(part);
    }

    @Test
    void writesTimesAsIsoNamesInSnakeCaseAndNoSecrets() {
        assertThat(json(get(open, "/admin/status"))).isEqualTo(tree("""
            {"part_name": "status", "started_at": "2026-11-21T12:00:00Z", "up_for": "PT1M30S",
             "home": "/srv/formulary", "state": "half_open", "admin_key": "****"}
            """));
    }

    @ParameterizedTest
    @CsvSource({"/admin/decisions, 50", "/admin/decisions?limit=7, 7", "/admin/decisions?a=b&limit=1000000, 1000",
            "/admin/decisions?limit=-3, 1", "/admin/decisions?limit=many, 50", "/admin/decisions?other=1, 50"})
    void showsSoManyDecisions(String path, int count) {
        assertThat(json(get(open, path)).get(0).asText()).isEqualTo("decisions " + count);
    }

    @Test
    void showsOneDecision() {
        assertThat(json(get(open, "/admin/decisions/d1"))).isEqualTo(tree("{\"id\": \"d1\"}"));

        Answer.Whole missing = get(open, "/admin/decisions/nope");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(json(missing).at("/error/code").asText()).isEqualTo("decision_not_found");
    }

    @ParameterizedTest
    @CsvSource({"GET, /nothing, 404, not_found", "GET, /admin/, 404, not_found", "GET, /health/, 404, not_found",
            "POST, /admin/status, 405, method_not_allowed", "DELETE, /, 405, method_not_allowed"})
    void errorsAreJson(String method, String path, int status, String code) {
        Answer.Whole answer = ask(open, method, path, Map.of());

        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).at("/error/code").asText()).isEqualTo(code);
        assertThat(json(answer).at("/error/message").asText()).isNotBlank();
    }

    @Test
    void whatCannotBeShownIsAnErrorWithoutDetails() {
        AdminApi broken = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), brokenSources());

        Answer.Whole answer = get(broken, "/admin/status");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(text(answer)).doesNotContain("secret detail");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/status", "/admin/decisions/d1", "/metrics", "/", "/nothing"})
    void withoutTheKeyNothingIsShown(String path) {
        for (Map<String, String> headers : List.of(Map.<String, String>of(), Map.of("authorization", "Bearer wrong"),
                Map.of("authorization", "Bearer "), Map.of("authorization", KEY),
                Map.of("authorization", "Basic " + KEY))) {
            Answer.Whole answer = ask(locked, "GET", path, headers);

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.headers()).containsEntry("WWW-Authenticate", "Bearer realm=\"formulary\"");
        }
    }

    @Test
    void withTheKeyAllIsShownUnderAnyName() {
        assertThat(ask(locked, "GET", "/admin/status",
                Map.of("authorization", "bearer " + KEY, "host", "gateway.example:8081")).status()).isEqualTo(200);
        assertThat(ask(locked, "HEAD", "/", Map.of("authorization", "Bearer " + KEY)).status()).isEqualTo(200);
    }

    @Test
    void healthNeedsNoKey() {
        assertThat(get(locked, "/health/live").status()).isEqualTo(200);
        assertThat(get(locked, "/health/ready").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8081", "LOCALHOST", "127.0.0.1:8081", "127.1.2.3", "[::1]:8081",
            "[::1]"})
    void loopbackNamesAreOurs(String host) {
        assertThat(ask(open, "GET", "/admin/status", Map.of("host", host)).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8081", "127.0.0.1.evil.example",
            "localhost.evil.example:8081",
            "192.168.0.1", ""})
    void aStrangersNameIsRefused(String host) {
        for (String path : List.of("/", "/admin/status", "/metrics")) {
            assertThat(ask(open, "GET", path, Map.of("host", host)).status()).isEqualTo(421);
        }
    }

    @Test
    void theNameToWhichItIsBoundIsOurs() {
        AdminApi named = new AdminApi(new Settings.Management("Gateway.Local", 8081, null), sources());

        assertThat(ask(named, "GET", "/", Map.of("host", "gateway.local:8081")).status()).isEqualTo(200);
    }

    @Test
    void theStatusPageNeedsNothingFromElsewhereAndRunsOnlyItsOwnScript() {
        Answer.Whole answer = get(open, "/");

        assertThat(answer.contentType()).isEqualTo("text/html; charset=utf-8");
        assertThat(answer.headers().get("Content-Security-Policy"))
                .contains("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'")
                .containsPattern("script-src 'sha256-[A-Za-z0-9+/=]{44}'; style-src 'sha256-[A-Za-z0-9+/=]{44}'$");
        assertThat(text(answer)).contains("name=\"viewport\"", "lang=\"en\"", "/health/ready")
                .doesNotContain("http:", "https:", "innerHTML", "src=", "onclick", "style=");
        assertThat(answer.headers()).doesNotContainKey("Access-Control-Allow-Origin");
    }

    @Test
    void aDecisionIsExplainedInEachFormat() {
        String path = "/admin/decisions/d1/explanation";

        assertThat(json(get(open, path + "?why_not=a%2Fb"))).isEqualTo(tree("{\"whyNot\": \"a/b\"}"));
        assertThat(get(open, path + "?format=svg")).satisfies(answer -> {
            assertThat(answer.contentType()).startsWith("image/svg+xml");
            assertThat(text(answer)).isEqualTo("<svg/>");
            assertThat(answer.headers().get("Content-Security-Policy")).startsWith("default-src 'none'");
        });
        assertThat(get(open, path + "?format=text").contentType()).startsWith("text/plain");
        assertThat(text(get(open, path + "?format=mermaid"))).isEqualTo("<mermaid/>");
        assertThat(get(open, path + "?format=pdf").status()).isEqualTo(400);
        assertThat(get(open, "/admin/decisions/d2/explanation").status()).isEqualTo(404);
        assertThat(get(open, "/admin/decisions/explanation").status()).isEqualTo(404);
    }

    @Test
    void aChangeIsMadeForTheOperatorAndForNoPageFromElsewhere() {
        var said = new ArrayList<Map<String, String>>();
        Change change = body -> {
            said.add(body);
            return body.containsKey("to")
                    ? new Change.Result.Done(Map.of("hash", "abc"))
                    : new Change.Result.Refused("rollback_refused", "no");
        };
        var api = new AdminApi(new Settings.Management("127.0.0.1", 8081, new Secret(KEY)), sources(),
                Map.of("/admin/more", () -> Map.of("is", "more")), Map.of("/admin/turn", change));
        Map<String, String> right = Map.of("authorization", "Bearer " + KEY, "content-type", "application/json",
                "host", "here:8081", "origin", "http://here:8081");

        assertThat(json(post(api, right, "{\"to\": 3, \"by\": \"jo\", \"x\": []}"))).isEqualTo(tree(
                "{\"hash\": \"abc\"}"));
        assertThat(said).containsExactly(Map.of("to", "3", "by", "jo", "x", ""));
        assertThat(post(api, right, "{}").status()).isEqualTo(409);
        assertThat(post(api, right, "[]").status()).isEqualTo(400);
        assertThat(post(api, right, "{").status()).isEqualTo(400);
        assertThat(post(api, without(right, "authorization"), "{}").status()).isEqualTo(401);
        assertThat(post(api, without(right, "content-type"), "{}").status()).isEqualTo(415);
        Map<String, String> elsewhere = new HashMap<>(right);
        elsewhere.put("origin", "http://evil.example");
        assertThat(post(api, elsewhere, "{\"to\": 3}").status()).isEqualTo(403);
        assertThat(said).hasSize(2);
        assertThat(post(api, right, "{\"to\": [\"a\", 1], \"by\": {\"b\": \"c d\", \"e\": \"f\"}}").status())
                .isEqualTo(200);
        assertThat(said.getLast()).isEqualTo(Map.of("to", "a, 1", "by", "b=\"c d\", e=f"));
        assertThat(post(api, right, "{\"to\": [[\"a\"]]}").status()).isEqualTo(400);
        assertThat(ask(api, "GET", "/admin/turn", right).headers()).containsEntry("Allow", "POST");
        assertThat(text(ask(api, "GET", "/admin/more", right))).contains("more");
    }

    @Test
    void aChangeThatFailsIsAnErrorWithoutDetails() {
        var api = new AdminApi(new Settings.Management("127.0.0.1", 8081, null), sources(), Map.of(),
                Map.of("/admin/turn", _ -> {
                    throw new IllegalStateException("secret detail");
                }));
        Answer.Whole answer = post(api, Map.of("content-type", "application/json"), "{}");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(text(answer)).doesNotContain("secret detail");
    }

    private static Map<String, String> without(Map<String, String> headers, String name) {
        var rest = new HashMap<>(headers);
        rest.remove(name);
        return rest;
    }

    private static Answer.Whole post(AdminApi api, Map<String, String> headers, String body) {
        Arrival.HeaderLookup lookup = new Arrival.HeaderLookup() {
            @Override
            public @Nullable String get(String name) {
                return headers.get(name);
            }
        };
        return (Answer.Whole) api.handle("POST", new Arrival("http", "/admin/turn", lookup,
                body.getBytes(StandardCharsets.UTF_8), false, Arrival.Presence.CONSTANT));
    }

    private Sources sources() {
        return new Sources(() -> notReady, () -> "up 1\n",
                () -> new Status("status", Instant.parse("2026-11-21T12:00:00Z"), Duration.ofSeconds(90),
                        Path.of("/srv/formulary"), BreakerState.HALF_OPEN, new Secret(KEY)),
                () -> List.of("providers"), () -> List.of("plugins"), () -> Map.of("is", "rules"),
                () -> List.of("routes"), () -> List.of("breakers"), () -> List.of("budgets"), () -> List.of("alerts"),
                count -> List.of("decisions " + count), id -> id.equals("d1") ? Map.of("id", id) : null,
                () -> Map.of("is", "cache"), (id, format, whyNot) -> !id.equals("d1")
                        ? null
                        : format.equals("json") ? Map.of("whyNot", whyNot) : "<" + format + "/>");
    }

    private static Sources brokenSources() {
        Broken<List<String>> list = new Broken<>();
        return new Sources(list, new Broken<String>(), list, list, list, list, list, list, list, list,
                _ -> list.get(), _ -> list.get(), list, (_, _, _) -> list.get());
    }

    private static final class Broken<T> implements Supplier<T> {
        @Override
        public T get() {
            throw new IllegalStateException("secret detail");
        }
    }

    private record Status(String partName, Instant startedAt, Duration upFor, Path home, BreakerState state,
            Secret adminKey) {}

    private static Answer.Whole get(AdminApi api, String path) {
        return ask(api, "GET", path, Map.of());
    }

    private static Answer.Whole ask(AdminApi api, String method, String path, Map<String, String> headers) {
        Arrival.HeaderLookup lookup = new Arrival.HeaderLookup() {
            @Override
            public @Nullable String get(String name) {
                return headers.get(name);
            }
        };
        return (Answer.Whole) api.handle(method,
                new Arrival("http", path, lookup, new byte[0], false, Arrival.Presence.CONSTANT));
    }

    private static String text(Answer.Whole answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(Answer.Whole answer) {
        return tree(text(answer));
    }

    private static JsonNode tree(String json) {
        try {
            return new JsonMapper().readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }
}
