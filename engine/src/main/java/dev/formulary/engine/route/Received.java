package dev.formulary.engine.route;

import dev.formulary.engine.admission.Grant;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.ReplyHead;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;

/// A call that was understood.
///
/// @param nanos the reading of [System#nanoTime] when it came
/// @param grant what it has taken from the limits of its caller
record Received(Call call, Context context, Inquiry inquiry, ChatDialect dialect, Arrival arrival, long nanos,
        Grant grant) {

    /// The call with what it has taken.
    Received with(Grant taken) {
        return new Received(call, context, inquiry, dialect, arrival, nanos, taken);
    }

    /// The same call, whose answer another waits for.
    Received with(Arrival.Presence other) {
        return new Received(call, context, inquiry, dialect, arrival.with(other), nanos, grant);
    }

    ReplyHead head(String model) {
        return new ReplyHead(call.id(), model, call.received());
    }
}
