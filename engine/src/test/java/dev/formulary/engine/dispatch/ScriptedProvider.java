package dev.formulary.engine.dispatch;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A provider that does what a test tells it: each call plays the next script, and the last one again and again.
/// Thread-safe.
public final class ScriptedProvider implements Provider {
    private final Deque<Script> scripts = new ConcurrentLinkedDeque<>();
    private final AtomicInteger openStreams = new AtomicInteger();
    public final Queue<ChatRequest> requests = new ConcurrentLinkedQueue<>();
    public final Queue<Attempt> attempts = new ConcurrentLinkedQueue<>();
    public volatile @Nullable ProviderException probeFailure;
    /// What was asked of the models' memory.
    public final Queue<String> residents = new ConcurrentLinkedQueue<>();
    public volatile @Nullable ProviderException residentFailure;

    private volatile @Nullable List<LoadedModel> loaded;

    /// Loads its models on this machine; these are there.
    public ScriptedProvider onThisMachine(String... there) {
        loaded = List.of(there).stream().map(model -> new LoadedModel(model, -1, -1, 0, null)).toList();
        return this;
    }

    @Override
    public boolean loadsHere() {
        return loaded != null;
    }

    @Override
    public List<LoadedModel> loaded(Attempt attempt) {
        List<LoadedModel> all = loaded;
        return all == null ? List.of() : all;
    }

    /// What a call does.
    @FunctionalInterface
    public interface Script {
        ReplyStream play(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException;
    }

    /// A thing that happens in a stream.
    @FunctionalInterface
    public interface Step {
        @Nullable
        ReplyEvent next() throws ProviderException, InterruptedException;
    }

    public ScriptedProvider then(Script script) {
        scripts.add(script);
        return this;
    }

    /// The next call gets a stream of these.
    public ScriptedProvider streams(Step... steps) {
        return then((_, _) -> new Playing(steps));
    }

    /// The next call gets a complete answer.
    public ScriptedProvider answers(String text) {
        return streams(give(new ReplyEvent.Text(text)), finish(), give(new ReplyEvent.Accounting(Usage.of(10, 20))));
    }

    /// The next call fails before anything came.
    public ScriptedProvider fails(FailureCategory category) {
        return then((_, _) -> {
            throw new ProviderException(category, "scripted " + category);
        });
    }

    public static Step give(ReplyEvent event) {
        return () -> event;
    }

    public static Step text(String text) {
        return give(new ReplyEvent.Text(text));
    }

    public static Step finish() {
        return give(new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP));
    }

    public static Step failure(FailureCategory category) {
        return () -> {
            throw new ProviderException(category, "scripted " + category);
        };
    }

    public static Step thrown(RuntimeException wrong) {
        return () -> {
            throw wrong;
        };
    }

    /// Waits until it is interrupted.
    public static Step hang() {
        return () -> {
            new CountDownLatch(1).await(1, TimeUnit.MINUTES);
            return null;
        };
    }

    public int openStreams() {
        return openStreams.get();
    }

    @Override
    public List<ModelCard> models() throws ProviderException {
        ProviderException wrong = probeFailure;
        if (wrong != null) {
            throw wrong;
        }
        return List.of(ModelCard.of("m"));
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        requests.add(request);
        attempts.add(attempt);
        Script script = scripts.size() > 1 ? scripts.poll() : scripts.peek();
        if (script == null) {
            throw new IllegalStateException("nothing scripted");
        }
        return script.play(request, attempt);
    }

    @Override
    public void load(String model, @Nullable Duration keepAlive, Attempt attempt) throws ProviderException {
        residents.add("load " + model + " " + keepAlive);
        throwIfSo();
    }

    @Override
    public void unload(String model, Attempt attempt) throws ProviderException {
        residents.add("unload " + model);
        throwIfSo();
    }

    private void throwIfSo() throws ProviderException {
        ProviderException wrong = residentFailure;
        if (wrong != null) {
            throw wrong;
        }
    }

    @Override
    public void close() {
        // holds nothing
    }

    /// A stream under way.
    private final class Playing implements ReplyStream {
        private final Deque<Step> steps;
        private boolean closed;

        Playing(Step... steps) {
            this.steps = new ArrayDeque<>(List.of(steps));
            openStreams.incrementAndGet();
        }

        @Override
        public @Nullable ReplyEvent next() throws ProviderException, InterruptedException {
            Step step = steps.poll();
            return step == null ? null : step.next();
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openStreams.decrementAndGet();
            }
        }
    }
}
