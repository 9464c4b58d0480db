package dev.formulary.engine.route;

import static dev.formulary.engine.dispatch.ScriptedProvider.failure;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.hang;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static dev.formulary.engine.route.Desk.HELLO;
import static dev.formulary.engine.route.Desk.RULES;
import static dev.formulary.engine.route.Desk.STREAMED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.Collector;
import dev.formulary.engine.Collector.Told;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dispatch.Dispatching;
import dev.formulary.engine.dispatch.ScriptedProvider;
import dev.formulary.engine.dispatch.VectorProvider;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival.Presence;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Plan;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.telemetry.Metrics;
import dev.formulary.engine.telemetry.OtlpTracing;
import dev.formulary.engine.telemetry.TraceTarget;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The spans of calls that take a longer way: two models at once, one that goes on for another, a line, a thread that does not
/// come back, an answer that was kept.
class TracedCoursesTest {
    @TempDir
    private Path folder;
    private final Metrics metrics = new Metrics();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private Collector collector;
    private OtlpTracing tracing;
    private Desk desk;

    @BeforeEach
    void begin() throws Exception {
        collector = new Collector();
        tracing = OtlpTracing.to(new TraceTarget(collector.url(), Map.of(), 1, 4_096, true, "node", "0"),
                metrics.spans(), Executors.newVirtualThreadPerTaskExecutor());
        open(new Desk(folder, null));
    }

    private void open(Desk other) {
        desk = other;
        desk.tracing = tracing;
    }

    @AfterEach
    void everySpanHasEnded() {
        threads.shutdownNow();
        collector.close();
        metrics.close();
    }

    private List<Told> spans() {
        await().until(() -> tracing.open() == 0);
        tracing.close();
        assertThat(collector.spans()).extracting(Told::id).doesNotHaveDuplicates();
        return collector.spans();
    }

    private static List<Told> attempts(List<Told> spans) {
        return spans.stream().filter(each -> each.kind() == SpanKind.SPAN_KIND_CLIENT).toList();
    }

    private static Told named(String name, List<Told> spans) {
        List<Told> found = spans.stream().filter(each -> each.name().equals(name)).toList();
        assertThat(found).as(name).hasSize(1);
        return found.getFirst();
    }

    private static Gateway.Policy with(Parameter parameter, double value) {
        var plan = new Plan(List.of(Dispatching.model("a"), Dispatching.model("b")),
                Map.of(parameter, new Plan.Limit(value, Double.NaN)), 0);
        return question -> new Decision.Allow(question.call().id(), RULES, plan, List.of(), List.of(), List.of(),
                List.of());
    }

    @Test
    void whoLosesARaceIsCancelledAndHasASpanToo() throws Exception {
        desk.policy = with(Parameter.HEDGE_MS, 1);
        desk.dispatching.provider("a").streams(hang());
        desk.dispatching.provider("b").answers("Hello");

        desk.whole(HELLO);

        List<Told> attempts = attempts(spans());
        assertThat(attempts).hasSize(2);
        assertThat(attempts).filteredOn(each -> "a".equals(each.attributes().get("gen_ai.provider.name")))
                .singleElement().satisfies(each -> {
                    assertThat(each.attributes()).containsEntry("error.type", "cancelled");
                    assertThat(each.failed()).isFalse();
                });
    }

    @Test
    void whoGoesOnWithAnAnswerHasASpanBelowTheSameStage() throws Exception {
        desk.policy = with(Parameter.CONTINUATIONS, 1);
        desk.dispatching.provider("a").streams(text("one tw"), failure(FailureCategory.CUT));
        desk.dispatching.provider("b").streams(text("two "), text("three"), finish(),
                give(new ReplyEvent.Accounting(Usage.of(5, 3))));

        Desk.frames(desk.streamed(STREAMED));

        List<Told> spans = spans();
        assertThat(attempts(spans)).hasSize(2).extracting(Told::parent).containsOnly(named("dispatch", spans).id());
        assertThat(named("chat", spans).attributes()).containsEntry("gen_ai.response.model", "b/m")
                .containsEntry("formulary.result", "answered");
        assertThat(named("answer", spans).ended()).isGreaterThanOrEqualTo(attempts(spans).getLast().ended());
    }

