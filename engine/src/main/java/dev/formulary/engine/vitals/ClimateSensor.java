package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import oshi.hardware.Sensors;

/// Temperature of the processor and its fans. OSHI gives 0 for what there is not; a fan that stands still can't be told from
/// that, so it is unknown, too.
final class ClimateSensor implements Sensor {
    private static final int MOST_FANS = 8;

    private final Sensors sensors;

    ClimateSensor(Sensors sensors) {
        this.sensors = sensors;
    }

    @Override
    public String name() {
        return "climate";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(10);
    }

    /// On some boards a command of the system is asked.
    @Override
    public boolean delegates() {
        return true;
    }

    @Override
    public List<Reading> read() {
        var readings = new ArrayList<Reading>();
        double celsius = sensors.getCpuTemperature();
        if (celsius > 0) {
            readings.add(new Reading(Metric.HOST_TEMPERATURE, celsius));
        }
        int[] fans = sensors.getFanSpeeds();
        for (int i = 0; i < Math.min(MOST_FANS, fans.length); i++) {
            if (fans[i] > 0) {
                readings.add(new Reading(Metric.HOST_FAN, Integer.toString(i + 1), fans[i]));
            }
        }
        return readings;
    }
}
