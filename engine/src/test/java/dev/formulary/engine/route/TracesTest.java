package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.STREAMED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.Collector;
import dev.formulary.engine.Collector.Told;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.OtlpTracing;
import dev.formulary.engine.telemetry.SpanMeters;
import dev.formulary.engine.telemetry.TraceTarget;
import dev.formulary.engine.transport.TraceBearer;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/// What a collector is told of calls.
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String MARK = "Lord Voldemort";

    @TempDir
    private Path folder;
    private final Metrics metrics = new Metrics();
    private final SpanMeters meters = metrics.spans();
    private Collector collector;
    private OtlpTracing tracing;
    private Desk desk;

    @BeforeEach
    void begin() throws Exception {
        collector = new Collector();
        desk = new Desk(folder, null);
        trace(1, 4_096);
    }

    private void trace(double ratio, int queue) {
        tracing = OtlpTracing
                .to(new TraceTarget(collector.url(), Map.of("X-Team", "blue"), ratio, queue, true, "node-1",
                        "0.1.0"), meters, Executors.newVirtualThreadPerTaskExecutor());
        desk.tracing = tracing;
    }

    @AfterEach
    void everySpanHasEnded() {
        desk.assertSettled();
        tracing.close();
        assertThat(tracing.open()).isZero();
        assertThat(collector.spans()).extracting(Told::id).doesNotHaveDuplicates();
        assertThat(collector.spans()).allSatisfy(each -> assertThat(each.ended()).isGreaterThanOrEqualTo(each.begun()));
        collector.close();
        metrics.close();
    }

    private List<Told> spans() {
        tracing.close();
        return collector.spans();
    }

    private Told span(Predicate<Told> which) {
        List<Told> found = spans().stream().filter(which).toList();
        assertThat(found).hasSize(1);
        return found.getFirst();
    }

    private Told named(String name) {
        return span(each -> each.name().equals(name));
    }

    private Told root() {
        return span(each -> each.kind() == SpanKind.SPAN_KIND_SERVER);
    }

    @Test
    void aCallIsASpanWithOneForEachStageAndOneForEachAttempt() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.CONNECT);
        desk.dispatching.provider("b").answers("Hello");

        desk.whole(HELLO);

        Told root = root();
        assertThat(root.name()).isEqualTo("chat");
        assertThat(root.parent()).isEmpty();
        assertThat(root.attributes()).containsEntry("gen_ai.operation.name", "chat")
                .containsEntry("gen_ai.request.model", "auto").containsEntry("gen_ai.response.model", "b/m")
                .containsEntry("gen_ai.usage.input_tokens", 10L).containsEntry("gen_ai.usage.output_tokens", 20L)
                .containsEntry("formulary.decision", desk.calls.element().id()).containsEntry("formulary.attempts", 2L)
                .containsEntry("formulary.dialect", "openai_chat").containsEntry("formulary.result", "answered")
                .containsEntry("formulary.cost.micros", 30L).doesNotContainKey("error.type");
        assertThat(root.failed()).isFalse();
        List<Told> stages = spans().stream().filter(each -> each.parent().equals(root.id())).toList();
        assertThat(stages).extracting(Told::name).containsExactly("receive", "context", "admission", "decision",
                "prepare", "cache", "dispatch", "answer");
        for (int i = 1; i < stages.size(); i++) {
            assertThat(stages.get(i).begun()).isEqualTo(stages.get(i - 1).ended());
        }
        List<Told> attempts = spans().stream().filter(each -> each.kind() == SpanKind.SPAN_KIND_CLIENT).toList();
        assertThat(attempts).extracting(Told::name).containsExactly("chat m", "chat m");
        assertThat(attempts).extracting(Told::parent).containsOnly(named("dispatch").id());
        assertThat(attempts.getFirst().attributes()).containsEntry("gen_ai.provider.name", "a")
                .containsEntry("error.type", "connect").doesNotContainKey("gen_ai.response.model");
        assertThat(attempts.getFirst().failed()).isTrue();
        assertThat(attempts.getLast().attributes()).containsEntry("gen_ai.provider.name", "b")
                .containsEntry("gen_ai.request.model", "m").containsEntry("gen_ai.response.model", "m")
                .containsEntry("gen_ai.usage.output_tokens", 20L).doesNotContainKey("error.type");
        assertThat(spans()).extracting(Told::trace).containsOnly(root.trace());
        assertThat(desk.calls.element().trace()).isEqualTo(root.trace());
        assertThat(named("decision").attributes()).containsEntry("formulary.rules", Desk.RULES);
        assertThat(collector.resource()).containsEntry("service.name", "formulary")
                .containsEntry("service.version", "0.1.0").containsEntry("service.instance.id", "node-1");
        assertThat(collector.headers.element()).containsEntry("content-type", "application/x-protobuf")
                .containsEntry("x-team", "blue");
    }

    @Test
    void theAnswerOfAStreamEndsWithIt() throws Exception {
        desk.dispatching.provider("a").streams(text("Hel"), text("lo"), finish(),
                ScriptedProvider.give(new ReplyEvent.Accounting(Usage.of(3, 5))));

        Answer.Streamed answer = desk.streamed(STREAMED);
        assertThat(tracing.open()).as("the call, its answer and the attempt").isEqualTo(3);
        Desk.frames(answer);

        assertThat(named("chat m").attributes()).containsEntry("gen_ai.request.stream", true)
                .containsEntry("gen_ai.usage.output_tokens", 5L).containsKey("gen_ai.response.time_to_first_chunk");
        assertThat(root().attributes()).containsEntry("gen_ai.request.stream", true);
        assertThat(named("answer").ended()).isGreaterThanOrEqualTo(named("chat m").ended());
    }

    @Test
    void whoLeavesAStreamEndsItsSpansWithoutAFault() throws Exception {
        desk.dispatching.provider("a").streams(text("Hel"), text("lo"), finish());

        Answer.Streamed answer = desk.streamed(STREAMED);
        try (Answer.Frames frames = answer.frames()) {
            frames.next();
        }

        assertThat(root().attributes()).containsEntry("error.type", "cancelled")
                .containsEntry("formulary.result", "client_gone");
        assertThat(root().failed()).isFalse();
        assertThat(named("chat m").attributes()).containsEntry("error.type", "cancelled");
    }

    @Test
    void aStreamThatBreaksOffIsAFault() throws Exception {
        desk.dispatching.provider("a").streams(text("Hel"), failure(FailureCategory.CUT));

        Desk.frames(desk.streamed(STREAMED));

        assertThat(root().failed()).isTrue();
        assertThat(root().attributes()).containsEntry("error.type", "cut").containsEntry("formulary.result", "cut");
        assertThat(named("answer").failed()).isTrue();
    }

    @Test
    void whenNobodyAnswersTheStageOfAskingHasFailed() throws Exception {
        desk.dispatching.provider("a").fails(FailureCategory.AUTH);
        desk.dispatching.provider("b").fails(FailureCategory.SERVER).fails(FailureCategory.SERVER);

        assertThat(desk.whole(HELLO).status()).isEqualTo(503);

        assertThat(root().failed()).isTrue();
        assertThat(root().attributes()).containsEntry("formulary.result", "failed").containsKey("error.type");
        assertThat(named("dispatch").failed()).isTrue();
        assertThat(spans()).extracting(Told::name).doesNotContain("answer");
    }

    @Test
    void whatIsTurnedAwayEndsInItsStage() throws Exception {
        desk.policy = Desk.denying("model_forbidden");
        desk.whole(HELLO);
        assertThat(root().attributes()).containsEntry("error.type", "model_forbidden")
                .containsEntry("formulary.result", "denied");
        assertThat(named("decision").attributes()).containsEntry("formulary.result", "model_forbidden");
        assertThat(root().failed()).isFalse();
    }

    @Test
    void aBodyThatNobodyUnderstandsIsAnErrorOfReceiving() throws Exception {
        assertThat(desk.whole("{\"model\":").status()).isEqualTo(400);

        assertThat(spans()).extracting(Told::name).containsExactlyInAnyOrder("chat", "receive");
        assertThat(named("receive").failed()).isTrue();
        assertThat(root().attributes()).containsKey("error.type").doesNotContainKey("formulary.decision");
    }

    @Test
    void aCallGoesOnWithTheTraceOfWhoeverSentIt() throws Exception {
        ScriptedProvider provider = desk.dispatching.provider("a").answers("Hello");
        desk.requestHeaders.put("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        desk.requestHeaders.put("tracestate", "vendor=1");

        desk.whole(HELLO);

        assertThat(root().trace()).isEqualTo(TRACE);
        assertThat(root().parent()).isEqualTo("00f067aa0ba902b7");
        assertThat(outward(provider)).containsEntry("traceparent", "00-" + TRACE + "-" + named("chat m").id() + "-01")
                .containsEntry("tracestate", "vendor=1");
    }

    @Test
    void oneThatIsNotSampledIsNotTracedButGoesOn() throws Exception {
        ScriptedProvider provider = desk.dispatching.provider("a").answers("Hello");
        desk.requestHeaders.put("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-00");

        desk.whole(HELLO);

        assertThat(spans()).isEmpty();
        assertThat(outward(provider).get("traceparent")).startsWith("00-" + TRACE + "-").endsWith("-00");
        assertThat(desk.calls.element().trace()).isEqualTo(TRACE);
    }

    @Test
    void ofCallsWithoutATraceAShareIsTraced() throws Exception {
        tracing.close();
        trace(0.25, 4_096);
        desk.dispatching.provider("a").answers("Hello");
        for (int i = 0; i < 400; i++) {
            desk.whole(HELLO);
        }

        // 100 are to be expected; beyond these bounds it is one time in a million
        assertThat(spans().stream().filter(each -> each.kind() == SpanKind.SPAN_KIND_SERVER).count()).isBetween(58L,
                142L);
    }

    @Test
    void withoutTracesNobodyIsToldAnything() throws Exception {
        tracing.close();
        desk.tracing = dev.formulary.engine.telemetry.Tracing.OFF;
        ScriptedProvider provider = desk.dispatching.provider("a").answers("Hello");
        desk.requestHeaders.put("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");

        desk.whole(HELLO);

        assertThat(outward(provider)).isEmpty();
        assertThat(collector.spans()).isEmpty();
    }

    private static Map<String, String> outward(ScriptedProvider provider) {
        Map<String, String> headers = new HashMap<>();
        Attempt attempt = provider.attempts.element();
        ((TraceBearer) attempt).bear(headers::put);
        return headers;
    }

    @Test
    void noSpanHoldsWhatIsSaidNorNames() throws Exception {
        desk.dispatching.provider("a").answers("It is " + MARK).streams(text(MARK), failure(FailureCategory.CUT));
        desk.dispatching.provider("b").fails(FailureCategory.INVALID_REQUEST);
        desk.requestHeaders.put("x-formulary-session", MARK);
        desk.requestHeaders.put("traceparent", MARK);
        String body = "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"" + MARK + "\"}],\"user\":\""
                + MARK
                + "\",\"stream\":%s}";

        desk.enter(body.formatted("auto", false));
        Desk.frames(desk.streamed(body.formatted("auto", true)));
        desk.enter(body.formatted(MARK, false));
        desk.enter(body.formatted("auto", false) + MARK);

        assertThat(spans()).hasSizeGreaterThan(20);
        assertThat(collector.bodies).allSatisfy(each -> assertThat(new String(each, StandardCharsets.UTF_8))
                .doesNotContain(MARK, "Voldemort"));
        assertThat(spans().stream().map(each -> each.attributes().get("gen_ai.conversation.id"))
                .filter(java.util.Objects::nonNull).map(String::valueOf).collect(Collectors.toSet()))
                .hasSize(1).allMatch(each -> each.matches("[0-9a-f]{16}"));
        assertThat(spans()).extracting(each -> each.attributes().get("gen_ai.request.model")).contains("_OTHER");
    }

    @Test
    void aCollectorThatDoesNotAnswerHoldsUpNobody() throws Exception {
        tracing.close();
        trace(1, 16);
        collector.open = new CountDownLatch(1);
        desk.dispatching.provider("a").answers("Hello");
        for (int i = 0; i < 200; i++) {
            assertThat(desk.whole(HELLO).status()).isEqualTo(200);
        }
        assertThat(meters.count("dropped")).isPositive();
        collector.open.countDown();
        tracing.close();

        long all = 200 * 10;
        assertThat(meters.count("dropped") + meters.count("delivered") + meters.count("failed")).isEqualTo(all);
        assertThat(collector.spans()).hasSize((int) meters.count("delivered"));
        assertThat(metrics.scrape()).contains("formulary_traces_spans_total{result=\"dropped\"}",
                "formulary_traces_waiting 0.0");
    }

    @Test
    void whatTheCollectorRefusesIsCounted() throws Exception {
        collector.status = 400;
        desk.dispatching.provider("a").answers("Hello");

        desk.whole(HELLO);
        tracing.close();

        assertThat(meters.count("failed")).isEqualTo(10);
        assertThat(meters.count("delivered")).isZero();
    }

    @Test
    void whateverBecomesOfCallsEachHasOneSpanAndSoHasEachAttempt() throws Exception {
        var random = new Random(7);
        ScriptedProvider a = desk.dispatching.provider("a");
        ScriptedProvider b = desk.dispatching.provider("b");
        for (int i = 0; i < 150; i++) {
            switch (random.nextInt(5)) {
                case 0 -> a.fails(FailureCategory.SERVER);
                case 1 -> a.streams(text("Hel"), failure(FailureCategory.CUT));
                case 2 -> a.fails(FailureCategory.INVALID_REQUEST);
                default -> a.answers("Hello");
            }
            b.answers("Hello");
            if (random.nextBoolean()) {
                desk.enter(HELLO);
            } else if (desk.enter(STREAMED) instanceof Answer.Streamed answer) {
                try (Answer.Frames frames = answer.frames()) {
                    for (int left = random.nextInt(4); left > 0; left--) {
                        frames.next();
                    }
                }
            }
        }

        List<Told> spans = spans();
        assertThat(spans.stream().filter(each -> each.kind() == SpanKind.SPAN_KIND_SERVER)).hasSize(150);
        long asked = desk.dispatching.heard.stream().filter(each -> each.startsWith("begun ")).count();
        assertThat(spans.stream().filter(each -> each.kind() == SpanKind.SPAN_KIND_CLIENT)).hasSize((int) asked);
        Map<String, Told> byId = spans.stream().collect(Collectors.toMap(Told::id, each -> each));
        assertThat(spans).allMatch(each -> each.parent().isEmpty() || byId.containsKey(each.parent()));
    }

    @Test
    void theThreadsLogBearsTheCallOnlyMeanwhile() throws Exception {
        Map<String, String> meanwhile = new HashMap<>();
        desk.dispatching.provider("a").then((_, _) -> {
            meanwhile.putAll(MDC.getCopyOfContextMap());
            throw new dev.formulary.spi.ProviderException(FailureCategory.INVALID_REQUEST, "no");
        });

        desk.whole(HELLO);

        assertThat(meanwhile).containsEntry("decision", desk.calls.element().id())
                .containsEntry("trace_id", root().trace()).containsEntry("span_id", root().id());
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }
}