    @Test
    void waitingInLineIsASpan() throws Exception {
        desk.policy = Desk.allowing(0, "a");
        desk.dispatching.parallel.put("a", 1);
        var first = new CountDownLatch(1);
        ScriptedProvider provider = desk.dispatching.provider("a").then((_, _) -> {
            first.await();
            throw new dev.formulary.spi.ProviderException(FailureCategory.INVALID_REQUEST, "no");
        }).answers("Hello");
        Future<Answer> one = threads.submit(() -> desk.enter(HELLO));
        await().until(() -> !provider.attempts.isEmpty());
        Future<Answer> other = threads.submit(() -> desk.enter(HELLO));
        await().until(() -> desk.dispatching.lanes.waiting() == 1);
        first.countDown();
        one.get();
        other.get();

        List<Told> spans = spans();
        Told queue = named("queue", spans);
        assertThat(spans).anySatisfy(each -> {
            assertThat(each.name()).isEqualTo("dispatch");
            assertThat(each.id()).isEqualTo(queue.parent());
        });
        assertThat(queue.ended()).isGreaterThan(queue.begun());
    }

    @Test
    void aThreadThatDoesNotComeBackHoldsUpNoSpan() throws Exception {
        var freed = new CountDownLatch(1);
        var given = new CompletableFuture<Answer.Whole>();
        desk.presence = new Presence() {
            @Override
            public boolean gone() {
                return false;
            }

            @Override
            public void onGone(Runnable action) {
                // never goes
            }

            @Override
            public boolean answer(Answer.Whole instead) {
                return given.complete(instead);
            }
        };
        ScriptedProvider provider = desk.dispatching.provider("a").then((_, _) -> {
            while (freed.getCount() > 0) {
                try {
                    freed.await();
                } catch (InterruptedException e) {
                    // on purpose
                }
            }
            throw new IllegalStateException("too late");
        });
        Future<Answer> own = threads.submit(() -> desk.enter(HELLO));
        await().until(() -> !provider.attempts.isEmpty());
        await().until(() -> {
            desk.dispatching.dispatcher.tick(System.nanoTime() + Duration.ofDays(1).toNanos());
            return given.isDone();
        });

        await().until(() -> tracing.open() == 0);
        freed.countDown();
        own.get();

        List<Told> spans = spans();
        assertThat(attempts(spans)).hasSize(1);
        assertThat(named("chat", spans).attributes()).containsEntry("error.type", "deadline");
        assertThat(named("chat", spans).failed()).isTrue();
    }

    @Test
    void vectorsAreAnOperationOfTheirOwn() throws Exception {
        desk.dialect = Dialects.of("openai-embeddings").orElseThrow();
        desk.dispatching.providers.put("a", new VectorProvider(1, true));

        desk.whole("{\"model\":\"auto\",\"input\":[\"one\",\"two\"]}");

        List<Told> spans = spans();
        assertThat(named("embeddings", spans).kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(named("embeddings m", spans).attributes()).containsEntry("gen_ai.operation.name", "embeddings")
                .doesNotContainKey("gen_ai.request.stream");
    }

    @Test
    void anAnswerThatWasKeptIsAskedOfNobody() throws Exception {
        try (var cache = new ResponseCache(1 << 20, threads)) {
            assertThat(cache.awaitStart()).isTrue();
            open(new Desk(folder, cache));
            desk.policy = Desk.allowing(60, "a");
            desk.dispatching.provider("a").answers("Hello");
            desk.whole(HELLO);
            assertThat(desk.whole(HELLO).headers()).containsEntry("X-Formulary-Cache", "hit");
        }
        List<Told> spans = spans();
        assertThat(spans).anySatisfy(each -> assertThat(each.attributes()).containsEntry("formulary.result", "cached")
                .containsEntry("formulary.cache", "hit").containsEntry("formulary.attempts", 0L)
                .doesNotContainKey("gen_ai.response.model"));
    }
}
