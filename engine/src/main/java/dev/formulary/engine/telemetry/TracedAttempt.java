package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.FailureClass;
import dev.formulary.spi.Usage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// The span of one attempt. Thread-safe.
final class TracedAttempt implements AttemptTrace {
    private static final double NANOS = 1e9;

    private final Context context;
    private final Span span;
    private final String model;
    private final Moment begun;
    private final boolean streamed;
    private final boolean propagate;
    private final AtomicBoolean over = new AtomicBoolean();

    /// @param context that of its span
    /// @param begun when the call came
    TracedAttempt(Context context, String model, Moment begun, boolean streamed, boolean propagate) {
        this.context = context;
        this.span = Span.fromContext(context);
        this.model = model;
        this.begun = begun;
        this.streamed = streamed;
        this.propagate = propagate;
        if (streamed) {
            span.setAttribute(SpanNames.STREAM, true);
        }
    }

    @Override
    public void propagate(BiConsumer<String, String> header) {
        if (propagate) {
            PassedOn.tell(context, header);
        }
    }

    @Override
    public void ended(@Nullable FailureClass failure, Usage usage, long costMicros, long firstNanos) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        if (streamed && firstNanos >= 0) {
            span.setAttribute(SpanNames.FIRST_CHUNK, firstNanos / NANOS);
        }
        if (failure == null || usage.totalTokens() > 0) {
            tell(span, usage, costMicros);
        }
        if (failure == null) {
            span.setAttribute(SpanNames.RESPONSE_MODEL, model);
        } else {
            span.setAttribute(SpanNames.ERROR_TYPE, failure.name().toLowerCase(Locale.ROOT));
        }
        if (failure != null && failure != FailureClass.CANCELLED) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end(begun.at(System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    /// What an answer took.
    static void tell(Span span, Usage usage, long costMicros) {
        span.setAttribute(SpanNames.INPUT_TOKENS, usage.promptTokens());
        span.setAttribute(SpanNames.OUTPUT_TOKENS, usage.completionTokens());
        tell(span, SpanNames.CACHED_TOKENS, usage.cachedTokens());
        tell(span, SpanNames.CACHE_WRITE_TOKENS, usage.cacheWriteTokens());
        tell(span, SpanNames.THINKING_TOKENS, usage.thinkingTokens());
        if (costMicros >= 0) {
            span.setAttribute(SpanNames.COST, costMicros);
        }
    }

    private static void tell(Span span, AttributeKey<Long> name, long tokens) {
        if (tokens > 0) {
            span.setAttribute(name, tokens);
        }
    }
}
