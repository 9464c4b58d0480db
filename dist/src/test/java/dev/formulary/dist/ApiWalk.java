package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.dist.ApiDocument.Operation;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Asks a gateway with the simulator for everything that its OpenAPI document tells of.
final class ApiWalk {
    private static final String MODEL = "simulator/echo-small";
    private static final String CALL = "{\"model\":\"" + MODEL
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    private static final String SESSION = "kitchen/left?100%";
    private static final String SESSION_IN_PATH = "kitchen%2Fleft%3F100%25";

    private final GatewayProcess gateway;
    private final ApiDocument document;
    private final String decision;

    ApiWalk(GatewayProcess gateway) throws Exception {
        this.gateway = gateway;
        document = ApiDocument.of(gateway.manage("/openapi.json"));
        HttpResponse<String> chat = gateway.post("/v1/chat/completions", CALL, "X-Formulary-Session", SESSION);
        assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
        decision = chat.headers().firstValue("X-Formulary-Decision").orElseThrow();
    }

    void theDocumentIsValid() throws Exception {
        assertThat(document.problems()).isEmpty();
        assertThat(document.json().at("/info/version").asText())
                .isEqualTo(GatewayProcess.json(gateway.manage("/admin/status")).path("version").asText());
        assertThat(gateway.manage("/admin/openapi.json").body()).isEqualTo(gateway.manage("/openapi.json").body());
        assertThat(document.operations().stream().map(each -> each.told().path("operationId").asText()))
                .doesNotHaveDuplicates();
    }

