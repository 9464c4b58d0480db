package dev.formulary.engine.provider;

import dev.formulary.engine.transport.Threads;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// Runs a plug-in's code off the calling thread and no longer than it may take. Whatever it throws becomes a [Refusal],
/// or stays a [ProviderException].
final class PluginCode {
    private static final ThreadFactory THREADS = Threads.virtual("plugin");

    private PluginCode() {}

    /// @param what what is tried, for messages: `create()` of a provider
    /// @param late gets a result that came after the time was over, to let go of it
    static <T> T within(Duration limit, ClassLoader loader, String what, Callable<T> code, Consumer<T> late)
            throws Refusal, ProviderException, InterruptedException {
        var result = new CompletableFuture<T>();
        Thread thread = THREADS.newThread(() -> run(loader, code, result, late));
        thread.start();
        try {
            return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (!result.completeExceptionally(e) && !result.isCompletedExceptionally()) {
                return result.resultNow();
            }
            thread.interrupt();
            throw new Refusal(what + " took longer than " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            result.completeExceptionally(e);
            thread.interrupt();
            throw e;
        } catch (ExecutionException e) {
            throw failure(what, e.getCause() == null ? e : e.getCause());
        }
    }

    private static <T> void run(ClassLoader loader, Callable<T> code, CompletableFuture<T> result, Consumer<T> late) {
        Thread.currentThread().setContextClassLoader(loader);
        try {
            T value = code.call();
            if (!result.complete(value)) {
                late.accept(value);
            }
        } catch (Throwable e) {
            result.completeExceptionally(e);
        }
    }

    private static Refusal failure(String what, Throwable thrown) throws Refusal, ProviderException {
        return switch (thrown) {
            case ProviderException e -> throw e;
            case Refusal e -> throw e;
            default -> new Refusal(what + " failed: " + describe(thrown), thrown);
        };
    }

    /// The innermost cause says most: a class that is missing, a version that does not fit.
    static String describe(Throwable thrown) {
        Throwable innermost = thrown;
        for (int depth = 0; depth < 20 && innermost.getCause() != null; depth++) {
            innermost = innermost.getCause();
        }
        String name = innermost.getClass().getSimpleName();
        return innermost.getMessage() == null ? name : name + ": " + innermost.getMessage();
    }
}
