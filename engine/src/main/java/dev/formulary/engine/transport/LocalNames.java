package dev.formulary.engine.transport;

import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import io.vertx.core.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Finds names that end in `.local`: they are told from machine to machine (RFC 6762), the system asks for them, and no name
/// server knows them. Thread-safe.
///
/// @param system asks the system, and blocks
record LocalNames(Lookup system) {
    /// As the system does it.
    static final LocalNames OF_SYSTEM = new LocalNames(InetAddress::getByName);

    /// Finds the address of a name.
    @FunctionalInterface
    interface Lookup {
        InetAddress find(String host) throws UnknownHostException;
    }

    static boolean isOne(String host) {
        return host.toLowerCase(Locale.ROOT).endsWith(".local");
    }

    /// @param loop whose workers ask
    /// @return the address in digits
    String address(String host, Duration atMost, Context loop) throws ProviderException, InterruptedException {
        try {
            return loop.executeBlocking(() -> system.find(host).getHostAddress(), false).toCompletionStage()
                    .toCompletableFuture().get(Math.max(1, atMost.toNanos()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new ProviderException(FailureCategory.CONNECT, "no connection to '" + host + "' in time");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new ProviderException(FailureCategory.CONNECT, "no connection to '" + host + "' ("
                    + NoConnection.words(cause) + ")", 0, null, cause);
        }
    }
}
