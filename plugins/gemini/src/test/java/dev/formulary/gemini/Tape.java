package dev.formulary.gemini;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Plays one answer to whoever asks, torn where a test wants, and remembers what was asked. Without a network, so that a test
/// can ask a million times.
final class Tape implements HttpTransport {
    final List<Request> asked = new ArrayList<>();
    private final int status;
    private final byte[] body;
    private final int[] cuts;

    /// @param cuts at which bytes the body is torn, in order
    Tape(int status, byte[] body, int... cuts) {
        this.status = status;
        this.body = body;
        this.cuts = cuts;
    }

    /// An answer in pieces of one byte.
    static Tape crumbs(byte[] body) {
        int[] cuts = new int[body.length];
        Arrays.setAll(cuts, i -> i);
        return new Tape(200, body, cuts);
    }

    /// What was asked last, as text.
    String last() {
        byte[] sent = asked.getLast().body();
        return sent == null ? "" : new String(sent, StandardCharsets.UTF_8);
    }

    /// Plays the tape; a picture has a tape of its own.
    @Override
    public Response send(Request request, Attempt attempt) {
        if (request.uri().getPath().endsWith(".png")) {
            return new Tape(200, "cat".getBytes(StandardCharsets.UTF_8)).play("image/png");
        }
        asked.add(request);
        return play("application/json");
    }

    private Response play(String contentType) {
        return new Response() {
            private int at;
            private int next;

            @Override
            public int status() {
                return status;
            }

            @Override
            public Optional<String> header(String name) {
                return name.equals("content-type") ? Optional.of(contentType) : Optional.empty();
            }

            @Override
            public byte @Nullable [] read() {
                while (next < cuts.length && cuts[next] <= at) {
                    next++;
                }
                int end = next < cuts.length ? Math.min(cuts[next], body.length) : body.length;
                int from = at;
                at = end;
                return from == body.length ? null : Arrays.copyOfRange(body, from, end);
            }

            @Override
            public byte[] readAll(int limit) throws ProviderException {
                byte[] rest = Arrays.copyOfRange(body, at, body.length);
                at = body.length;
                if (rest.length > limit) {
                    throw new ProviderException(FailureCategory.MALFORMED, "the answer is too long");
                }
                return rest;
            }

            @Override
            public void close() {
                // there is nothing to let go of
            }
        };
    }
}
