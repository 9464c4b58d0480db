package dev.formulary.engine.provider;

import dev.formulary.engine.provider.PluginStatus.ProviderStatus;
import dev.formulary.engine.provider.PluginStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One version of a plug-in with its providers, from its making until its unloading.
///
/// @param slots the providers that were made
/// @param failures why others were not, by the entry
record Generation(Opened opened, List<Slot> slots, Map<Opened.Entry, Failure> failures) {

    /// How long calls that were cancelled may take to notice.
    private static final Duration GRACE = Duration.ofSeconds(1);

    /// @param unconfigured true when nobody has asked for the provider and it only lacks its settings
    record Failure(String reason, boolean unconfigured) {}

    Generation {
        slots = List.copyOf(slots);
        failures = Map.copyOf(failures);
    }

    @Nullable
    Slot slot(String id) {
        for (Slot slot : slots) {
            if (slot.id().equals(id)) {
                return slot;
            }
        }
        return null;
    }

    boolean idle() {
        return slots.isEmpty() && opened.assessors().isEmpty();
    }

    /// Makes sure that it can take the place of the version before, or serve anew.
    void checkServes(@Nullable Generation before) throws Refusal {
        for (Map.Entry<Opened.Entry, Failure> failed : failures.entrySet()) {
            if (before != null && before.slot(failed.getKey().id()) != null) {
                throw new Refusal("the provider '" + failed.getKey().id() + "' can't be made: "
                        + failed.getValue().reason);
            }
        }
        if (idle() && !failures.values().stream().allMatch(Failure::unconfigured)) {
            throw new Refusal(reasons());
        }
    }

    /// Why it can't take the place of a version that was made by another configuration. What could not be made before either is
    /// no reason.
    List<String> problems(Generation before) {
        return failures.entrySet().stream().filter(failed -> !failed.getValue().unconfigured)
                .filter(failed -> before.slot(failed.getKey().id()) != null
                        || !before.opened.has(failed.getKey()))
                .map(failed -> "the provider '" + failed.getKey().id() + "' can't be made: "
                        + failed.getValue().reason)
                .sorted().toList();
    }

    private String reasons() {
        return failures.entrySet().stream()
                .map(failed -> "the provider '" + failed.getKey().id() + "' can't be made: " + failed.getValue().reason)
                .sorted().collect(Collectors.joining("; "));
    }

    String reason() {
        return idle()
                ? "needs configuration: " + reasons()
                : Stream.concat(brings(), Stream.of(reasons()))
                        .filter(each -> !each.isEmpty()).collect(Collectors.joining("; "));
    }

    private Stream<String> brings() {
        return opened.assessors().stream().map(assessor -> "assessor '" + assessor.name() + "'");
    }

    /// Takes over the lists of models of the version before where it could not list its own yet.
    void inherit(Generation before) {
        for (Slot slot : slots) {
            Slot old = before.slot(slot.id());
            if (old != null && old.kind().equals(slot.kind()) && slot.status().lastError() != null) {
                slot.inherit(old);
            }
        }
    }

    /// Waits for the calls under way, cancels those that are left, closes the providers and unloads the classes.
    void end(Duration drain, Duration close) throws InterruptedException {
        slots.forEach(Slot::shut);
        opened.assessors().forEach(GuardedAssessor::shut);
        if (!awaitIdle(drain)) {
            slots.forEach(Slot::cancelRunning);
            awaitIdle(GRACE);
        }
        for (Slot slot : slots) {
            slot.close(close);
        }
        for (GuardedAssessor assessor : opened.assessors()) {
            assessor.close(close);
        }
        opened.jar().unload();
    }

    private boolean awaitIdle(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        boolean idle = true;
        for (Slot slot : slots) {
            idle &= slot.awaitIdle(end - System.nanoTime());
        }
        for (GuardedAssessor assessor : opened.assessors()) {
            idle &= assessor.awaitIdle(end - System.nanoTime());
        }
        return idle;
    }

    PluginStatus status(boolean draining) {
        var providers = new ArrayList<ProviderStatus>();
        slots.forEach(slot -> providers.add(slot.status()));
        failures.forEach(
                (entry, failure) -> providers.add(new ProviderStatus(entry.id(), entry.kind(), 0, failure.reason)));
        State state = draining ? State.DRAINING : idle() ? State.IDLE : State.SERVING;
        return new PluginStatus(file(), opened.manifest().id(), opened.manifest().version(), opened.sha256(), state,
                reason(), providers);
    }

    String file() {
        return opened.file().getFileName().toString();
    }
}
