package dev.formulary.engine.dispatch;

import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.util.Objects;

/// Puts a question to a model, for words or for vectors. Blocks the attempt's own thread.
final class Asking {
    private Asking() {}

    static ReplyStream ask(Order order, Candidate candidate, Permit permit)
            throws ProviderException, InterruptedException {
        VectorOrder vectors = order.vectors();
        return vectors == null ? chat(order, candidate, permit) : embed(vectors, order, candidate, permit);
    }

    private static ReplyStream chat(Order order, Candidate candidate, Permit permit)
            throws ProviderException, InterruptedException {
        ChatRequest request = order.requestFor(candidate, permit.answerTokens());
        permit.attempt().enter();
        try {
            return Objects.requireNonNull(permit.provider().chat(request, permit.attempt()), "an answer");
        } finally {
            permit.attempt().leave();
        }
    }

    private static ReplyStream embed(VectorOrder vectors, Order order, Candidate candidate, Permit permit)
            throws ProviderException, InterruptedException {
        vectors.check(candidate.card().contextTokens(), permit.provider());
        Embeddings.Request request = vectors.request().with(candidate.model(),
                order.keepAlive(vectors.request().options().keepAlive()));
        permit.attempt().enter();
        try {
            return VectorStream.of(request,
                    Objects.requireNonNull(permit.provider().embed(request, permit.attempt()), "vectors"));
        } finally {
            permit.attempt().leave();
        }
    }
}
