package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Inquiry;
import dev.formulary.engine.dialect.ReplyHead;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;

/// A call that was understood.
///
/// @param nanos the reading of [System#nanoTime] when it came
record Received(Call call, Context context, Inquiry inquiry, ChatDialect dialect, Arrival arrival, long nanos) {

    /// The same call, whose answer another waits for.
    Received with(Arrival.Presence other) {
        return new Received(call, context, inquiry, dialect, arrival.with(other), nanos);
    }

    ReplyHead head(String model) {
        return new ReplyHead(call.id(), model, call.received());
    }
}
