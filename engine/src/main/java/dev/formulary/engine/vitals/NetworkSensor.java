package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/// What goes through the network cards. Bridges, tunnels and the like are left out: the same bytes go through a card, too.
final class NetworkSensor implements Sensor {
    private static final Pattern VIRTUAL = Pattern
            .compile("(lo|veth|docker|br-|virbr|vnet|tun|tap|wg|bond|ifb|dummy).*");
    /// After so many readings interfaces are looked for again.
    private static final int AGAIN = 60;

    private final Supplier<List<NetworkIF>> interfaces;
    private Throughput throughput = new Throughput();
    private List<NetworkIF> known = List.of();
    private int readings;

    NetworkSensor(Supplier<List<NetworkIF>> interfaces) {
        this.interfaces = interfaces;
    }

    static NetworkSensor of(HardwareAbstractionLayer hardware) {
        return new NetworkSensor(() -> hardware.getNetworkIFs(false));
    }

    @Override
    public String name() {
        return "network";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    @Override
    public List<Reading> read() {
        if (readings++ % AGAIN == 0) {
            List<NetworkIF> now = interfaces.get().stream()
                    .filter(each -> !VIRTUAL.matcher(each.getName()).matches()).toList();
            if (!names(now).equals(names(known))) {
                // what another one has counted so far did not come in this moment
                throughput = new Throughput();
            }
            known = now;
        }
        if (known.isEmpty()) {
            return List.of();
        }
        long in = 0;
        long out = 0;
        for (NetworkIF each : known) {
            each.updateAttributes();
            in += each.getBytesRecv();
            out += each.getBytesSent();
        }
        List<Double> rates = throughput.since(in, out, System.nanoTime());
        return List.of(new Reading(Metric.HOST_NETWORK_IN, rates.getFirst()),
                new Reading(Metric.HOST_NETWORK_OUT, rates.getLast()));
    }

    private static List<String> names(List<NetworkIF> interfaces) {
        return interfaces.stream().map(NetworkIF::getName).toList();
    }
}
