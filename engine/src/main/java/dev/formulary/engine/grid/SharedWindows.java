package dev.formulary.engine.grid;

import dev.formulary.engine.admission.Window;
import java.util.function.LongSupplier;
import org.infinispan.Cache;

/// Windows that all nodes of a cluster share.
record SharedWindows(Cluster cluster, Cache<String, byte[]> limits,
        Processes processes) implements Window.Shared {

    @Override
    public Window of(String name, Window.Size size, LongSupplier millis, Window.Kept kept) {
        return new SharedWindow(cluster, processes.next(), name, size, millis, kept).begin();
    }

    @Override
    public void forget(String name) {
        var _ = limits.removeAsync(name);
    }
}
