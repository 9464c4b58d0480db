package dev.formulary.engine.route;

import dev.formulary.engine.admission.Grant;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.ReplyHead;
import dev.formulary.engine.dialect.ResponseSettings;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.spi.ChatRequest;
import org.jspecify.annotations.Nullable;

/// A call that was understood.
///
/// @param nanos the reading of [System#nanoTime] when it came
/// @param grant what it has taken from the limits of its caller
/// @param recalled what is remembered of its conversation, which stands in the inquiry; null when nothing is kept of that
/// @param trace where its way is told
record Received(Call call, Context context, Inquiry inquiry, ChatDialect dialect, Arrival arrival, long nanos,
        Grant grant, Recollection.@Nullable Recalled recalled, CallTrace trace) {

    /// The call with what it has taken.
    Received with(Grant taken) {
        return new Received(call, context, inquiry, dialect, arrival, nanos, taken, recalled, trace);
    }

    /// The same call, whose answer another waits for.
    Received with(Arrival.Presence other) {
        return new Received(call, context, inquiry, dialect, arrival.with(other), nanos, grant, recalled, trace);
    }

    /// The same call with other settings of its answer.
    Received with(ResponseSettings settings) {
        return new Received(call, context, inquiry.with(settings), dialect, arrival, nanos, grant, recalled, trace);
    }

    /// The same call with another question of the same kind.
    Received asking(ChatRequest other) {
        return new Received(call, context, inquiry.asking(other), dialect, arrival, nanos, grant, recalled, trace);
    }

    ReplyHead head(String model) {
        return new ReplyHead(call.id(), model, call.received(), inquiry.settings(),
                dialect.tellsThoughts(inquiry.request()));
    }
}
