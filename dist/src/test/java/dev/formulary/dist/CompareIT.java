package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two models get half of the sessions each, by lot; what was recorded of it says which is better in what.
class CompareIT {
    private static final int CALLS = 100;
    private static final String CALL = """
        {"model":"auto","max_tokens":20,"messages":[{"role":"user","content":"hello"}]}
        """;
    private static final String RULES = """
        rule "half of the sessions go to the new model"
            @id("lot-new") @reason("the new model is compared")
        when
            Call( bucket < 50 )
            $candidate : Candidate( id == "old/model" )
        then
            decision.forbid($candidate);
        end

        rule "the others stay"
            @id("lot-old") @reason("the new model is compared")
        when
            Call( bucket >= 50 )
            $candidate : Candidate( id == "new/model" )
        then
            decision.forbid($candidate);
        end
        """;

    @TempDir
    Path home;

    private JsonNode compare(String a, String b) throws Exception {
        GatewayProcess.Finished finished = GatewayProcess.run(home, Map.of(), "compare", a, b, "--json");
        return new JsonMapper().readTree(finished.output().substring(finished.output().indexOf('{')));
    }

    @Test
    void whatIsSlowerAndCheaperIsSaidToBeSo() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"),
                """
                    discover: false
                    screening: { enabled: false }
                    policy: { paid: true }
                    providers:
                      - { id: old, kind: simulator, first-token-ms: 5, tokens-per-second: 0, input-price: 2000, output-price: 2000,
                          parallel: 32, models: [{ id: model, quality: 6 }] }
                      - { id: new, kind: simulator, first-token-ms: 300, tokens-per-second: 0, input-price: 1000, output-price: 1000,
                          parallel: 32, models: [{ id: model, quality: 6 }] }
                    """);
        Files.createDirectories(home.resolve("rules/load"));
        Files.writeString(home.resolve("rules/load/lot.drl"), RULES);
        try (GatewayProcess gateway = GatewayProcess.start(home);
                ExecutorService clients = Executors
                        .newFixedThreadPool(8)) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                String session = "s" + i;
                answers.add(clients.submit(
                        () -> gateway.post("/v1/chat/completions", CALL, "X-Formulary-Session", session)));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).as(answer.get().body()).isEqualTo(200);
            }
            JsonNode live = GatewayProcess.json(gateway.manage("/admin/compare?a=old/model&b=new/model"));
            assertThat(live.at("/differences")).hasSize(3);
            assertThat(GatewayProcess.json(gateway.manage("/admin/cost/projection")).at("/notes/0").asText())
                    .contains("a projection takes 12");
            assertThat(GatewayProcess.run(home, Map.of(), "insights").exitCode()).isZero();
        }
        JsonNode found = compare("old/model", "new/model");

        JsonNode latency = found.at("/differences/0");
        JsonNode cost = found.at("/differences/1");
        JsonNode failures = found.at("/differences/2");
        assertThat(latency.path("count_a").asInt() + latency.path("count_b").asInt()).isEqualTo(CALLS);
        assertThat(latency.path("verdict").asText()).isEqualTo("a_better");
        assertThat(latency.path("low").asDouble()).isPositive();
        assertThat(latency.path("p").asDouble()).isLessThan(0.01);
        assertThat(cost.path("verdict").asText()).isEqualTo("b_better");
        assertThat(cost.path("high").asDouble()).isNegative();
        assertThat(failures.path("verdict").asText()).as("neither fails").isEqualTo("not_shown");
        assertThat(compare("old/model", "no/such").at("/differences/0/verdict").asText()).isEqualTo("too_few");
    }
}
