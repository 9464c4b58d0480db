package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertLife.Inhibition;
import dev.formulary.engine.config.AlertScope;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Which alerts another one explains.
final class Inhibitions {
    private Inhibitions() {}

    /// Says of alerts until when they are explained: as long as the other one is open, and then for as long as it takes them to
    /// end. What is hidden itself hides nothing, so of those that hide each other one is told.
    ///
    /// @param open all that are open, the oldest first
    static void mark(List<Inhibition> inhibitions, List<Incident> open, Instant now) {
        Set<AlertKey> hidden = new HashSet<>();
        for (Inhibition each : inhibitions) {
            List<Incident> sources = open.stream().filter(alert -> each.isSource(alert.key.code())).toList();
            if (!sources.isEmpty()) {
                for (Incident target : open) {
                    if (each.isTarget(target.key.code()) && sources.stream().anyMatch(source -> source != target
                            && !hidden.contains(source.key) && isWithin(each, source.key, target.key))) {
                        hidden.add(target.key);
                        target.hiddenUntil = now.plus(target.timing.recovery()).plusMillis(1);
                    }
                }
            }
        }
        open.stream().filter(each -> !hidden.contains(each.key)).forEach(each -> {
            if (each.hiddenUntil.isAfter(now.plus(each.timing.recovery()).plusMillis(1))) {
                each.hiddenUntil = now; // somebody has set the clock back
            }
        });
    }

    private static boolean isWithin(Inhibition inhibition, AlertKey source, AlertKey target) {
        String whole = AlertScope.concerned(source.code(), source.resource());
        String part = AlertScope.concerned(target.code(), target.resource());
        return !inhibition.within() || whole.isEmpty() || part.equals(whole) || part.startsWith(whole + "/");
    }
}
