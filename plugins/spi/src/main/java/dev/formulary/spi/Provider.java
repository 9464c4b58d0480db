package dev.formulary.spi;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A source of models: one vendor account, server or runtime.
///
/// Threads: every method may be called from many virtual threads at once and may block. The thread's context class loader
/// is the plug-in's. Implementations start no thread that outlives [#close].
///
/// Cancellation: a caller that loses interest closes the [ReplyStream] and sets [Attempt#cancelled]; the implementation
/// lets go of the vendor's connection at once.
///
/// Life cycle: after [#close] has begun, no further call starts; it begins when the last call has ended or was cancelled.
public interface Provider extends AutoCloseable {

    /// The models that can be asked now. Called when the provider starts and then at intervals.
    ///
    /// @return cards with distinct ids, possibly none; the list is not changed afterwards
    /// @throws ProviderException when the vendor can't be asked; the gateway keeps the previous list
    /// @throws InterruptedException when the gateway gives up waiting
    List<ModelCard> models() throws ProviderException, InterruptedException;

    /// Asks a model. Returns when the vendor has accepted the request and before the answer is complete; a request that is
    /// not for streaming may be answered by a stream with few events.
    ///
    /// @param request what is asked; [ChatRequest#model] is one of this provider's model ids
    /// @param attempt how long it may take, and whether anybody still wants the answer
    /// @return the answer, to be read by one thread and closed by the caller
    /// @throws ProviderException typed by its category; nothing of the answer has been given then
    /// @throws InterruptedException when the attempt is cancelled while waiting
    ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException;

    /// Turns texts into vectors.
    ///
    /// @param request the texts
    /// @param attempt how long it may take
    /// @return one vector for each text, in order
    /// @throws ProviderException typed by its category; by default [FailureCategory#UNSUPPORTED]
    /// @throws InterruptedException when the attempt is cancelled while waiting
    default Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        throw new ProviderException(FailureCategory.UNSUPPORTED, "this provider has no embeddings");
    }

    /// Whether [#embed] also takes texts as tokens ([Embeddings.Request#tokens]). Does not block.
    ///
    /// @return by default false; the gateway then refuses such calls
    default boolean takesTokens() {
        return false;
    }

    /// Finds out, cheaply and without cost in money, whether the vendor answers. By default it lists the models.
    ///
    /// @param attempt how long it may take
    /// @throws ProviderException when it does not answer as it should
    /// @throws InterruptedException when the attempt is cancelled while waiting
    default void probe(Attempt attempt) throws ProviderException, InterruptedException {
        models();
    }

    /// The models that lie in memory now.
    ///
    /// @param attempt how long it may take
    /// @return by default none, for vendors that do not tell
    /// @throws ProviderException when the vendor can't be asked
    /// @throws InterruptedException when the attempt is cancelled while waiting
    default List<LoadedModel> loaded(Attempt attempt) throws ProviderException, InterruptedException {
        return List.of();
    }

    /// Whether a model takes memory of the gateway's own machine when it is loaded. While that is short, calls of models that
    /// are not among [#loaded] wait. Does not block.
    ///
    /// @return by default false
    default boolean loadsHere() {
        return false;
    }

    /// Brings a model into memory and returns when it is there.
    ///
    /// @param model one of this provider's model ids
    /// @param keepAlive how long it stays when nobody asks it; negative for as long as can be, null for the vendor's own
    /// @param attempt how long it may take
    /// @throws ProviderException typed by its category; by default [FailureCategory#UNSUPPORTED]
    /// @throws InterruptedException when the attempt is cancelled while waiting
    default void load(String model, @Nullable Duration keepAlive, Attempt attempt)
            throws ProviderException, InterruptedException {
        throw new ProviderException(FailureCategory.UNSUPPORTED, "this provider's models are always ready");
    }

    /// Gives a model's memory back. A model that is not loaded is no error.
    ///
    /// @param model one of this provider's model ids
    /// @param attempt how long it may take
    /// @throws ProviderException typed by its category; by default [FailureCategory#UNSUPPORTED]
    /// @throws InterruptedException when the attempt is cancelled while waiting
    default void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        throw new ProviderException(FailureCategory.UNSUPPORTED, "this provider's models can't be unloaded");
    }

    /// Lets go of everything. Idempotent, returns within five seconds.
    @Override
    void close();
}
