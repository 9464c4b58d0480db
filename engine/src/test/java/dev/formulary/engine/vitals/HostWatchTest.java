package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import dev.formulary.engine.transport.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostWatchTest {
    private static final Duration OFTEN = Duration.ofMillis(100);

    @Test
    @EnabledOnOs(OS.LINUX)
    void measuresThisMachineAndTheGateway(@TempDir Path data) {
        try (HostWatch watch = new HostWatch(OFTEN, data, Threads.timer("host-watch"))) {
            await().until(() -> watch.current().cpu() >= 0
                    && watch.readings().stream().anyMatch(each -> each.metric() == Metric.GATEWAY_MEMORY));
            Host host = watch.current();

            assertThat(host.cpu()).isBetween(0.0, 1.0);
            assertThat(host.memory()).isBetween(0.01, 1.0);
            assertThat(host.memoryFree()).isPositive();
            assertThat(host.disk()).isBetween(0.0, 1.0);
            assertThat(host.cores()).isPositive();
            assertThat(watch.lastSampleMicros()).isPositive();
            assertThat(watch.share()).isBetween(0.0, 0.2);
            assertThat(watch.readings()).filteredOn(each -> each.metric() == Metric.GATEWAY_MEMORY).singleElement()
                    .satisfies(each -> assertThat(each.value()).isGreaterThan(1 << 20));
            assertThat(watch.readings()).filteredOn(each -> each.metric() == Metric.HOST_MEMORY).singleElement()
                    .satisfies(each -> assertThat(each.value()).isBetween(0.01, 1.0));
        }
    }

    @Test
    void aFolderThatIsNotThereLeavesTheDiskUnknown(@TempDir Path data) {
        try (HostWatch watch = new HostWatch(OFTEN, data.resolve("none"), Threads.timer("host-watch"))) {
            await().until(() -> watch.current().memory() >= 0);

            assertThat(watch.current().disk()).isEqualTo(-1);
        }
    }

    @Test
    void allIsUnknownWhereNothingCanBeMeasured() {
        AtomicInteger starts = new AtomicInteger();
        var machine = new Machine(() -> new Host(0.5, 0.5, 1, 0.5, 1));
        try (HostWatch watch = watch(() -> {
            starts.incrementAndGet();
            throw new IOException("not this system");
        }, machine); HostWatch other = watch(() -> List.of(machine), machine)) {
            await().until(() -> machine.reads.get() > 2);

            assertThat(watch.current()).isEqualTo(Host.UNKNOWN);
            assertThat(watch.readings()).isEmpty();
            assertThat(watch.lastSampleMicros()).isEqualTo(-1);
            assertThat(starts).hasValue(1);
            assertThat(other.current().cpu()).isEqualTo(0.5);
        }
    }

    @Test
    void goesOnAfterAMeasurementThatFailed() {
        AtomicBoolean failing = new AtomicBoolean();
        var machine = new Machine(() -> {
            if (failing.get()) {
                throw new IllegalStateException("no /proc today");
            }
            return new Host(0.25, 0.5, 100, 0.5, 2);
        });
        try (HostWatch watch = watch(() -> List.of(machine), machine)) {
            await().until(() -> watch.current().cpu() == 0.25);
            failing.set(true);
            await().until(() -> watch.current().equals(Host.UNKNOWN));
            failing.set(false);
            await().until(() -> watch.current().cpu() == 0.25);
        }
    }

    private static HostWatch watch(Sensor.Start start, Machine machine) {
        return new HostWatch(start, machine, Duration.ofMillis(1), Threads.timer("host-watch"));
    }

    private static final class Machine implements HostWatch.Machine, Sensor {
        private final Supplier<Host> source;
        private final AtomicInteger reads = new AtomicInteger();
        private volatile Host last = Host.UNKNOWN;

        Machine(Supplier<Host> source) {
            this.source = source;
        }

        @Override
        public Host host() {
            return last;
        }

        @Override
        public Sensor measured() {
            return this;
        }

        @Override
        public String name() {
            return "machine";
        }

        @Override
        public Duration every() {
            return Duration.ofMillis(1);
        }

        @Override
        public List<Reading> read() {
            last = source.get();
            reads.incrementAndGet();
            return List.of(new Reading(Metric.HOST_CPU, last.cpu()));
        }
    }
}
