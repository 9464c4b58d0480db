package dev.formulary.engine.drill;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dispatch.LeasedProvider;
import dev.formulary.engine.drill.Seen.Way;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.provider.Guests;
import dev.formulary.engine.provider.Providers;
import dev.formulary.engine.route.Gateway;
import dev.formulary.engine.transport.Threads;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs drills, one at a time, each on a [DrillGround] of its own that is gone afterwards. Thread-safe.
public final class Drills implements AutoCloseable {
    private static final long LOOK_MS = 20;
    private static final Way[] WAYS = Way.values();

    private final Settings settings;
    private final Assessor assessor;
    private final Gateway.Policy policy;
    private final Supplier<Situation> situation;
    private final Providers providers;
    private final AtomicReference<@Nullable Thread> running = new AtomicReference<>();

    /// @param policy decides as for users
    /// @param situation as users' calls are decided in
    public Drills(Settings settings, Assessor assessor, Gateway.Policy policy, Supplier<Situation> situation,
            Providers providers) {
        this.settings = settings;
        this.assessor = assessor;
        this.policy = policy;
        this.situation = situation;
        this.providers = providers;
    }

    /// Does a drill and takes about as long as its size says, on the calling thread.
    ///
    /// @throws DrillException when it can't be done now
    /// @throws InterruptedException when the gateway stops; all is cleaned up then, too
    public DrillReport run(Drill drill, DrillSize size) throws DrillException, InterruptedException {
        if (!running.compareAndSet(null, Thread.currentThread())) {
            throw new DrillException("drill_running", "another drill is under way; one takes a few seconds");
        }
        try (Guests guests = guests(drill, size);
                DrillGround ground = new DrillGround(settings, assessor, policy, situation, guests::cards,
                        id -> LeasedProvider.of(guests.acquire(id)))) {
            return run(drill, size, ground);
        } finally {
            running.set(null);
        }
    }

    private Guests guests(Drill drill, DrillSize size) throws DrillException, InterruptedException {
        try {
            Guests guests = providers.guests(Drill.KIND, drill.providers(size.from(), size.until()));
            if (guests == null) {
                throw new DrillException("no_simulator", "a drill needs a provider of the kind '" + Drill.KIND
                        + "', and none is there; put its JAR back into the plug-ins folder");
            }
            return guests;
        } catch (ProviderException e) {
            throw new DrillException("no_simulator", "the simulator can't take part: " + e.getMessage());
        }
    }

    static DrillReport run(Drill drill, DrillSize size, DrillGround ground) throws InterruptedException {
        Instant begun = Instant.now();
        List<Seen> seen = callAll(size, ground);
        awaitRest(ground);
        return DrillReport.of(drill, size, seen, ground.breakers().history(), begun, ground.breakers().openings()
                .isEmpty(), ground.held());
    }

    private static List<Seen> callAll(DrillSize size, DrillGround ground) throws InterruptedException {
        long begun = System.nanoTime();
        long apart = size.lasts().toNanos() / size.calls();
        List<Future<Seen>> asked = new ArrayList<>();
        try (ExecutorService callers = Threads.perTask("drill-caller")) {
            for (int i = 0; i < size.calls(); i++) {
                TimeUnit.NANOSECONDS.sleep(begun + i * apart - System.nanoTime());
                var caller = new Caller(ground, WAYS[i % WAYS.length], TimeUnit.NANOSECONDS.toMillis(System.nanoTime()
                        - begun), size.deadline().toMillis());
                asked.add(callers.submit(caller::ask));
            }
            List<Seen> seen = new ArrayList<>();
            for (Future<Seen> each : asked) {
                seen.add(each.get());
            }
            return seen;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a caller of the drill failed", e);
        }
    }

    /// Breakers that opened get the time to close again.
    private static void awaitRest(DrillGround ground) throws InterruptedException {
        long end = System.nanoTime() + DrillGround.OPEN_MOST.multipliedBy(3).plus(Duration.ofSeconds(1)).toNanos();
        while ((!ground.breakers().openings().isEmpty() || ground.held() > 0) && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MS);
        }
    }

    /// Ends a drill that is under way.
    @Override
    public void close() {
        Thread runner = running.get();
        if (runner != null) {
            runner.interrupt();
        }
    }
}
