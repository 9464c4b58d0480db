package dev.formulary.engine.provider;

import dev.formulary.engine.transport.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Does one thing to many, all at once, and waits for all.
final class InParallel {
    /// Work that ends by itself within a limited time.
    @FunctionalInterface
    interface Work<T, R> {
        R on(T one) throws InterruptedException;
    }

    private InParallel() {}

    /// @return the results in the order of the arguments
    static <T, R> List<R> each(Collection<T> all, Work<T, R> work) throws InterruptedException {
        if (all.isEmpty()) {
            return List.of();
        }
        var results = new ArrayList<R>(all.size());
        try (ExecutorService threads = Threads.perTask("plugins")) {
            List<Callable<R>> tasks = all.stream().<Callable<R>>map(one -> () -> work.on(one)).toList();
            for (Future<R> result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("looking after plug-ins failed", e.getCause());
        }
        return results;
    }
}
