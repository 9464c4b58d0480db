package dev.formulary.engine.dispatch;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A provider of vectors: the first number of each is its own, the second the length of the text. Thread-safe.
public final class VectorProvider implements Provider {
    public final Queue<Embeddings.Request> requests = new ConcurrentLinkedQueue<>();
    public final Queue<FailureCategory> failures = new ConcurrentLinkedQueue<>();
    private final float mark;
    private final boolean takesTokens;
    public volatile int missing;
    public volatile float second = 1;

    public VectorProvider(float mark, boolean takesTokens) {
        this.mark = mark;
        this.takesTokens = takesTokens;
    }

    @Override
    public List<ModelCard> models() {
        return List.of();
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
        throw new ProviderException(FailureCategory.UNSUPPORTED, "vectors only");
    }

    @Override
    public boolean takesTokens() {
        return takesTokens;
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt) throws ProviderException {
        requests.add(request);
        FailureCategory failure = failures.poll();
        if (failure != null) {
            throw new ProviderException(failure, "scripted " + failure);
        }
        List<float[]> vectors = new ArrayList<>();
        for (int i = missing; i < request.count(); i++) {
            vectors.add(new float[]{mark, second});
        }
        return new Embeddings(vectors, Usage.of(11, 0), Set.of("odd"));
    }

    @Override
    public void close() {}
}
