package dev.formulary.engine.vitals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import oshi.hardware.Sensors;
import oshi.nativefree.SystemInfo;

class SensorsTest {
    private static final long SECOND = 1_000_000_000L;

    private record Told(double celsius, int... fans) implements Sensors {
        @Override
        public double getCpuTemperature() {
            return celsius;
        }

        @Override
        public int[] getFanSpeeds() {
            return fans;
        }

        @Override
        public double getCpuVoltage() {
            return 0;
        }
    }

    @Test
    void aSensorThatIsNotThereIsUnknownAndNotZero() {
        assertThat(new ClimateSensor(new Told(0)).read()).isEmpty();
        assertThat(new ClimateSensor(new Told(Double.NaN, 0, 0)).read()).isEmpty();
        assertThat(new ClimateSensor(new Told(48.5, 0, 1200)).read()).containsExactly(
                new Reading(Metric.HOST_TEMPERATURE, 48.5), new Reading(Metric.HOST_FAN, "2", 1200));
        assertThat(new NetworkSensor(List::of).read()).isEmpty();
        assertThat(new DiskSensor(List::of).read()).isEmpty();
    }

    @Test
    void ratesAreUnknownAtFirstAndWhereACountBeganAnew() {
        var throughput = new Throughput();
        assertThat(throughput.since(1_000, 5, 0)).containsExactly(-1.0, -1.0);
        assertThat(throughput.since(3_000, 5, 2 * SECOND)).containsExactly(1_000.0, 0.0);
        assertThat(throughput.since(10, 9, 4 * SECOND)).as("a card was reset").containsExactly(-1.0, 2.0);
        assertThat(throughput.since(20, 9, 5 * SECOND)).containsExactly(10.0, 0.0);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thisMachineTellsOfItsNetworkAndDisks() {
        var system = new SystemInfo();
        for (Sensor each : List.of(NetworkSensor.of(system.getHardware()), DiskSensor.of(system.getHardware()))) {
            List<Reading> first;
            List<Reading> second;
            try {
                first = each.read();
                second = each.read();
            } catch (Exception e) {
                throw new AssertionError(each.name(), e);
            }
            assertThat(first).allMatch(reading -> reading.value() == -1);
            assertThat(second).hasSameSizeAs(first).allMatch(reading -> reading.value() >= 0);
        }
    }

    @Test
    void theBusiestProcessesAreThoseByProcessorAndByMemory() {
        List<Processes.Running> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(new Processes.Running(i, "p" + i, i == 39 ? -1 : i / 10.0, 1_000 - i));
        }

        List<Processes.Running> most = Processes.most(all);
        assertThat(most).hasSize(2 * Processes.MOST);
        assertThat(most.getFirst().name()).isEqualTo("p38");
        assertThat(most).extracting(Processes.Running::name).contains("p0", "p9", "p29").doesNotContain("p20", "p39");
    }
}
