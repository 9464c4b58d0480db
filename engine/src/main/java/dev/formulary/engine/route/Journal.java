package dev.formulary.engine.route;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Outcome;
import dev.formulary.engine.facts.Question;

/// Hears what becomes of calls. Called on the call's own thread; must be quick and must not throw.
public interface Journal {

    /// A call was decided.
    ///
    /// @param nanos how long that took
    void decided(Question question, Decision decision, long nanos);

    /// A call has ended. Told exactly once for each that was decided to be answered or denied.
    ///
    /// @param cache `hit`, `miss` or `bypass`
    void completed(Call call, Outcome outcome, String cache);
}
