package dev.formulary.engine.alert;

import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An alert that is over.
///
/// @param began when what it was about began
/// @param opened when it became an alert
/// @param ended when it was over
/// @param count how often it was raised
/// @param acknowledged who took note last; null when nobody did
/// @param silenced whether a silence or a maintenance window kept it from being told
/// @param flapping whether it came and went too often
/// @param told how many channels were told of it
/// @param how `over`, `by hand: ` and who, or `no room`
public record ClosedAlert(String rule, String code, String resource, Severity severity, String message, Instant began,
        Instant opened, Instant ended, long count, @Nullable Acknowledgement acknowledged, boolean silenced,
        boolean flapping, int told, String how) {

    static ClosedAlert of(Incident incident, String how, Instant now) {
        Incident.Sighting last = incident.sighting();
        AlertKey key = incident.key;
        return new ClosedAlert(key.rule(), key.code(), key.resource(), incident.severity(), last.message(),
                incident.began, incident.opened, now, last.count(), incident.acknowledged, incident.silenced,
                incident.flapping, incident.told.size(), how);
    }

    /// Which opening it was.
    record Opening(AlertKey key, Instant opened) {}

    Opening opening() {
        return new Opening(new AlertKey(rule, code, resource), opened);
    }
}
