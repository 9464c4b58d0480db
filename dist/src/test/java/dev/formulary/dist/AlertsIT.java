package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A web server is told of an alert although it was down at first and the gateway was killed meanwhile.
class AlertsIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SECRET = "hidden-0123456789abcdef";

    @TempDir
    Path home;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private volatile int status = 503;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), configuration());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void take(HttpExchange exchange) throws IOException {
        heads.add(exchange.getRequestHeaders().getFirst("Idempotency-Key") + " "
                + exchange.getRequestHeaders().getFirst("X-Formulary-Signature"));
        bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private String configuration() {
        return """
            discover: false
            alerts:
              retry: { attempts: 100, first: 500ms, most: 1s }
              channels:
                - { name: hook, kind: webhook, url: "http://127.0.0.1:%d/%s", secret: %s }
            """.formatted(server.getAddress().getPort(), SECRET, SECRET);
    }

    @Test
    void anAlertIsToldOverAFailureAndAKill() throws Exception {
        try (var killed = GatewayProcess.start(home)) {
            var test = killed.change("/admin/alerts/channels/hook/test", "{}");
            assertThat(test.statusCode()).isEqualTo(409);
            assertThat(test.body()).contains("not_delivered", " answered 503");

            Files.writeString(home.resolve("conf/formulary.yaml"), configuration() + "servr: {}\n");
            await().atMost(SOON).until(() -> bodies.stream().anyMatch(each -> each.contains("configuration-refused")));
            Files.writeString(home.resolve("conf/formulary.yaml"), configuration());
            assertThat(killed.change("/admin/alerts/acknowledge", "{\"code\":\"configuration-refused\",\"by\":\"Ann\"}")
                    .statusCode()).isEqualTo(200);
            assertThat(killed.change("/admin/alerts/silence", "{\"code\":\"host-*\",\"for\":\"2h\",\"by\":\"Ann\"}")
                    .statusCode()).isEqualTo(200);
            killed.kill();
        }
        String event = bodies.stream().filter(each -> each.contains("configuration-refused")).findFirst().orElseThrow();
        bodies.clear();
        status = 200;
        try (var next = GatewayProcess.start(home)) {
            assertThat(next.manage("/admin/alerts").body()).as("still open").contains("configuration-refused",
                    "Ann by the admin API");
            assertThat(GatewayProcess.run(home, Map.of(), "alerts", "silences").output()).contains("codes:host-*",
                    "by=Ann by the admin API");
            await().atMost(SOON).until(() -> bodies.contains(event));
            assertThat(heads).last().asString().matches("alert_[0-9a-f]{32} t=\\d+,v1=[0-9a-f]{64}");
            assertThat(event).contains(heads.getLast().split(" ", 2)[0]);

            var test = GatewayProcess.run(home, Map.of(), "alerts", "test", "hook");
            assertThat(test.output()).startsWith("http: 200 from 127.0.0.1:");
            assertThat(test.exitCode()).isZero();
            await().atMost(SOON).until(() -> next.manage("/admin/alerts/channels").body().contains("\"waiting\":0"));
            assertThat(next.manage("/admin/alerts/deliveries").body()).contains(
                    "\"state\":\"delivered\",\"about\":\"configuration-refused engine\"");
            assertThat(next.manage("/metrics").body()).contains(
                    "formulary_alert_deliveries_total{channel=\"hook\",result=\"delivered\"}");
            assertThat(next.output() + Files.readString(home.resolve("logs/formulary.log"))
                    + next.manage("/admin/alerts/channels").body() + next.manage("/admin/alerts/deliveries").body())
                    .doesNotContain(SECRET);
        }
    }
}
