package dev.formulary.engine.provider;

import dev.formulary.spi.Assessor;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A plug-in's assessor as the gateway sees it: on a thread of its own, no longer than it may take, and no more than so many
/// at once, so that one that hangs costs a bounded number of threads and then no time at all. Thread-safe.
final class GuardedAssessor implements Assessor {
    /// How long a call waits for one assessor.
    static final Duration LIMIT = Duration.ofMillis(50);
    /// How many calls may be in one assessor.
    static final int MOST_AT_ONCE = 64;

    private static final Logger LOG = LoggerFactory.getLogger(GuardedAssessor.class);
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

    private final String name;
    private final Assessor inner;
    private final ClassLoader loader;
    private final Duration limit;
    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private volatile boolean shut;

    private GuardedAssessor(String name, Assessor inner, ClassLoader loader, Duration limit) {
        this.name = name;
        this.inner = inner;
        this.loader = loader;
        this.limit = limit;
    }

    /// Runs plug-in code: anything may be thrown.
    static GuardedAssessor of(Assessor inner, ClassLoader loader, Duration limit) throws Refusal {
        String name = inner.name();
        if (name == null || !NAME.matcher(name).matches()) {
            throw new Refusal(
                    "its assessor's name '" + name + "' must be lower-case letters, digits and '-', at most 40");
        }
        return new GuardedAssessor(name, inner, loader, limit);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Findings assess(Said said) throws Refusal, ProviderException, InterruptedException {
        if (!places.tryAcquire()) {
            throw new Refusal("it has " + MOST_AT_ONCE + " calls that have not ended");
        }
        if (shut) {
            places.release();
            throw new Refusal("it has been unloaded");
        }
        Findings found = PluginCode.within(limit, loader, "assess()", () -> {
            try {
                return inner.assess(said);
            } finally {
                // a late one keeps its place until its code has ended
                places.release();
            }
        }, _ -> {});
        if (found == null) {
            throw new Refusal("assess() gave nothing; it must give Findings.NOTHING when it finds nothing");
        }
        return found;
    }

    /// Lets nobody in any more.
    void shut() {
        shut = true;
    }

    /// @return whether nobody is in it any more
    boolean awaitIdle(long nanos) throws InterruptedException {
        return places.tryAcquire(MOST_AT_ONCE, Math.max(0, nanos), TimeUnit.NANOSECONDS);
    }

    void close(Duration most) throws InterruptedException {
        try {
            PluginCode.within(most, loader, "closing", () -> {
                inner.close();
                return true;
            }, _ -> {});
        } catch (ProviderException | Refusal e) {
            LOG.warn("plug-in misbehaved assessor={} at=closing error={}", name, PluginCode.describe(e));
        }
    }
}
