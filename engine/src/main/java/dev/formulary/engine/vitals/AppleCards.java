package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import java.util.List;
import java.util.Locale;
import oshi.hardware.HardwareAbstractionLayer;

/// The graphics processor of a Mac, as OSHI finds it at the start. It shares the machine's memory, and nobody tells without
/// being root how busy it is, so both are unknown.
final class AppleCards {
    private AppleCards() {}

    /// None on other systems, where asking would cost time and tell no more than the others.
    static GpuSensor.Source of(HardwareAbstractionLayer hardware) {
        boolean mac = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
        List<GpuSensor.Card> cards = mac
                ? hardware.getGraphicsCards().stream()
                        .map(card -> new Gpu(card.getName(), card.getVRam() > 0 ? card.getVRam() : -1, -1, -1))
                        .map(card -> new GpuSensor.Card(card, -1)).toList()
                : List.of();
        return () -> cards;
    }
}
