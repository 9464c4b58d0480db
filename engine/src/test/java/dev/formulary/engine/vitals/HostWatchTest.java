package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostWatchTest {

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresThisMachine(@TempDir Path data) {
        Settings.Load load = new Settings.Load(Duration.ofMillis(100));
        try (HostWatch watch = new HostWatch(load, data, Threads.timer("host-watch"))) {
            await().until(() -> watch.current().cpu() >= 0);
            Host host = watch.current();

            assertThat(host.cpu()).isBetween(0.0, 1.0);
            assertThat(host.memory()).isBetween(0.01, 1.0);
            assertThat(host.memoryFree()).isPositive();
            assertThat(host.disk()).isBetween(0.0, 1.0);
            assertThat(host.cores()).isPositive();
            assertThat(watch.lastSampleMicros()).isPositive();
        }
    }

    @Test
    void aFolderThatIsNotThereLeavesTheDiskUnknown(@TempDir Path data) {
        Settings.Load load = new Settings.Load(Duration.ofMillis(100));
        try (HostWatch watch = new HostWatch(load, data.resolve("none"), Threads.timer("host-watch"))) {
            await().until(() -> watch.current().memory() >= 0);

            assertThat(watch.current().disk()).isEqualTo(-1);
        }
    }

    @Test
    void allIsUnknownWhereNothingCanBeMeasured() {
        AtomicInteger starts = new AtomicInteger();
        AtomicInteger reads = new AtomicInteger();
        try (HostWatch watch = watch(() -> {
            starts.incrementAndGet();
            throw new IOException("not this system");
        }); HostWatch other = watch(() -> () -> new Host(0.5, 0.5, reads.incrementAndGet(), 0.5, 1))) {
            await().until(() -> reads.get() > 2);

            assertThat(watch.current()).isEqualTo(Host.UNKNOWN);
            assertThat(starts).hasValue(1);
            assertThat(other.current().cpu()).isEqualTo(0.5);
        }
    }

    @Test
    void goesOnAfterAMeasurementThatFailed() {
        AtomicBoolean failing = new AtomicBoolean();
        try (HostWatch watch = watch(() -> () -> {
            if (failing.get()) {
                throw new IllegalStateException("no /proc today");
            }
            return new Host(0.25, 0.5, 100, 0.5, 2);
        })) {
            await().until(() -> watch.current().cpu() == 0.25);
            failing.set(true);
            await().until(() -> watch.current().equals(Host.UNKNOWN));
            failing.set(false);
            await().until(() -> watch.current().cpu() == 0.25);
        }
    }

    private static HostWatch watch(HostProbe.Start start) {
        return new HostWatch(start, 1, Threads.timer("host-watch"));
    }
}
