package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left when the process is killed while callers are at it.
class CrashIT {
    private static final int CALLERS = 8;
    /// Micro-dollars of an answer: 10 tokens in and 2 out.
    private static final long COST = 12;
    /// More than is held for one of these calls.
    private static final long HELD = 100;
    private static final String ANSWER = """
        {"id":"1","object":"chat.completion","created":1,"model":"gpt-test","choices":[{"index":0,"message":\
        {"role":"assistant","content":"yes"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}
        """;
    private static final String CALL = """
        {"model":"paid/gpt-test","max_tokens":2,"messages":[{"role":"user","content":"hello"}]}
        """;

    @TempDir
    Path home;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger cutOff = new AtomicInteger();

    @Test
    void moneyIsCountedAndSessionsGoOn() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        try (VendorServer vendor = VendorServer.openai()) {
            vendor.always("/v1/chat/completions", VendorReply.json(200, ANSWER));
            Files.writeString(home.resolve("conf/formulary.yaml"), """
                discover: false
                cache: { enabled: false }
                providers:
                  - id: paid
                    kind: openai
                    base-url: %s
                    models: [{ id: gpt-test, input-price: 1.00, output-price: 1.00 }]
                budgets:
                  - { id: all, scope: total, limit: 5.00, period: month }
                """.formatted(vendor.baseUrl()));
            var random = new Random(7);
            for (int death = 1; death <= 3; death++) {
                try (GatewayProcess gateway = GatewayProcess.start(home)) {
                    assertSpent(gateway);
                    assertBooked(gateway);
                    assertThat(sessionCalls(gateway) > 0).isEqualTo(death > 1);
                    callUntilItDies(gateway, answered.get() + 20 + random.nextInt(200));
                }
            }
            try (GatewayProcess gateway = GatewayProcess.start(home)) {
                assertSpent(gateway);
                assertBooked(gateway);
            }
        }
    }

    /// How many answers the session had; a tenth of a second's may be missing.
    private int sessionCalls(GatewayProcess gateway) throws Exception {
        int calls = new JsonMapper().readTree(gateway.manage("/admin/sessions/story").body()).path("calls").asInt();
        assertThat(calls).isLessThanOrEqualTo(answered.get() + cutOff.get());
        return calls;
    }

    /// What callers have paid for is booked, and nothing but that and what was under way.
    private void assertSpent(GatewayProcess gateway) throws Exception {
        JsonNode budget = new JsonMapper().readTree(gateway.manage("/admin/budgets").body()).findPath("spent");
        assertThat(budget.isNumber()).isTrue();
        assertThat(budget.asLong()).isBetween(answered.get() * COST,
                answered.get() * COST + (cutOff.get() + 1) * HELD);
    }

    /// Each answer that a caller has is in the ledger, once, and what was under way with the most that it may have cost.
    private void assertBooked(GatewayProcess gateway) throws Exception {
        JsonNode total = new JsonMapper().readTree(gateway.manage("/admin/ledger?by=session").body()).path("total");
        assertThat(total.path("answers").asLong()).isBetween((long) answered.get(),
                (long) answered.get() + cutOff.get());
        long unsettled = total.path("unsettled").asLong(-1);
        assertThat(unsettled).isBetween(0L, (long) cutOff.get());
        assertThat(total.path("attempts").asLong()).isEqualTo(total.path("answers").asLong() + unsettled);
        assertThat(total.path("cost_micros").asLong()).isBetween(total.path("answers").asLong() * COST,
                total.path("answers").asLong() * COST + unsettled * HELD);
    }

    private void callUntilItDies(GatewayProcess gateway, int answers) throws InterruptedException, IOException {
        var over = new CountDownLatch(CALLERS);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CALLERS; i++) {
                callers.execute(() -> {
                    try {
                        call(gateway);
                    } catch (IOException e) {
                        cutOff.incrementAndGet();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        over.countDown();
                    }
                });
            }
            // sessions are written every tenth of a second
            await().pollDelay(Duration.ofSeconds(1)).until(() -> answered.get() >= answers);
            gateway.kill();
            over.await();
        }
    }

    private void call(GatewayProcess gateway) throws IOException, InterruptedException {
        while (true) {
            assertThat(gateway.post("/v1/chat/completions", CALL, "X-Formulary-Session", "story").statusCode())
                    .isEqualTo(200);
            answered.incrementAndGet();
        }
    }
}
