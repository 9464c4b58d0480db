package dev.formulary.engine.vitals;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Host;
import java.nio.file.Path;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the machine at intervals and keeps what it saw. Thread-safe. Where the machine can't be measured all is unknown,
/// and one line in the log says so.
public final class HostWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);

    private final HostProbe.Start start;
    private final ScheduledExecutorService timer;
    private volatile Host current = Host.UNKNOWN;
    private volatile long lastSampleMicros = -1;
    private @Nullable HostProbe probe;
    private boolean complained;

    /// Starts looking at once, on the timer's thread, and goes on until closed.
    ///
    /// @param data the folder whose disk is watched
    /// @param timer a thread of its own; closed with this
    public HostWatch(Settings.Load load, Path data, ScheduledExecutorService timer) {
        this(() -> new OshiProbe(data), load.every().toMillis(), timer);
    }

    HostWatch(HostProbe.Start start, long everyMillis, ScheduledExecutorService timer) {
        this.start = start;
        this.timer = timer;
        var _ = timer.scheduleAtFixedRate(this::sample, 0, Math.max(100, everyMillis), TimeUnit.MILLISECONDS);
    }

    /// The last measurement; [Host#UNKNOWN] before the first. Never blocks.
    public Host current() {
        return current;
    }

    /// What the last measurement cost, in microseconds; -1 before the first.
    public long lastSampleMicros() {
        return lastSampleMicros;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    /// Only the timer's thread comes here. An error in it would silently end the schedule, so nothing gets out.
    private void sample() {
        try {
            HostProbe started = probe == null ? start() : probe;
            probe = started;
            long before = System.nanoTime();
            current = started.read();
            lastSampleMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - before);
            complained = false;
        } catch (Exception | LinkageError e) {
            current = Host.UNKNOWN;
            complain(e);
        }
    }

    /// A system that can't be measured today can't be tomorrow, so that is tried only once.
    private HostProbe start() {
        try {
            return start.start();
        } catch (Exception | LinkageError e) {
            LOG.warn("host can't be measured, its load counts as unknown problem={}", e.toString());
            return () -> Host.UNKNOWN;
        }
    }

    private void complain(Throwable problem) {
        if (!complained) {
            complained = true;
            LOG.warn("host was not measured this time problem={}", problem.toString());
        }
    }
}
