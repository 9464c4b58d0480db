package dev.formulary.simulator;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Answers by rote, with the latency, the pace and the errors that it is told to have. Needs no network.
final class Simulator implements Provider {
    private static final int DIMENSIONS = 64;

    private final Behaviour behaviour;
    private final Models models;
    private final Composer composer;
    private final AtomicLong calls = new AtomicLong();

    Simulator(Behaviour behaviour) {
        this.behaviour = behaviour;
        this.models = new Models(behaviour);
        this.composer = new Composer(behaviour.answer());
    }

    @Override
    public List<ModelCard> models() {
        return models.cards();
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        ModelCard model = models.find(request.model(), Capability.CHAT);
        List<ReplyEvent> events = composer.compose(request, model);
        var random = new SplittableRandom(behaviour.seed() + calls.getAndIncrement());
        Behaviour.Mishap error = random.nextDouble() < behaviour.errorRate() ? behaviour.error() : null;
        var patience = new Patience(attempt);
        patience.awaitFirstByte(error == Behaviour.Mishap.HANG ? Long.MAX_VALUE : firstToken(random));
        refuse(error);
        double nanosPerToken = behaviour.tokensPerSecond() == 0 ? 0 : 1e9 / behaviour.tokensPerSecond();
        int cutAfter = error == Behaviour.Mishap.CUT ? events.size() / 2 : Integer.MAX_VALUE;
        return new PacedReply(events, cutAfter, nanosPerToken, patience);
    }

    private long firstToken(SplittableRandom random) {
        long jitter = behaviour.jitterMillis();
        long millis = behaviour.firstTokenMillis() + (jitter == 0 ? 0 : random.nextLong(-jitter, jitter + 1));
        return TimeUnit.MILLISECONDS.toNanos(Math.max(0, millis));
    }

    private void refuse(Behaviour.@Nullable Mishap error) throws ProviderException {
        if (error == Behaviour.Mishap.THROTTLED) {
            throw new ProviderException(FailureCategory.THROTTLED, "the simulator was told to throttle",
                    behaviour.status(), behaviour.retryAfter(), null);
        }
        if (error == Behaviour.Mishap.SERVER) {
            throw new ProviderException(FailureCategory.SERVER, "the simulator was told to fail", behaviour.status(),
                    null, null);
        }
    }

    /// Texts that share words get vectors that lie near each other.
    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        models.find(request.model(), Capability.EMBED);
        new Patience(attempt).awaitFirstByte(TimeUnit.MILLISECONDS.toNanos(behaviour.firstTokenMillis()));
        Integer asked = request.dimensions();
        int dimensions = asked == null ? DIMENSIONS : asked;
        int tokens = request.texts().stream().mapToInt(Composer::tokens).sum();
        return new Embeddings(request.texts().stream().map(text -> vector(text, dimensions)).toList(),
                Usage.of(tokens, 0));
    }

    private static float[] vector(String text, int dimensions) {
        var vector = new float[dimensions];
        for (String word : text.split("\\W+", -1)) {
            var random = new SplittableRandom(word.toLowerCase(Locale.ROOT).hashCode());
            for (int i = 0; i < dimensions; i++) {
                vector[i] += (float) random.nextDouble(-1, 1);
            }
        }
        double length = 0;
        for (float value : vector) {
            length += value * value;
        }
        for (int i = 0; i < dimensions; i++) {
            vector[i] /= (float) Math.sqrt(length);
        }
        return vector;
    }

    @Override
    public void probe(Attempt attempt) {
        // There is nothing to ask that could be down.
    }

    @Override
    public void close() {
        // No thread, no connection.
    }
}
