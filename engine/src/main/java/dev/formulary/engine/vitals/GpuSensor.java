package dev.formulary.engine.vitals;

import dev.formulary.engine.facts.Gpu;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Looks at the graphics cards.
final class GpuSensor implements Sensor {
    private final List<Source> sources;
    private volatile List<Gpu> last = List.of();

    /// Where cards are found.
    @FunctionalInterface
    interface Source {
        /// Those that it knows; empty when there is none. Takes at most two seconds.
        List<Card> cards();
    }

    /// A card and how warm it is.
    ///
    /// @param celsius -1 when unknown
    record Card(Gpu gpu, double celsius) {}

    GpuSensor(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public String name() {
        return "graphics cards";
    }

    @Override
    public Duration every() {
        return Duration.ofSeconds(5);
    }

    /// A tool that comes with the driver does most of the work.
    @Override
    public boolean delegates() {
        return true;
    }

    /// The cards as they were the last time.
    List<Gpu> last() {
        return last;
    }

    @Override
    public List<Reading> read() {
        var cards = new ArrayList<Card>();
        sources.forEach(source -> cards.addAll(source.cards()));
        last = cards.stream().map(Card::gpu).toList();
        var readings = new ArrayList<Reading>();
        for (int i = 0; i < cards.size(); i++) {
            Card card = cards.get(i);
            String name = named(cards, i);
            readings.add(new Reading(Metric.GPU_BUSY, name, card.gpu.busy()));
            readings.add(new Reading(Metric.GPU_MEMORY, name, card.gpu.memory()));
            readings.add(new Reading(Metric.GPU_TEMPERATURE, name, card.celsius));
        }
        return readings;
    }

    /// Equal cards are told apart by their numbers.
    private static String named(List<Card> cards, int index) {
        String name = cards.get(index).gpu.name();
        boolean alone = cards.stream().filter(each -> each.gpu.name().equals(name)).count() == 1;
        return alone ? name : name + " #" + (index + 1);
    }
}
