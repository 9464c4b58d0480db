package dev.formulary.engine.provider;

import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Remembers the class loaders of unloaded plug-ins without holding them, to find plug-ins that leave something behind.
/// Thread-safe.
final class LoaderWatch {
    private final Queue<WeakReference<ClassLoader>> retired = new ConcurrentLinkedQueue<>();

    void retired(ClassLoader loader) {
        retired.removeIf(reference -> reference.refersTo(null));
        retired.add(new WeakReference<>(loader));
    }

    /// How many have not been collected. Right after unloading that is no leak yet: a collection must come by first.
    int alive() {
        retired.removeIf(reference -> reference.refersTo(null));
        return retired.size();
    }
}
