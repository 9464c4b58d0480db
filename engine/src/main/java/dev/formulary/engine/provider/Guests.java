package dev.formulary.engine.provider;

import dev.formulary.spi.ModelCard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Providers that somebody had made for himself, beside those that serve: only who holds this can ask them, and no decision
/// sees them. The plug-in stays loaded while they are there, though no longer than a replaced one may drain. Thread-safe.
public final class Guests implements AutoCloseable {
    private final Map<String, Slot> slots;
    private final Slot anchor;
    private final Duration closing;

    /// @param anchor a provider of the same plug-in, already entered
    Guests(Map<String, Slot> slots, Slot anchor, Duration closing) {
        this.slots = Map.copyOf(slots);
        this.anchor = anchor;
        this.closing = closing;
    }

    /// Takes a provider for one call, as [Providers#acquire] does.
    public @Nullable Lease acquire(String providerId) {
        Slot slot = slots.get(providerId);
        return slot != null && slot.enter() ? new Lease(slot) : null;
    }

    /// The models of each, by the provider's name in alphabetical order.
    public Map<String, List<ModelCard>> cards() {
        var cards = new TreeMap<String, List<ModelCard>>();
        slots.forEach((id, slot) -> cards.put(id, slot.cards()));
        return cards;
    }

    /// Cancels what is under way and closes the providers, each within its limit. To be called once.
    @Override
    public void close() {
        try {
            for (Slot slot : slots.values()) {
                slot.shut();
                slot.cancelRunning();
                slot.close(closing);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            anchor.exit();
        }
    }
}
