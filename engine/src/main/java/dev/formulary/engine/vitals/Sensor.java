package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Reading;
import java.time.Duration;
import java.util.List;

/// Measures something of the machine. Used by one thread at a time.
interface Sensor {

    /// What it measures, in a word, for the log.
    String name();

    /// How often it is worth while. One that costs much is read less often.
    Duration every();

    /// Measures. What can't be measured is left out, or is unknown.
    ///
    /// @throws Exception when nothing can be measured this time
    List<Reading> read() throws Exception;

    /// Whether another process does the work, so that the time until it is done is what is known of the cost.
    default boolean delegates() {
        return false;
    }

    /// What finds the sensors; that takes time and may fail where the system is not supported.
    @FunctionalInterface
    interface Start {
        List<Sensor> start() throws Exception;
    }
}
