package dev.formulary.engine.facts;

import java.time.Duration;
import java.time.Instant;

/// Until when it is no news that an alert opens again.
///
/// @param until [Instant#MIN] for never
/// @param severity what is more severe is news all the same
public record Cooldown(Instant until, Severity severity) {
    /// None.
    public static final Cooldown NONE = new Cooldown(Instant.MIN, Severity.INFO);

    /// Whether it is no news that an alert is open.
    public boolean holds(Severity how, Instant now) {
        return until.isAfter(now) && how.compareTo(severity) <= 0;
    }

    /// The same, but not for longer: somebody may have set the clock back.
    public Cooldown atMost(Instant latest) {
        return until.isAfter(latest) ? new Cooldown(latest, severity) : this;
    }

    /// What holds when the alert is over. What nobody was told of keeps nobody from being told, unless it comes and goes.
    ///
    /// @param told whether anybody was told that it was open
    /// @param openings how often it opened of late, this time included
    /// @param how how severe it was
    /// @param cooldown for how long it is no news
    public Cooldown after(boolean told, int openings, Severity how, Duration cooldown, Instant now) {
        return told || openings > 1 ? new Cooldown(now.plus(cooldown), how) : this;
    }
}
