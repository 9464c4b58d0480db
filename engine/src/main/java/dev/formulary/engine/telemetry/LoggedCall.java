package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Call;
import org.slf4j.MDC;

/// A call whose id stands in what its own thread logs meanwhile ([LogKeys]).
class LoggedCall implements CallTrace {
    @Override
    public void received(Call call) {
        MDC.put(LogKeys.DECISION, call.id());
    }

    @Override
    public void leave() {
        MDC.remove(LogKeys.DECISION);
    }
}
