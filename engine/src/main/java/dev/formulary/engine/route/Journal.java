package dev.formulary.engine.route;

import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.telemetry.CallTrace;
import dev.formulary.spi.Usage;

/// Hears what becomes of calls. Called on the call's own thread; must be quick and must not throw.
public interface Journal {

    /// A call has come.
    ///
    /// @return where its way is told
    default CallTrace arrived(Dialect dialect, Arrival arrival) {
        return CallTrace.NONE;
    }

    /// A call was decided.
    ///
    /// @param nanos how long that took
    void decided(Question question, Decision decision, long nanos);

    /// A call gets an answer that was kept. Told before it has ended.
    ///
    /// @param model `provider/model` that had given it
    /// @param usage what it had then
    default void cached(Call call, String model, Usage usage) {
        // of interest to who counts money
    }

    /// A call has ended. Told exactly once for each that was decided to be answered or denied.
    ///
    /// @param cache `hit`, `miss` or `bypass`
    void completed(Call call, Outcome outcome, String cache);
}
