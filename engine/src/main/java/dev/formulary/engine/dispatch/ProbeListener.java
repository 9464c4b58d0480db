package dev.formulary.engine.dispatch;

import dev.formulary.engine.config.Probe;
import dev.formulary.engine.facts.FailureClass;
import org.jspecify.annotations.Nullable;

/// Hears of probes. Called on the probe's own thread; must be quick.
public interface ProbeListener {
    /// Hears nothing.
    ProbeListener NONE = new ProbeListener() {
        @Override
        public void probed(String asked, Probe.How how, @Nullable FailureClass failure, long costMicros) {
            // of no interest
        }

        @Override
        public void spared(String model, String why) {
            // of no interest
        }
    };

    /// A probe has ended.
    ///
    /// @param asked `provider/model`, or the provider where its list was asked for and no model in particular
    /// @param failure why it failed, or null when it was answered
    /// @param costMicros what it cost, in micro-dollars; 0 for a list
    void probed(String asked, Probe.How how, @Nullable FailureClass failure, long costMicros);

    /// A chat would have been due, and the list is asked for in its place.
    ///
    /// @param model `provider/model`
    void spared(String model, String why);
}
