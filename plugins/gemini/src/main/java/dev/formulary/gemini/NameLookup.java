package dev.formulary.gemini;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Looks the names of servers up within a time. The JDK's own lookup can't be interrupted and holds the thread of the machine
/// on which it runs, so that it must not run on a virtual one. Thread-safe; has a few threads at most, and none when idle.
final class NameLookup {
    private static final int MOST_AT_ONCE = 8;

    private final Semaphore free = new Semaphore(MOST_AT_ONCE);
    private final Resolver resolver;

    /// Finds the addresses of a name.
    interface Resolver {
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    NameLookup() {
        this(InetAddress::getAllByName);
    }

    NameLookup(Resolver resolver) {
        this.resolver = resolver;
    }

    /// @return all addresses of the server; none when the name does not exist
    /// @throws TimeoutException when that was not found out in time
    List<InetAddress> of(String host, Duration patience) throws TimeoutException, InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        if (!free.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException();
        }
        var found = new CompletableFuture<List<InetAddress>>();
        Thread.ofPlatform().daemon().name("name-lookup").start(() -> {
            try {
                found.complete(List.of(resolver.resolve(host)));
            } catch (UnknownHostException e) {
                found.complete(List.of());
            } finally {
                free.release();
                found.completeExceptionally(new IllegalStateException("the lookup failed"));
            }
        });
        try {
            return found.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            return List.of();
        }
    }
}
