package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Candidate;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/// A call of which there is no span, but which goes on with its trace: whoever is asked is told its id, and so is the log.
class PassedOn extends LoggedCall {
    private final Context context;
    private final boolean propagate;

    /// @param propagate whether those that are asked get the trace's id
    PassedOn(Context context, boolean propagate) {
        this.context = context;
        this.propagate = propagate;
        var own = Span.fromContext(context).getSpanContext();
        MDC.put(LogKeys.TRACE, own.getTraceId());
        MDC.put(LogKeys.SPAN, own.getSpanId());
    }

    @Override
    public @Nullable String id() {
        return Span.fromContext(context).getSpanContext().getTraceId();
    }

    @Override
    public AttemptTrace attempt(Candidate candidate, boolean vectors, boolean streamed) {
        return propagate ? new Headers(context) : AttemptTrace.NONE;
    }

    @Override
    public void leave() {
        super.leave();
        MDC.remove(LogKeys.TRACE);
        MDC.remove(LogKeys.SPAN);
    }

    static void tell(Context context, BiConsumer<String, String> header) {
        W3CTraceContextPropagator.getInstance().inject(context, header, (carrier, name, value) -> {
            if (carrier != null) {
                carrier.accept(name, value);
            }
        });
    }

    private record Headers(Context context) implements AttemptTrace {
        @Override
        public void propagate(BiConsumer<String, String> header) {
            tell(context, header);
        }
    }
}
