package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two vendors over real connections, of which the better one fails in every way that a server can: nobody notices, and nothing
/// is left behind: no connection, no thread, no call, no place, no money held back, no session but those that were begun.
class FaultsIT {
    private static final String PATH = "/v1/chat/completions";
    private static final int CALLERS = 8;
    private static final int CALLS_EACH = 30;
    private static final int SESSIONS = 20;

    @TempDir
    Path home;
    private VendorServer shaky;
    private VendorServer sound;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws Exception {
        shaky = VendorServer.openai();
        sound = VendorServer.openai();
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            cache: { enabled: false }
            policy: { paid: true }
            providers:
              - id: shaky
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 9, input-price: 1.00, output-price: 1.00 }]
              - id: sound
                kind: openai
                base-url: %s
                models: [{ id: gpt-test, quality: 3, input-price: 1.00, output-price: 1.00 }]
            # so that it is asked again and again
            breaker: { window: 1000, minimum-calls: 1000 }
            budgets:
              - { id: all, scope: total, limit: 500.00, period: month }
            """.formatted(shaky.baseUrl(), sound.baseUrl()));
        gateway = GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        gateway.close();
        shaky.close();
        sound.close();
    }

    private static VendorReply fault(Random random) {
        return switch (random.nextInt(5)) {
            case 1 -> VendorReply.serverError();
            case 2 -> VendorReply.slam();
            case 3 -> VendorReply.json(200, "{\"choices\":");
            case 0 -> VendorReply.json(401, "{\"error\":{\"message\":\"who are you\"}}");
            default -> VendorReply.text(502, "<html>bad gateway</html>");
        };
    }

    @Test
    void nobodyNoticesAndNothingIsLeftBehind() throws Exception {
        callAll(0);
        long sockets = sockets();
        double threads = metric("jvm_threads_live_threads");
        int connections = shaky.connections() + sound.connections();

        var random = new Random(5);
        for (int round = 1; round <= 2; round++) {
            for (int i = 0; i < CALLERS * CALLS_EACH / 2; i++) {
                shaky.next(PATH, fault(random));
            }
            callAll(round);
        }

        assertThat(shaky.requests(PATH)).as("faults that were met").hasSizeGreaterThan(100);
        assertThat(shaky.connections() + sound.connections()).as("new connections, as broken ones are given up")
                .isGreaterThan(connections);
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(sockets()).as("sockets").isLessThanOrEqualTo(sockets + CALLERS);
            assertThat(metric("jvm_threads_live_threads")).as("threads").isLessThanOrEqualTo(threads + CALLERS);
            assertThat(metric("formulary_inflight")).isZero();
        });
        assertThat(metric("formulary_switch_seconds_count")).as("switches that were measured").isGreaterThan(50);
        for (JsonNode lane : GatewayProcess.json(gateway.manage("/admin/queue"))) {
            assertThat(lane.path("in_flight").asInt(-1)).isZero();
            assertThat(lane.path("waiting").asInt(-1)).isZero();
        }
        assertThat(GatewayProcess.json(gateway.manage("/admin/budgets")).findPath("reserved").asLong(-1)).isZero();
        assertThat(GatewayProcess.json(gateway.manage("/admin/sessions")).path("count").asInt()).isEqualTo(SESSIONS);
    }

    private void callAll(int round) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> done = new ArrayList<>();
            for (int caller = 0; caller < CALLERS; caller++) {
                var random = new Random(round * 100 + caller);
                done.add(callers.submit(() -> {
                    for (int i = 0; i < CALLS_EACH; i++) {
                        call(random.nextBoolean(), "s" + random.nextInt(SESSIONS));
                    }
                    return null;
                }));
            }
            for (Future<?> each : done) {
                each.get();
            }
        }
    }

    private void call(boolean stream, String session) throws IOException, InterruptedException {
        HttpResponse<String> answer = gateway.post(PATH,
                "{\"model\":\"shaky/gpt-test\",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}",
                "X-Formulary-Session", session, "X-Formulary-Substitute", "allow");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        if (stream) {
            assertThat(answer.body()).contains("data: [DONE]").doesNotContain("\"error\"");
        } else {
            assertThat(answer.body()).contains("Hello from the vendor.", "\"finish_reason\":\"stop\"");
        }
    }

    private long sockets() throws IOException {
        String pid = Files.readAllLines(home.resolve("data/node.properties")).stream()
                .filter(line -> line.startsWith("pid=")).findFirst().orElseThrow().substring(4);
        long sockets = 0;
        try (var open = Files.newDirectoryStream(Path.of("/proc", pid, "fd"))) {
            for (Path each : open) {
                if (Files.isSymbolicLink(each) && name(each).startsWith("socket:")) {
                    sockets++;
                }
            }
        }
        return sockets;
    }

    /// Empty when it was closed meanwhile.
    private static String name(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private double metric(String name) throws IOException, InterruptedException {
        Matcher line = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$")
                .matcher(gateway.manage("/metrics").body());
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }
}
