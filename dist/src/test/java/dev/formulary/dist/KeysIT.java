package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.dist.GatewayProcess.Finished;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Keys that a real gateway issues: made, used, killed, revoked, and nowhere to be found again.
class KeysIT {
    private static final String HELLO = "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final String ECHO = "{\"model\":\"simulator/echo-small\"," + HELLO;
    private static final String CHAT = "/v1/chat/completions";
    private static final List<String> FORMATS = List.of(CHAT, "/v1/responses", "/v1/embeddings", "/v1/messages",
            "/v1/messages/count_tokens", "/api/chat", "/api/generate", "/api/embed", "/v1/decide");

    @TempDir
    Path home;

    @BeforeEach
    void makeFolder() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), "discover: false\n");
    }

    private String command(Map<String, String> env, String... arguments) throws Exception {
        Finished finished = GatewayProcess.run(home, env, arguments);
        assertThat(finished.exitCode()).as(finished.output()).isZero();
        return finished.output().lines().filter(line -> line.startsWith("fml_") || line.startsWith("fma_")).findFirst()
                .orElse(finished.output());
    }

    private static String[] bearer(String key) {
        return new String[]{"Authorization", "Bearer " + key};
    }

    private static int ask(GatewayProcess gateway, String key) throws Exception {
        return gateway.post(CHAT, ECHO, bearer(key)).statusCode();
    }

    @Test
    void keysOutliveAKilledProcessAndRevokedOnesStayRevoked() throws Exception {
        String phone;
        String laptop;
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            assertThat(gateway.post(CHAT, ECHO).statusCode()).isEqualTo(200);
            phone = command(Map.of(), "keys", "create", "phone", "--limit", "3 requests/day");
            laptop = GatewayProcess.json(gateway.change("/admin/keys/create", "{\"name\":\"laptop\"}")).get("key")
                    .asText();
            gateway.kill();
        }
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            assertThat(gateway.post(CHAT, ECHO).statusCode()).isEqualTo(401);
            assertThat(List.of(ask(gateway, phone), ask(gateway, phone), ask(gateway, laptop)))
                    .containsOnly(200);
            assertThat(gateway.change("/admin/keys/revoke", "{\"name\":\"laptop\"}").statusCode()).isEqualTo(200);
            assertThat(ask(gateway, laptop)).isEqualTo(401);
            gateway.kill();
        }
        String second = command(Map.of(), "keys", "rotate", "phone", "--keep", "1h");
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            assertThat(ask(gateway, laptop)).isEqualTo(401);
            assertThat(ask(gateway, phone)).isEqualTo(200);
            assertThat(ask(gateway, second)).as("what was used of the limit outlives all that").isEqualTo(429);
            assertThat(command(Map.of(), "audit")).contains("keys/create: done {limits=3 requests/day, name=phone}",
                    "keys/revoke: done",
                    "keys/rotate: done");
            assertThat(command(Map.of(), "audit", "verify")).startsWith("4 entries, all as they were written");
        }
        Files.writeString(home.resolve("data/keys.jsonl"), "");
        Finished refused = GatewayProcess.run(home, Map.of(), "run");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.output()).contains("keys.jsonl is damaged");
    }

    @Test
    void anAnswerUnderWayGoesOnWhenItsKeyIsRevoked() throws Exception {
        var events = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            events.append(
                    "data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-test\","
                            + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word")
                    .append(i).append(" \"}}]}\n\n");
        }
        events.append("data: {\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"gpt-test\","
                + "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        try (VendorServer vendor = VendorServer.openai()) {
            vendor.always(CHAT, VendorReply.pieces("text/event-stream", events.toString(), 150, 100));
            vendor.always("/v1/models", VendorReply.openaiModels("vendor/gpt-test"));
            Files.writeString(home.resolve("conf/formulary.yaml"), """
                discover: false
                providers:
                  - { id: first, kind: openai, base-url: "%s", api-key: x, models: [{ id: vendor/gpt-test }] }
                """.formatted(vendor.baseUrl()));
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                String key = GatewayProcess.json(gateway.change("/admin/keys/create", "{\"name\":\"phone\"}"))
                        .get("key").asText();
                assertModelIsKnownByItsWholeName(gateway, key);
                String call = "{\"model\":\"first/vendor/gpt-test\",\"stream\":true," + HELLO;
                HttpResponse<InputStream> stream = gateway.stream(CHAT, call, "Authorization", "Bearer " + key,
                        "X-Formulary-Context", "paid=allow");
                assertThat(stream.statusCode()).isEqualTo(200);
                var told = new StringBuilder(new String(stream.body().readNBytes(100), StandardCharsets.UTF_8));
                assertThat(gateway.change("/admin/keys/revoke", "{\"name\":\"phone\"}").statusCode()).isEqualTo(200);
                assertThat(ask(gateway, key)).isEqualTo(401);
                told.append(new String(stream.body().readAllBytes(), StandardCharsets.UTF_8));
                assertThat(told).contains("word0 ", "word29 ", "[DONE]");
            }
        }
    }

    @Test
    void aKeyOfAClientIsKeptToItsModelsAndItsAdminsToTheirRoles() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            String key = GatewayProcess
                    .json(gateway.change("/admin/keys/create",
                            """
                                {"name": "phone", "models": ["simulator/echo-small"], "defaults": {"privacy": "local"}, "labels": ["child"]}
                                """))
                    .get("key").asText();
            HttpResponse<String> other = gateway.post(CHAT, "{\"model\":\"simulator/echo-large\"," + HELLO,
                    bearer(key));
            assertThat(other.statusCode()).as(other.body()).isIn(403, 404);
            HttpResponse<String> right = gateway.post(CHAT, ECHO, bearer(key));
            assertThat(right.headers().firstValue("X-Formulary-Model")).hasValue("simulator/echo-small");
            JsonNode decision = GatewayProcess.json(gateway.get("/v1/decisions/"
                    + right.headers().firstValue("X-Formulary-Decision").orElseThrow(), bearer(key)));
            assertThat(decision.toString()).contains("the caller's key may use simulator/echo-small only",
                    "\"labels\":[\"child\"]", "\"privacy\":\"key\"");
            assertThat(GatewayProcess.json(gateway.get("/v1/models", bearer(key))).get("data").findValuesAsText("id"))
                    .containsExactly("auto", "simulator/echo-small");

            String reader = command(Map.of(), "keys", "create", "dashboard", "--role", "read");
            assertThat(gateway.manage("/admin/status").statusCode()).isEqualTo(401);
            assertThat(gateway.manage("/admin/status", bearer(key)).statusCode()).isEqualTo(401);
            assertThat(gateway.manage("/admin/status", bearer(reader)).statusCode()).isEqualTo(200);
            assertThat(gateway.change("/admin/cache/purge", "{}", bearer(reader)).statusCode()).isEqualTo(403);
            assertThat(ask(gateway, reader)).isEqualTo(401);
            assertRolesAreAsTold(gateway, reader);
            Finished refused = GatewayProcess.run(home, Map.of("FORMULARY_ADMIN_KEY", reader), "keys", "list");
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).contains("the role 'admin'");
        }
    }

    /// A vendor's own name of a model may have slashes in it.
    private static void assertModelIsKnownByItsWholeName(GatewayProcess gateway, String key) throws Exception {
        String name = "first/vendor/gpt-test";
        for (String path : List.of("first/vendor/gpt-test", "first/vendor%2Fgpt-test", "first%2Fvendor%2Fgpt-test")) {
            assertThat(GatewayProcess.json(gateway.get("/v1/models/" + path, bearer(key))).path("id").asText())
                    .isEqualTo(name);
        }
        assertThat(gateway.post("/api/show", "{\"model\":\"" + name + "\"}", bearer(key)).statusCode()).isEqualTo(200);
        String model = "{\"model\":\"" + name + "\"}";
        for (String how : List.of("open", "close", "reset")) {
            assertThat(GatewayProcess.json(gateway.change("/admin/breakers/" + how, model)).findValuesAsText("model"))
                    .contains(name);
        }
        for (String list : List.of("/admin/providers", "/admin/breakers")) {
            assertThat(gateway.manage(list).body()).contains("\"" + name + "\"");
        }
        assertThat(gateway.change("/admin/models/load", "{\"model\":\"first/gpt-test\"}").statusCode()).isEqualTo(400);
    }

    /// The document names the role that each path really asks for.
    private static void assertRolesAreAsTold(GatewayProcess gateway, String reader) throws Exception {
        ApiDocument document = ApiDocument.of(gateway.manage("/openapi.json", bearer(reader)));
        for (ApiDocument.Operation each : document.operations().stream().filter(ApiDocument.Operation::management)
                .toList()) {
            String path = each.path().replace("{id}", "none");
            HttpResponse<String> answer = switch (each.method()) {
                case "GET" -> gateway.manage(path, bearer(reader));
                case "DELETE" -> gateway.delete(path, bearer(reader));
                default -> gateway.change(path, "{}", bearer(reader));
            };
            assertThat(answer.statusCode() == 403).as(each + answer.body())
                    .isEqualTo(!each.role().isEmpty() && !each.role().equals("read"));
            document.check(each, answer);
            HttpResponse<String> stranger = gateway.manage(path);
            if (each.method().equals("GET")) {
                assertThat(stranger.statusCode() == 401).as(each.toString()).isEqualTo(!each.role().isEmpty());
                document.check(each, stranger);
            }
        }
    }

    /// Right and wrong keys by every way in; then everything that the gateway says or writes is searched for them.
    @Test
    void noKeyIsToBeFoundAnywhere() throws Exception {
        Files.createDirectories(home.resolve("mosquitto"));
        try (Broker broker = Broker.start(home.resolve("mosquitto"))) {
            Files.writeString(home.resolve("conf/formulary.yaml"), """
                node: house
                discover: false
                management: { admin-key: "${ADMIN}" }
                keys: [{ name: tablet, key: "${TABLET}" }]
                mqtt: { url: "mqtt://127.0.0.1:%d" }
                """.formatted(broker.port()));
            var secrets = new LinkedHashMap<String, String>(Map.of("ADMIN", "chosen-admin-horse-battery", "TABLET",
                    "chosen-tablet-horse-battery"));
            try (GatewayProcess gateway = GatewayProcess.start(home, Map.copyOf(secrets))) {
                await().until(() -> gateway.output().contains("broker connected"));
                driveKeys(gateway, broker, secrets);
                assertNowhere(gateway, secrets);
            }
            assertNotInFiles(secrets);
        }
    }

    private void driveKeys(GatewayProcess gateway, Broker broker, Map<String, String> secrets) throws Exception {
        Map<String, String> env = Map.copyOf(secrets);
        // an issued one, which does not have to wait after the wrong ones
        secrets.put("ops", command(env, "keys", "create", "ops", "--role", "admin"));
        String[] admin = bearer(secrets.get("ops"));
        secrets.put("phone", GatewayProcess.json(gateway.change("/admin/keys/create", "{\"name\":\"phone\"}", admin))
                .get("key").asText());
        secrets.put("second", command(env, "keys", "rotate", "phone", "--keep", "1h"));
        secrets.put("reader", command(env, "keys", "create", "reader", "--role", "read"));
        secrets.put("wrong", secrets.get("phone").substring(0, 30) + "Y".repeat(22));
        secrets.put("other", "sk-wrong-1234567890abcdef");
        for (Map.Entry<String, String> each : Map.copyOf(secrets).entrySet()) {
            String key = each.getValue();
            gateway.post(CHAT, ECHO, bearer(key));
            gateway.post(CHAT, ECHO, "X-API-Key", key);
            gateway.post(CHAT, ECHO, "Authorization", "Basic " + key);
            gateway.post("/v1/decide", ECHO, bearer(key));
            gateway.get("/v1/models", bearer(key));
            gateway.get("/api/tags", bearer(key));
            gateway.manage("/admin/status", bearer(key));
            if (key.startsWith("fm")) {
                for (String member : List.of("name", "note", "models", "limits", "role", "x")) {
                    gateway.change("/admin/keys/create", "{\"" + member + "\":\"" + key + "\"}", admin);
                }
                gateway.change("/admin/keys/revoke", "{\"name\":\"" + key + "\"}", admin);
            }
            publish(broker, key);
            if (List.of("phone", "TABLET", "other").contains(each.getKey())) {
                misplace(gateway, key, secrets.get("second"));
            }
            if (key.startsWith("fm")) {
                gateway.post(CHAT, "{\"model\":\"" + key + "\"," + HELLO, "Authorization",
                        "Bearer " + secrets.get("second"), "X-Formulary-Session", key);
            }
        }
        for (String key : List.of(secrets.get("wrong"), secrets.get("phone"))) {
            GatewayProcess.run(home, Map.of("ADMIN", env.get("ADMIN"), "TABLET", env.get("TABLET"),
                    "FORMULARY_ADMIN_KEY", key), "keys", "list");
            GatewayProcess.run(home, env, "keys", "revoke", key);
        }
        assertThat(gateway.post(CHAT, ECHO, bearer(secrets.get("second"))).statusCode()).isEqualTo(200);
    }

    /// A key where it has no business: in URLs, in other headers, and in bodies of all formats, right and broken. Whoever sent it
    /// may be told what of it is wrong.
    ///
    /// @param right a key that has not to wait after wrong ones
    private static void misplace(GatewayProcess gateway, String key, String right) throws Exception {
        for (String path : List.of("/", "/v1/", "/v1/decisions/", "/v1/responses/", "/v1/answers/", "/v1/models/",
                "/v1/models?key=", "/api/version?token=")) {
            gateway.get(path + key, bearer(right));
        }
        for (String header : List.of("Cookie", "Referer", "Proxy-Authorization", "X-Goog-Api-Key", "Api-Key",
                "traceparent", "X-Forwarded-For", "User-Agent", "anthropic-beta", "X-Formulary-Deadline-Ms",
                "X-Formulary-Priority")) {
            gateway.post(CHAT, ECHO, "Authorization", "Bearer " + right, header, key);
        }
        for (String path : FORMATS) {
            for (String body : List.of("\"api_key\":\"KEY\"", "\"metadata\":{\"api_key\":\"KEY\"}",
                    "\"temperature\":\"KEY\"", "\"tools\":\"KEY\"", "\"KEY\":1", "\"api_key\":\"KEY\",,",
                    "\"api_key\":\"KEY", "\"seed\":KEY")) {
                String all = "{\"model\":\"simulator/echo-small\",\"max_tokens\":9,\"input\":\"hi\",\"prompt\":\"hi\","
                        + "\"messages\":[{\"role\":\"user\",\"content\":\"my key is KEY\"}]," + body + "}";
                assertThat(gateway.post(path + "?key=" + key, all.replace("KEY", key), bearer(right)).statusCode())
                        .as(path + body).isNotIn(401, 404, 429);
            }
        }
    }

    private static void publish(Broker broker, String key) throws Exception {
        Process process = new ProcessBuilder("mosquitto_rr", "-V", "5", "-h", "127.0.0.1", "-p",
                Integer.toString(broker.port()), "-q", "1", "-W", "20", "-t", "formulary/v1/house/chat", "-e",
                "answers/" + System.nanoTime(), "-m", ECHO, "-D", "PUBLISH", "user-property", "authorization",
                "Bearer " + key).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        assertThat(answer).doesNotContain(key);
    }

    private static void assertNowhere(GatewayProcess gateway, Map<String, String> secrets) throws Exception {
        String[] admin = bearer(secrets.getOrDefault("ops", ""));
        ApiDocument document = ApiDocument.of(gateway.manage("/openapi.json", admin));
        List<ApiDocument.Operation> shows = document.operations().stream()
                .filter(each -> each.management() && each.method().equals("GET") && !each.varies()).toList();
        assertThat(shows).extracting(ApiDocument.Operation::path).contains("/", "/metrics", "/admin/keys",
                "/admin/audit",
                "/admin/decisions", "/admin/configuration");
        for (ApiDocument.Operation each : shows) {
            HttpResponse<String> shown = gateway.manage(each.path(), admin);
            assertThat(shown.statusCode()).as(each.path()).isEqualTo(200);
            document.check(each, shown);
            assertClean(each.path(), shown.body(), secrets);
        }
        assertClean("what it printed", gateway.output(), secrets);
    }

    private void assertNotInFiles(Map<String, String> secrets) throws Exception {
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(each -> !each.startsWith(home.resolve("plugins"))
                            && !each.startsWith(home.resolve("cache")))
                    .toList();
            assertThat(all).anyMatch(each -> each.endsWith("data/keys.jsonl"))
                    .anyMatch(each -> each.startsWith(home.resolve("logs")))
                    .anyMatch(each -> each.toString().endsWith(".db"));
            for (Path each : all) {
                // the broker's own log tells of no properties
                assertClean(each.toString(), new String(Files.readAllBytes(each), StandardCharsets.ISO_8859_1),
                        secrets);
            }
        }
    }

    /// Neither whole nor in part.
    private static void assertClean(String where, String text, Map<String, String> secrets) {
        secrets.forEach((name, secret) -> assertThat(
                text.contains(secret.substring(secret.length() - 14)) || text.contains(secret.substring(13, 23)))
                .as(name + " in " + where).isFalse());
    }
}
