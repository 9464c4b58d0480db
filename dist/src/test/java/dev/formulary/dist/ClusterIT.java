package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two real gateways that are nodes of one cluster.
class ClusterIT {
    private static final String CALL = """
        {"model":"auto","max_tokens":20,"messages":[{"role":"user","content":"hello"}]}
        """;
    private static final String ANSWER = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-test","choices":[{"index":0,"message":\
        {"role":"assistant","content":"here"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}
        """;

    @TempDir
    Path homes;

    /// A port of which the next is free, too.
    private static int port() throws IOException {
        while (true) {
            try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress()); var next = new ServerSocket()) {
                next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), one.getLocalPort() + 1));
                return one.getLocalPort();
            } catch (IOException e) {
                // the next one is not free
            }
        }
    }

    private Path home(VendorServer vendor, int port, List<Integer> ports) throws IOException {
        Path home = homes.resolve("node-" + port);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            providers:
              - { id: first, kind: openai, base-url: "%1$s", api-key: x, parallel: 100, models: [{ id: gpt-test }] }
              - { id: second, kind: openai, base-url: "%1$s", api-key: x, parallel: 100, models: [{ id: gpt-test }] }
            limits:
              - { id: all, scope: total, requests: 100, per: day }
            cluster:
              port: %2$d
              members: ["127.0.0.1:%3$d", "127.0.0.1:%4$d"]
              secret: a secret of this test only
              timeout: 10s
            """.formatted(vendor.baseUrl(), port, ports.get(0), ports.get(1)));
        return home;
    }

    private static HttpResponse<String> ask(GatewayProcess gateway, String session)
            throws IOException, InterruptedException {
        return gateway.post("/v1/chat/completions", CALL, "X-Formulary-Context", "paid=allow", "X-Formulary-Session",
                session);
    }

    private static JsonNode cluster(GatewayProcess gateway) throws Exception {
        return GatewayProcess.json(gateway.manage("/admin/cluster"));
    }

    private static int left(GatewayProcess gateway) throws Exception {
        return GatewayProcess.json(gateway.manage("/admin/limits")).at("/configured/0/left").asInt();
    }

    @Test
    void twoNodesLetThroughAsManyAsTheLimitSaysAndKnowEachOthersSessions() throws Exception {
        List<Integer> ports = List.of(port(), port());
        try (VendorServer vendor = VendorServer.openai()) {
            vendor.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
            try (GatewayProcess one = GatewayProcess.start(home(vendor, ports.get(0), ports));
                    GatewayProcess other = GatewayProcess.start(home(vendor, ports.get(1), ports))) {
                await().atMost(Duration.ofMinutes(1)).until(() -> cluster(one).get("state").asText().equals("whole"));
                assertThat(one.manage("/metrics").body()).contains("formulary_cluster_members 2.0");

                String model = ask(one, "s").headers().firstValue("X-Formulary-Model").orElseThrow();
                assertThat(ask(other, "s").headers().firstValue("X-Formulary-Model")).contains(model);
                assertThat(GatewayProcess.json(one.manage("/admin/sessions/s?tenant=default")).get("calls").asInt())
                        .isEqualTo(2);

                assertThat(answered(List.of(one, other), 64, 4)).isEqualTo(98);
                for (GatewayProcess each : List.of(one, other)) {
                    assertThat(left(each)).isZero();
                }
                one.kill();
                await().atMost(Duration.ofMinutes(1)).until(() -> cluster(other).get("share").asText().equals("1/2"));
                assertThat(ask(other, "s").statusCode()).isEqualTo(429);
                try (GatewayProcess again = GatewayProcess.start(home(vendor, ports.get(0), ports))) {
                    await().atMost(Duration.ofMinutes(1))
                            .until(() -> cluster(again).get("state").asText().equals("whole"));
                    assertThat(ask(again, "s").statusCode()).as("what a killed node took stays counted").isEqualTo(429);
                    assertThat(left(again)).isEqualTo(left(other)).isZero();
                }
            }
        }
    }

    private static long answered(List<GatewayProcess> gateways, int clients, int calls) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            List<Callable<Long>> all = IntStream.range(0, clients).<Callable<Long>>mapToObj(i -> () -> {
                long answered = 0;
                for (int j = 0; j < calls; j++) {
                    answered += ask(gateways.get((i + j) % 2), "s" + i).statusCode() == 200 ? 1 : 0;
                }
                return answered;
            }).toList();
            var sums = new ArrayList<Long>();
            for (Future<Long> each : executor.invokeAll(all)) {
                sums.add(each.get());
            }
            return sums.stream().mapToLong(Long::longValue).sum();
        }
    }

    @Test
    void aPortThatIsTakenIsToldAtTheStart() throws Exception {
        try (VendorServer vendor = VendorServer.openai();
                var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            GatewayProcess.Finished refused = GatewayProcess.run(home(vendor, port, List.of(port, port + 10)),
                    Map.of(), "run");

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output())
                    .contains("cannot start: cluster.port: another program listens on port " + port);
        }
    }
}
