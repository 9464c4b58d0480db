package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.transport.Threads;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Looks at the machine at intervals and keeps what it saw. Thread-safe. Where the machine can't be measured all is unknown,
/// and one line in the log says so.
public final class HostWatch implements AutoCloseable {
    private final ScheduledExecutorService timer;
    private final SensorRounds rounds;
    private final Machine machine;

    /// What of the machine is a fact for rules. Put together of what sensors keep.
    interface Machine {
        Host host();

        /// The sensor without which nothing is known.
        Sensor measured();
    }

    /// Starts looking at once, and goes on until closed.
    ///
    /// @param every how often
    /// @param data the folder whose disk is watched
    /// @param timer which is never kept waiting; closed with this
    public HostWatch(Duration every, Path data, ScheduledExecutorService timer) {
        this(new HostSensors(every, data), every, timer);
    }

    private HostWatch(HostSensors sensors, Duration every, ScheduledExecutorService timer) {
        this(sensors::start, sensors, every, timer);
    }

    HostWatch(Sensor.Start start, Machine machine, Duration every, ScheduledExecutorService timer) {
        this.timer = timer;
        this.machine = machine;
        rounds = new SensorRounds(start, System::nanoTime, () -> Threads.timer("sensors"));
        long millis = Math.max(10, every.toMillis());
        var _ = timer.scheduleAtFixedRate(rounds::tick, 0, millis, TimeUnit.MILLISECONDS);
    }

    /// The last measurement; [Host#UNKNOWN] before the first, and when it is too long ago. Never blocks.
    public Host current() {
        return rounds.fresh(machine.measured()) ? machine.host() : Host.UNKNOWN;
    }

    /// Everything that sensors measured of late, also what is no fact for decisions: network, disks, temperature, the gateway
    /// itself. Never blocks.
    public List<Reading> readings() {
        return rounds.readings();
    }

    /// What it costs to read all sensors once, in microseconds; -1 before the first time.
    public long lastSampleMicros() {
        long nanos = rounds.roundNanos();
        return nanos < 0 ? -1 : Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    /// Which share of one processor that takes, as often as sensors are read.
    public double share() {
        return rounds.share();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        rounds.close();
    }
}
