package dev.formulary.spi;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The gateway's HTTP client for plug-ins. Thread-safe. Calls block the calling virtual thread, never an event loop.
public interface HttpTransport {

    /// Sends a request and waits for the head of the response.
    ///
    /// @param request what to send
    /// @param attempt limits the wait for the head ([Attempt#firstByte]) and for the whole ([Attempt#remaining]); when it is
    ///        cancelled the connection is let go
    /// @return the response with its body still to be read; the caller closes it
    /// @throws ProviderException with [FailureCategory#CONNECT], [FailureCategory#TIMEOUT], [FailureCategory#CUT] or
    ///         [FailureCategory#CANCELLED]; a response with any status is not an exception
    /// @throws InterruptedException when the attempt is cancelled while waiting
    Response send(Request request, Attempt attempt) throws ProviderException, InterruptedException;

    /// @param method for example `POST`
    /// @param headers by name; `Content-Length` and `Host` are added
    /// @param body what to send, or null for nothing
    record Request(String method, URI uri, Map<String, String> headers, byte @Nullable [] body) {}

    /// A response whose body comes piece by piece. Read by one thread.
    interface Response extends AutoCloseable {

        /// HTTP status.
        int status();

        /// The first header of that name, in any case.
        Optional<String> header(String name);

        /// Waits for the next piece of the body, as it came from the network.
        ///
        /// @return some bytes, or null at the end
        /// @throws ProviderException with [FailureCategory#CUT] or [FailureCategory#TIMEOUT]
        /// @throws InterruptedException when the attempt is cancelled while waiting
        byte @Nullable [] read() throws ProviderException, InterruptedException;

        /// Reads the rest of the body.
        ///
        /// @param limit the most bytes that are acceptable
        /// @throws ProviderException as [#read]; [FailureCategory#MALFORMED] when there is more than the limit
        /// @throws InterruptedException when the attempt is cancelled while waiting
        byte[] readAll(int limit) throws ProviderException, InterruptedException;

        /// Gives the connection back, or closes it when the body was not read to its end. Idempotent, does not block.
        @Override
        void close();
    }
}
