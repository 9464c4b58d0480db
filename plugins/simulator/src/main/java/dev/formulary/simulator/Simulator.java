package dev.formulary.simulator;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Answers by rote, with the latency, the pace and the errors that it is told to have. Needs no network.
final class Simulator implements Provider {
    private final Behaviour behaviour;
    private final Models models;
    private final Composer composer;
    private final LongSupplier nanos;
    private final long begun;
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong probes = new AtomicLong();

    Simulator(Behaviour behaviour) {
        this(behaviour, System::nanoTime);
    }

    /// @param nanos the clock by which phases begin
    Simulator(Behaviour behaviour, LongSupplier nanos) {
        this.behaviour = behaviour;
        this.models = new Models(behaviour);
        this.composer = new Composer(behaviour.answer());
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    @Override
    public List<ModelCard> models() {
        return models.cards();
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        ModelCard model = models.find(request.model(), Capability.CHAT);
        List<ReplyEvent> unheeded = Unheeded.of(request);
        List<ReplyEvent> events = composer.compose(request, model);
        long call = calls.getAndIncrement();
        var random = new SplittableRandom(behaviour.seed() + call);
        Conduct conduct = now(call);
        Fault fault = conduct.fault(random);
        var patience = new Patience(attempt);
        boolean silent = fault != null && fault.kind() == Fault.Kind.HANG;
        patience.awaitFirstByte(silent ? Long.MAX_VALUE : conduct.firstTokenNanos(random));
        ProviderException failure = fault == null ? null : fault.atOnce();
        if (failure != null) {
            throw failure;
        }
        boolean declines = fault != null && fault.kind() == Fault.Kind.REFUSED;
        return new PacedReply(unheeded, declines ? Composer.refusal() : events, fault, conduct.nanosPerToken(fault),
                patience);
    }

    /// Texts that share words get vectors that lie near each other, always the same.
    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        ModelCard model = models.find(request.model(), Capability.EMBED);
        Embeddings answer = Vectors.of(request, model);
        long call = calls.getAndIncrement();
        var random = new SplittableRandom(behaviour.seed() + call);
        Conduct conduct = now(call);
        Fault fault = conduct.fault(random);
        boolean silent = fault != null && fault.kind() == Fault.Kind.HANG;
        new Patience(attempt).awaitFirstByte(silent ? Long.MAX_VALUE : conduct.firstTokenNanos(random));
        if (fault != null) {
            throw fault.failure();
        }
        return answer;
    }

    /// Fails as a vendor's list of models would: where nobody is there, nothing comes, the vendor fails or refuses the key.
    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        Fault fault = now(calls.get()).fault(new SplittableRandom(behaviour.seed() - 1 - probes.getAndIncrement()));
        if (fault == null) {
            return;
        }
        switch (fault.kind()) {
            case DEAD, SERVER, AUTH -> throw fault.failure();
            case HANG -> new Patience(attempt).awaitFirstByte(Long.MAX_VALUE);
            default -> {
                // what goes wrong with an answer does not with a list
            }
        }
    }

    private Conduct now(long call) {
        return behaviour.at(TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - begun), call);
    }

    @Override
    public void close() {
        // No thread, no connection.
    }
}