    /// The gateway's own lists of its paths are the document's.
    void allThatIsServedIsToldOf() throws Exception {
        String list = gateway.manage("/admin/nothing").body();
        Set<String> shown = Stream.of(list.split("[ ,]+", -1)).filter(word -> word.startsWith("/")).map(word -> word
                .replaceFirst("\".*", "")).collect(Collectors.toCollection(TreeSet::new));
        assertThat(paths(true, "GET").stream().filter(path -> !path.contains("{")))
                .containsExactlyInAnyOrderElementsOf(shown);
        assertThat(document.operations().stream().filter(each -> each.told().path("tags").toString().contains("other")))
                .as("paths of which ManagementGuide says nothing yet").isEmpty();

        JsonNode files = GatewayProcess.json(gateway.manage("/admin/routes"));
        Set<String> routed = files.findValues("from").stream().flatMap(from -> from.valueStream()).map(JsonNode::asText)
                .filter(from -> from.startsWith("platform-http:"))
                .map(from -> from.substring("platform-http:".length()).replaceFirst("^/*", "/"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> told = document.operations().stream().filter(Operation::clients).map(Operation::path)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(routed).contains("/own/chat", "/v1/models/{id}");
        assertThat(document.operation("POST", "/own/chat").told().path("summary").asText())
                .isEqualTo("Chat completions");
        assertThat(document.operations().stream().map(each -> each.told().path("summary").asText()))
                .doesNotContain("A route of your own");
    }

    private Set<String> paths(boolean management, String method) {
        return document.operations().stream().filter(each -> management ? each.management() : each.clients())
                .filter(each -> each.method().equals(method)).map(Operation::path)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Every path that shows something, what is not there, and what is asked for wrongly.
    void whatIsShownIsAsTold() throws Exception {
        for (String path : paths(true, "GET")) {
            Operation operation = document.operation("GET", path);
            String id = path.contains("sessions") ? SESSION_IN_PATH : decision;
            HttpResponse<String> answer = gateway.manage(path.replace("{id}", id));
            document.check(operation, answer);
            if (operation.varies()) {
                document.check(operation, gateway.manage(path.replace("{id}", "no%2Fsuch")));
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(path.endsWith("/history") && operation.varies()
                    ? 404
                    : 200);
        }
        JsonNode session = GatewayProcess.json(gateway.manage("/admin/sessions/" + SESSION_IN_PATH));
        assertThat(session.path("session").asText()).isEqualTo(SESSION);
        assertThat(session.path("model").asText()).isEqualTo(MODEL);
        Operation why = document.operation("GET", "/admin/decisions/{id}/explanation");
        for (String query : List.of("?why_not=simulator/other", "?format=text", "?format=svg", "?format=mermaid",
                "?format=pdf")) {
            document.check(why, gateway.manage("/admin/decisions/" + decision + "/explanation" + query));
        }
        document.check(document.operation("GET", "/admin/decisions"), gateway.manage("/admin/decisions?limit=1000"));
        document.check(document.operation("GET", "/admin/status"), gateway.manage("/admin/nothing"));
    }

    /// Every change, asked for wrongly; and those that do no harm here.
    void whatIsChangedIsAsTold() throws Exception {
        for (String path : paths(true, "POST")) {
            Operation operation = document.operation("POST", path);
            HttpResponse<String> answer = gateway.change(path, "[]");
            assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(400);
            document.check(operation, answer);
            document.check(operation, gateway.manage(path));
        }
        String model = "{\"model\":\"" + MODEL + "\"}";
        var asked = Map.ofEntries(Map.entry("/admin/breakers/open", model), Map.entry("/admin/breakers/close", model),
                Map.entry("/admin/breakers/reset", model), Map.entry("/admin/models/load", model),
                Map.entry("/admin/models/unload", model), Map.entry("/admin/cache/purge", "{\"dry_run\":true}"),
                Map.entry("/admin/models/ask", "{\"model\":\"" + MODEL + "\",\"question\":\"why?\"}"),
                Map.entry("/admin/history/purge", "{\"tenant\":\"nobody\"}"),
                Map.entry("/admin/responses/purge", "{\"tenant\":\"nobody\",\"dry_run\":\"true\"}"),
                Map.entry("/admin/alerts/acknowledge", "{\"by\":\"a test\"}"),
                Map.entry("/admin/alerts/silence", "{\"code\":\"nothing\",\"for\":\"1m\"}"),
                Map.entry("/admin/alerts/unsilence", "{\"id\":\"none\"}"),
                Map.entry("/admin/alerts/resolve", "{\"code\":\"nothing\"}"),
                Map.entry("/admin/aliases/auto", "{\"means\":\"nothing\"}"),
                Map.entry("/admin/rules/rollback", "{\"to\":\"999999\"}"),
                Map.entry("/admin/configuration/rollback", "{\"to\":\"999999\"}"));
        for (Map.Entry<String, String> each : asked.entrySet()) {
            document.check(document.operation("POST", each.getKey()), gateway.change(each.getKey(), each.getValue()));
        }
        gateway.change("/admin/breakers/reset", model);
        Operation forget = document.operation("DELETE", "/admin/sessions/{id}");
        for (String query : List.of("?dry_run=true", "?dry_run=perhaps", "", "")) {
            document.check(forget, gateway.delete("/admin/sessions/" + SESSION_IN_PATH + query));
        }
        assertThat(gateway.manage("/admin/sessions/" + SESSION_IN_PATH).statusCode()).isEqualTo(404);
    }

    /// Every path of the clients' port that shows something, with ids that have slashes in them.
    void whatClientsLookAtIsAsTold() throws Exception {
        HttpResponse<String> kept = gateway.post("/v1/responses", "{\"model\":\"" + MODEL + "\",\"input\":\"hi\"}");
        Map<String, String> ids = Map.of("responses", GatewayProcess.json(kept).path("id").asText(), "models", MODEL,
                "decisions", decision, "answers", "none");
        for (String path : paths(false, "GET")) {
            Operation operation = document.operation("GET", path);
            String id = operation.varies() ? ids.getOrDefault(path.split("/", -1)[2], "") : "";
            HttpResponse<String> answer = gateway.get(path.replace("{id}", id));
            document.check(operation, answer);
            assertThat(answer.statusCode()).as(path).isEqualTo(path.contains("/answers/") ? 404 : 200);
            if (operation.varies()) {
                document.check(operation, gateway.get(path.replace("{id}", "no/such%2Fone")));
            }
        }
        Operation model = document.operation("GET", "/v1/models/{id}");
        document.check(model, gateway.get("/v1/models/" + MODEL.replace("/", "%2F")));
        document.check(model, gateway.get("/v1/models/" + MODEL, "anthropic-version", "2023-06-01"));
        document.check(document.operation("GET", "/v1/decisions/{id}"),
                gateway.get("/v1/decisions/" + decision + "?explain=true"));
        document.check(document.operation("POST", "/v1/decide"), gateway.post("/v1/decide", CALL));
        for (String path : paths(false, "POST")) {
            Operation operation = document.operation("POST", path);
            document.check(operation, gateway.post(path.replaceAll("[{][^}]+}", "none"), "{"));
        }
        document.check(document.operation("POST", "/api/show"),
                gateway.post("/api/show", "{\"model\":\"" + MODEL + "\"}"));
    }
}
