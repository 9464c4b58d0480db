package dev.formulary.engine.transport;

import java.util.function.BiConsumer;

/// An attempt that belongs to a trace, of which whoever is asked is told.
@FunctionalInterface
public interface TraceBearer {
    /// Tells the headers that a request bears then; none where there is no trace. Called on the attempt's own thread.
    void bear(BiConsumer<String, String> header);
}
