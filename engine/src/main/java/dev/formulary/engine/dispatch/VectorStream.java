package dev.formulary.engine.dispatch;

import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Vectors that are here, as an answer that tells its tokens and ends. Read by one thread.
final class VectorStream implements ReplyStream {
    private final List<float[]> vectors;
    private final Deque<ReplyEvent> events = new ArrayDeque<>();

    private VectorStream(Embeddings answer) {
        vectors = answer.vectors();
        answer.ignored().stream().sorted().forEach(name -> events.add(new ReplyEvent.Ignored(name)));
        if (!answer.usage().estimated()) {
            events.add(new ReplyEvent.Accounting(answer.usage()));
        }
        events.add(new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP));
    }

    /// @throws ProviderException when these are no vectors, or not those that were asked for
    static VectorStream of(Embeddings.Request asked, Embeddings answer) throws ProviderException {
        if (answer.vectors().size() != asked.count()) {
            throw malformed("gave " + answer.vectors().size() + " vectors for " + asked.count() + " texts");
        }
        int length = answer.vectors().getFirst().length;
        for (float[] vector : answer.vectors()) {
            if (vector.length == 0 || vector.length != length) {
                throw malformed("gave vectors of different lengths, or empty ones");
            }
            for (float number : vector) {
                if (!Float.isFinite(number)) {
                    throw malformed("gave a vector that holds something else than numbers");
                }
            }
        }
        Integer dimensions = asked.dimensions();
        if (dimensions != null && dimensions != length) {
            throw new ProviderException(FailureCategory.UNSUPPORTED, "the model gives vectors of " + length
                    + " numbers and not of " + dimensions + "; leave 'dimensions' out");
        }
        return new VectorStream(answer);
    }

    private static ProviderException malformed(String what) {
        return new ProviderException(FailureCategory.MALFORMED, "the provider " + what);
    }

    List<float[]> vectors() {
        return vectors;
    }

    @Override
    public @Nullable ReplyEvent next() {
        return events.poll();
    }

    @Override
    public void close() {
        // nothing is held
    }
}
