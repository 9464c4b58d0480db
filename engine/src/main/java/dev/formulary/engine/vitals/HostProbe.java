package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Host;

/// Takes one measurement of the machine. Called by one thread at a time.
interface HostProbe {

    /// Measures.
    ///
    /// @throws Exception when nothing can be measured this time
    Host read() throws Exception;

    /// What starts a probe; starting costs time and may fail where the system is not supported.
    @FunctionalInterface
    interface Start {
        HostProbe start() throws Exception;
    }
}
