package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/// What is read from disks and written to them. What lies upon other disks is left out: the same bytes go to those, too.
final class DiskSensor implements Sensor {
    private static final Pattern UPON_OTHERS = Pattern.compile("(.*/)?(loop|ram|zram|dm-|md|sr|fd)\\d*.*");

    private final Supplier<List<HWDiskStore>> disks;
    private final Throughput throughput = new Throughput();

    DiskSensor(Supplier<List<HWDiskStore>> disks) {
        this.disks = disks;
    }

    static DiskSensor of(HardwareAbstractionLayer hardware) {
        return new DiskSensor(hardware::getDiskStores);
    }

    @Override
    public String name() {
        return "disks";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(10);
    }

    @Override
    public List<Reading> read() {
        List<HWDiskStore> counted = disks.get().stream()
                .filter(each -> !UPON_OTHERS.matcher(each.getName()).matches()).toList();
        if (counted.isEmpty()) {
            return List.of();
        }
        List<Double> rates = throughput.since(counted.stream().mapToLong(HWDiskStore::getReadBytes).sum(),
                counted.stream().mapToLong(HWDiskStore::getWriteBytes).sum(), System.nanoTime());
        return List.of(new Reading(Metric.HOST_DISK_READ, rates.getFirst()),
                new Reading(Metric.HOST_DISK_WRITE, rates.getLast()));
    }
}
