package dev.formulary.engine.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// Shows how the ledger fares.
final class LedgerMeters {
    private final MeterRegistry registry;
    private final Supplier<LedgerState> state;

    LedgerMeters(MeterRegistry registry, Supplier<LedgerState> state) {
        this.registry = registry;
        this.state = state;
        counter(Names.LEDGER_BOOKED, "Attempts that were booked", LedgerState::booked);
        counter(Names.LEDGER_UNSETTLED, "Attempts booked with the most that they may have cost",
                LedgerState::unsettled);
        counter(Names.LEDGER_LOST, "Attempts that could not be booked", LedgerState::lost);
        gauge(Names.LEDGER_JOURNAL, "Share of the room for what waits to be booked", LedgerState::journalUsed);
        gauge(Names.LEDGER_FAILING, "1 while nothing can be booked", now -> now.failing() ? 1 : 0);
    }

    private void counter(String name, String about, ToDoubleFunction<LedgerState> value) {
        // a counter holds its source only weakly, but its function as long as it lives
        FunctionCounter.builder(name, registry, _ -> value.applyAsDouble(state.get())).description(about)
                .register(registry);
    }

    private void gauge(String name, String about, ToDoubleFunction<LedgerState> value) {
        Gauge.builder(name, () -> value.applyAsDouble(state.get())).description(about).register(registry);
    }
}
