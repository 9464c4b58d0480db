package dev.formulary.engine.config;

import dev.formulary.engine.facts.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// When it is told what becomes of alerts.
///
/// @param group how long further alerts of one rule and code wait after one was told, to be told together; 0 for not at all
/// @param flapping when an alert comes and goes too often
/// @param escalation who else is told of what nobody takes note of
/// @param quiet when less is told
/// @param maintenance when some alerts are to be expected
/// @param inhibit which alerts say nothing new while another is open
public record AlertLife(Duration group, Flapping flapping, List<Escalation> escalation, List<Quiet> quiet,
        List<Maintenance> maintenance, List<Inhibition> inhibit) {
    /// Unless said otherwise.
    public static final AlertLife USUAL = new AlertLife(Duration.ofSeconds(10),
            new Flapping(4, Duration.ofMinutes(30), Duration.ofMinutes(30)), List.of(), List.of(), List.of(),
            List.of(new Inhibition("provider-down",
                    List.of("error-rate*", "slow-*", "latency-*", "drift", "provider-unstable", "model-unstable"),
                    true),
                    new Inhibition("model-unstable", List.of("error-rate*"), true)));

    public AlertLife {
        escalation = List.copyOf(escalation);
        quiet = List.copyOf(quiet);
        maintenance = List.copyOf(maintenance);
        inhibit = List.copyOf(inhibit);
    }

    /// @param times an alert that opens so often, 2 or more,
    /// @param within in so long, flaps: it stays open
    /// @param calm until it was not raised for so long
    public record Flapping(int times, Duration within, Duration calm) {}

    /// A step of a ladder.
    ///
    /// @param after so long after an alert opened that is open yet, of which nobody has taken note,
    /// @param channels these are told of it, whatever else they want
    /// @param severity if it is at least so severe
    /// @param codes and its code fits one of these; empty for all
    /// @param repeat and told again each time so much has gone by; null for once
    public record Escalation(Duration after, List<String> channels, Severity severity, List<String> codes,
            @Nullable Duration repeat) {
        public Escalation {
            channels = List.copyOf(channels);
            codes = List.copyOf(codes);
        }

        /// Whether it is for an alert.
        public boolean concerns(Severity how, String code) {
            return how.compareTo(severity) >= 0 && AlertScope.any(codes, code);
        }
    }

    /// Quiet hours.
    ///
    /// @param through alerts that are at least so severe are told all the same
    /// @param channels where it is quiet; empty for all
    public record Quiet(Weekly hours, Severity through, List<String> channels) {
        public Quiet {
            channels = List.copyOf(channels);
        }

        /// Whether a channel is not to be told now.
        public boolean holds(String channel, Severity severity, Instant now) {
            return severity.compareTo(through) < 0 && (channels.isEmpty() || channels.contains(channel))
                    && hours.covers(now);
        }
    }

    /// A maintenance window: once, or weekly.
    ///
    /// @param weekly null for one that comes once
    /// @param since null for one that comes weekly
    /// @param until null for one that comes weekly
    public record Maintenance(String name, AlertScope scope, @Nullable Weekly weekly, @Nullable Instant since,
            @Nullable Instant until) {

        /// Whether it is under way.
        public boolean covers(Instant now) {
            Weekly hours = weekly;
            return hours != null
                    ? hours.covers(now)
                    : since != null && until != null && !now.isBefore(since) && now.isBefore(until);
        }
    }

    /// @param source while an alert of this code, or beginning of codes with a star, is open,
    /// @param targets alerts of these codes are not told that were not told before
    /// @param within whether only those that concern the same, or a part of it: the models of a provider
    public record Inhibition(String source, List<String> targets, boolean within) {
        public Inhibition {
            targets = List.copyOf(targets);
        }

        /// Whether an alert hides others.
        public boolean isSource(String code) {
            return AlertScope.any(List.of(source), code);
        }

        /// Whether an alert is one of those that are hidden.
        public boolean isTarget(String code) {
            return AlertScope.any(targets, code);
        }
    }
}
