package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Dialect;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/// Traces calls by OpenTelemetry and delivers the spans by OTLP over HTTP. A call of a trace that is sampled is traced, one of a
/// trace that is not is not, and of all others a share. This class, and with it the library, is loaded only where there are
/// traces. Thread-safe.
public final class OtlpTracing implements Tracing {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final long FAREWELL_SECONDS = 3;
    /// Held, for else its level would be forgotten. What it says by itself would stand beside the log.
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");
    private static final TextMapGetter<Arrival> HEADERS = (carrier, key) -> carrier == null
            ? null
            : carrier.header().get(key);

    private final SdkTracerProvider provider;
    private final Tracer tracer;
    private final SpanQueue queue;
    private final Anonym anonym = new Anonym();
    private final boolean propagate;

    OtlpTracing(TraceTarget target, SpanExporter exporter, SpanMeters meters) {
        propagate = target.propagate();
        queue = new SpanQueue(exporter, target.queue(), meters);
        provider = SdkTracerProvider.builder()
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(target.ratio()))).addSpanProcessor(queue)
                .setResource(Resource.create(Attributes.of(SpanNames.SERVICE, "formulary", SpanNames.SERVICE_VERSION,
                        target.version(), SpanNames.SERVICE_INSTANCE, target.node())))
                .build();
        tracer = provider.get("dev.formulary");
    }

    /// Traces to a collector.
    ///
    /// @param threads runs what delivers; closed with this
    public static OtlpTracing to(TraceTarget target, SpanMeters meters, ExecutorService threads) {
        LIBRARY.setLevel(Level.OFF);
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder().setEndpoint(target.url().toString())
                .setConnectTimeout(CONNECT).setTimeout(LONGEST).setExecutorService(threads);
        target.headers().forEach(exporter::addHeader);
        var tracing = new OtlpTracing(target, exporter.build(), meters);
        threads.execute(tracing.queue);
        return tracing;
    }

    /// Spans that have begun and not ended.
    public long open() {
        return queue.open();
    }

    @Override
    public CallTrace begin(Dialect dialect, Arrival arrival) {
        Context parent = W3CTraceContextPropagator.getInstance().extract(Context.root(), arrival, HEADERS);
        String operation = Operation.named(dialect.vectors());
        var now = Moment.now();
        Span span = tracer.spanBuilder(operation).setParent(parent).setSpanKind(SpanKind.SERVER)
                .setAttribute(SpanNames.OPERATION, operation).setStartTimestamp(now.epoch(), TimeUnit.NANOSECONDS)
                .startSpan();
        Context context = parent.with(span);
        return span.isRecording()
                ? new TracedCall(tracer, context, now, anonym, propagate)
                : new PassedOn(context, propagate);
    }

    @Override
    public void close() {
        provider.shutdown().join(FAREWELL_SECONDS, TimeUnit.SECONDS);
    }
}
