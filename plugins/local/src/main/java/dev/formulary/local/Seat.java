package dev.formulary.local;

import dev.formulary.local.child.Report;
import dev.formulary.local.child.Request;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One model's place in memory: who has it, the process in it, and when it is to be left. What is done with the process is done
/// by whoever has the turn.
final class Seat {
    private static final Duration LONGEST_LOAD = Duration.ofMinutes(10);

    private final String model;
    private final Workshop workshop;
    private final Admission admission;
    private final Turns turns = new Turns();
    private final Backoff backoff = new Backoff();
    private volatile @Nullable ModelProcess process;
    private volatile @Nullable ModelFile file;
    private volatile Duration keepAlive;
    private volatile long lastUse;
    private volatile @Nullable MemoryNeed claimed;
    private volatile @Nullable Boolean writesOwnTemplate;
    private volatile boolean closed;

    /// Decides whether there is memory for a model.
    interface Admission {
        /// Has the seat [Seat#claim] the memory.
        ///
        /// @throws ProviderException when there is not enough
        void admit(Seat seat, MemoryNeed need) throws ProviderException;
    }

    Seat(String model, Workshop workshop, Admission admission) {
        this.model = model;
        this.workshop = workshop;
        this.admission = admission;
        this.keepAlive = workshop.settings().keepAlive();
    }

    String model() {
        return model;
    }

    Turns turns() {
        return turns;
    }

    void claim(MemoryNeed need) {
        claimed = need;
    }

    /// What it takes of the memory that the system says can be taken. Weights are read from the file where they lie, and the
    /// system counts such pages as free; before the model is loaded nothing of it has been counted.
    long uncounted() {
        MemoryNeed now = claimed;
        return now == null ? 0 : process() == null ? now.total() : now.weights();
    }

    /// When it was used last, on the workshop's clock.
    long lastUse() {
        return lastUse;
    }

    /// The process with the model in memory, or null.
    @Nullable
    ModelProcess process() {
        ModelProcess now = process;
        return now != null && now.alive() && now.loaded() != null ? now : null;
    }

    /// The file in memory, or null.
    @Nullable
    ModelFile file() {
        return process() == null ? null : file;
    }

    /// Whether conversations were written as the model's file says when it was loaded last; null when it never was.
    @Nullable
    Boolean writesOwnTemplate() {
        return writesOwnTemplate;
    }

    /// How long it is kept from now on, or null for ever.
    @Nullable
    Duration left() {
        Duration whole = keepAlive;
        return Workshop.forEver(whole) ? null : whole.minusNanos(workshop.now() - lastUse);
    }

    /// Begins a time of use.
    ///
    /// @param asked how long the model stays afterwards; null for what is configured
    void use(@Nullable Duration asked) {
        keepAlive = asked == null ? workshop.settings().keepAlive() : asked;
        lastUse = workshop.now();
    }

    /// Ends a use, and with it the caller's turn.
    void leave(Turns.Turn turn) {
        lastUse = workshop.now();
        turn.give();
    }

    void worked() {
        backoff.worked();
    }

    /// Sees that the model is in memory. The turn is the caller's; it passes to the load when the caller leaves before that is
    /// done.
    ///
    /// @throws ProviderException when it can't be, or not in time
    ModelProcess ready(ModelFile wanted, Attempt attempt, Turns.Turn turn)
            throws ProviderException, InterruptedException {
        ModelProcess now = process();
        if (now != null && wanted.equals(file)) {
            return now;
        }
        unload();
        if (closed) {
            throw Failures.letGo();
        }
        backoff.check(workshop.now());
        admission.admit(this, workshop.need(wanted));
        ModelProcess next = ModelProcess.start(workshop.command(), model,
                line -> workshop.warn("model=" + model + " says: " + line), this::ended);
        process = next;
        file = wanted;
        if (closed) {
            next.close();
        }
        try {
            begin(next, attempt);
            load(next, wanted, attempt, turn);
            return next;
        } catch (ProviderException e) {
            if (e.category() == FailureCategory.CONFIGURATION) {
                backoff.failed(String.valueOf(e.getMessage()), workshop.now());
                unload();
            }
            throw e;
        }
    }

    private void ended(String how) {
        backoff.failed(how, workshop.now());
        workshop.warn("model=" + model + " " + how);
    }

    private void begin(ModelProcess next, Attempt attempt)
            throws ProviderException, InterruptedException {
        Exchange ready = next.ready();
        attempt.onCancel(ready::letGo);
        boolean there = false;
        try {
            Report first = ready.first(model, attempt);
            if (first instanceof Report.Ready(int _, String version, boolean gpu)) {
                if (workshop.settings().gpuLayers() != 0 && !gpu) {
                    throw new ProviderException(FailureCategory.CONFIGURATION, "'gpu-layers' is "
                            + workshop.settings().gpuLayers() + ", but '" + version
                            + "' can use no graphics card; set it to 0, or 'library' to one that can, such as that of "
                            + "the npm package @node-llama-cpp/linux-x64-cuda");
                }
                there = true;
            }
        } finally {
            if (!there) {
                next.close();
            }
        }
    }

    private void load(ModelProcess next, ModelFile wanted, Attempt attempt, Turns.Turn turn)
            throws ProviderException, InterruptedException {
        LocalSettings settings = workshop.settings();
        Exchange load = next.ask(call -> new Request.Load(call, wanted.path().toString(), workshop.context(wanted),
                workshop.batch(wanted), settings.threads(), settings.gpuLayers()));
        next.limit(load, LONGEST_LOAD);
        attempt.onCancel(load::letGo);
        try {
            if (load.first(model, attempt) instanceof Report.Loaded(int _, int context, int _, boolean ownTemplate)) {
                writesOwnTemplate = ownTemplate;
                workshop.info("model loaded model=" + model + " context=" + context + " template="
                        + (ownTemplate ? "own" : "chatml") + " pid=" + next.pid());
            }
        } finally {
            if (!load.isOver()) {
                // what has been read of a large file is not thrown away: the next caller finds it loaded
                turn.passTo(load, () -> leave(turn));
            }
        }
    }

    /// Gives the memory back. The turn is the caller's.
    void unload() {
        ModelProcess now = process;
        process = null;
        file = null;
        if (now != null) {
            now.close();
        }
        claimed = null;
    }

    /// Ends the process, whoever has the turn. Does not wait.
    void beginClose() {
        closed = true;
        ModelProcess now = process;
        if (now != null) {
            now.beginClose();
        }
    }

    void close() {
        ModelProcess now = process;
        if (now != null) {
            now.close();
        }
    }
}
