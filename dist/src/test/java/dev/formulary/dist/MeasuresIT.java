package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the README for authors says of measures, with a gateway as a process that is killed meanwhile.
class MeasuresIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String MODEL = "simulator/echo-small";
    private static final String CALL = "{\"model\":\"" + MODEL
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

    private static void awaitStatus(GatewayProcess gateway, int status) {
        await().atMost(SOON).untilAsserted(() -> assertThat(
                gateway.post("/v1/chat/completions", CALL).statusCode()).isEqualTo(status));
    }

    /// As the OpenAPI document says.
    private static void assertAsTold(GatewayProcess gateway, String told, String path) throws Exception {
        ApiDocument document = ApiDocument.of(gateway.manage("/openapi.json"));
        document.check(document.operation("GET", told), gateway.manage(path));
    }

    @Test
    void aModelThatAnOperatorClosesStaysClosedOverAKillUntilItIsUndone(@TempDir Path home) throws Exception {
        try (GatewayProcess killed = GatewayProcess.start(home)) {
            GatewayProcess.Finished closed = GatewayProcess.run(home, Map.of(), "measures", "close", MODEL, "--for",
                    "1h", "--reason", "it is being repaired", "--by", "ann");
            assertThat(closed.output()).contains("m1 holds until ");
            killed.kill();
        }
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            awaitStatus(gateway, 403);
            JsonNode refused = GatewayProcess.json(gateway.post("/v1/decide", CALL));
            assertThat(refused.path("code").asText()).isEqualTo("model_forbidden");
            assertThat(refused.path("message").asText()).contains("it is being repaired");
            assertThat(refused.at("/situation/measures/0/by").asText()).isEqualTo("ann by the admin API");
            JsonNode last = GatewayProcess.json(gateway.manage("/admin/decisions?limit=1")).path(0);
            assertThat(last.path("reasons").toString()).contains("\"rule\":\"measure:m1\"", "\"verb\":\"forbid\"");
            assertThat(gateway.manage("/admin/decisions/" + last.path("id").asText() + "/explanation?format=text")
                    .body()).contains("measure:m1 says forbid: it is being repaired");

            assertAsTold(gateway, "/admin/measures", "/admin/measures");
            assertAsTold(gateway, "/admin/decisions/{id}", "/admin/decisions/" + last.path("id").asText());

            GatewayProcess.Finished undone = GatewayProcess.run(home, Map.of(), "measures", "undo", "m1");

            assertThat(undone.output()).contains("m1 is over");
            awaitStatus(gateway, 200);
            assertAsTold(gateway, "/admin/measures/history", "/admin/measures/history");
            assertThat(gateway.manage("/admin/measures/history").body()).contains("\"why\":\"undone\"",
                    "\"ended_by\":\"admin API\"");
            assertThat(gateway.manage("/admin/audit").body()).contains("\"measures/undo\"",
                    "\"measures/begin\"", "\"reason\":\"it is being repaired\"", "\"id\":\"m1\"");
            assertThat(GatewayProcess.run(home, Map.of(), "replay", "--last", "20").exitCode()).isZero();
        }
    }
}
