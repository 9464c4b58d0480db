package dev.formulary.gemini;

import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.ServerEvents;
import org.jspecify.annotations.Nullable;

/// The pieces of a streamed body, each one JSON object. Read by one thread.
interface Frames {
    /// The most bytes of one piece.
    int LONGEST = 16 * 1024 * 1024;

    /// Waits for the next piece.
    ///
    /// @return null at the end of the body
    byte @Nullable [] next() throws ProviderException, InterruptedException;

    /// Finds out by its first character in which form a body comes: proxies that lose `alt=sse` on the way give an array of
    /// JSON objects that grows, and some answer with one object.
    static Frames of(Response response) {
        return new Frames() {
            private @Nullable Frames form;

            @Override
            public byte @Nullable [] next() throws ProviderException, InterruptedException {
                Frames known = form == null ? begin(response) : form;
                form = known;
                return known.next();
            }
        };
    }

    private static Frames begin(Response response) throws ProviderException, InterruptedException {
        for (byte[] piece = response.read(); piece != null; piece = response.read()) {
            for (byte each : piece) {
                if (each > ' ') {
                    return each == '[' || each == '{'
                            ? new JsonFrames(response, piece)
                            : data(new ServerEvents(response, piece, LONGEST));
                }
            }
        }
        return () -> null;
    }

    /// The data of events that have some. OpenAI's format ends with `[DONE]`; the vendor sends none, but proxies may.
    private static Frames data(ServerEvents events) {
        return () -> {
            ServerEvents.Event event = events.next();
            while (event != null && (event.data().length == 0 || event.isText("[DONE]"))) {
                event = events.next();
            }
            return event == null ? null : event.data();
        };
    }
}
