package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.Silence;
import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.config.DurationText;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Lets an operator look at alerts, take note of them, silence and end them. Thread-safe.
final class AlertDesk {
    /// Takes note.
    static final String ACKNOWLEDGE = "/admin/alerts/acknowledge";
    /// Makes a silence.
    static final String SILENCE = "/admin/alerts/silence";
    /// Ends one.
    static final String UNSILENCE = "/admin/alerts/unsilence";
    /// Ends alerts.
    static final String RESOLVE = "/admin/alerts/resolve";
    /// The silences that hold.
    static final String SILENCES = "/admin/alerts/silences";
    /// What may open soon.
    static final String PENDING = "/admin/alerts/pending";
    /// The alerts that are over.
    static final String HISTORY = "/admin/alerts/history";
    /// What is known of each rule.
    static final String STATISTICS = "/admin/alerts/statistics";

    private static final int LONGEST_NOTE = 500;
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final String NOT_OPEN = "no_such_alert";

    private final Alerts alerts;
    private final Clock clock;

    AlertDesk(Alerts alerts, Clock clock) {
        this.alerts = alerts;
        this.clock = clock;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(SILENCES, alerts::silences, PENDING, alerts::pending, HISTORY, alerts::history, STATISTICS,
                () -> alerts.statistics(clock.instant()));
    }

    Map<String, Change> changes() {
        return Map.of(ACKNOWLEDGE, this::acknowledge, SILENCE, this::silence, UNSILENCE, this::unsilence, RESOLVE,
                this::resolve);
    }

    private Change.Result acknowledge(Map<String, String> said) {
        Predicate<OpenAlert> which = named(said);
        if (said.containsKey("code") && alerts.open().stream().noneMatch(which)) {
            return new Change.Result.Refused(NOT_OPEN, "no alert of that 'code' is open; without it all are"
                    + " acknowledged");
        }
        int noted = alerts.acknowledge(which, RuleDesk.who(said), note(said), clock.instant());
        return new Change.Result.Done(new Shown.Acknowledged(noted, alerts.open()));
    }

    /// Exactly what is named; all where nothing is.
    private static Predicate<OpenAlert> named(Map<String, String> said) {
        return alert -> is(said, "code", alert.code()) && is(said, "resource", alert.resource())
                && is(said, "rule", alert.rule());
    }

    private static boolean is(Map<String, String> said, String name, String value) {
        return said.getOrDefault(name, value).equals(value);
    }

    private static String note(Map<String, String> said) {
        String note = said.getOrDefault("note", "").strip();
        if (note.length() > LONGEST_NOTE) {
            throw new IllegalArgumentException("'note' may have " + LONGEST_NOTE + " characters, not " + note.length());
        }
        return note;
    }

    private Change.Result silence(Map<String, String> said) {
        var scope = new AlertScope(patterns(said, "code"), patterns(said, "resource"), patterns(said, "rule"));
        if (scope.equals(AlertScope.ALL)) {
            return new Change.Result.Refused("nothing_named",
                    "say which alerts by 'code', 'resource' or 'rule'; a star at the end stands for any, * alone for all");
        }
        Instant now = clock.instant();
        Instant until = until(said, now);
        Optional<Silence> made = alerts.silence(scope, until, RuleDesk.who(said), note(said), now);
        return made.isPresent()
                ? new Change.Result.Done(made.get())
                : new Change.Result.Refused("too_many_silences", "there are " + Alerts.MOST_SILENCES
                        + " silences; end one first");
    }

    private static List<String> patterns(Map<String, String> said, String name) {
        String pattern = said.getOrDefault(name, "");
        int star = pattern.indexOf('*');
        if (star >= 0 && star < pattern.length() - 1) {
            throw new IllegalArgumentException("'" + name + "' may have a star at its end only");
        }
        return pattern.isEmpty() ? List.of() : List.of(pattern);
    }

    private static Instant until(Map<String, String> said, Instant now) {
        String until = said.getOrDefault("until", "");
        Instant end = until.isEmpty() ? now.plus(span(said.getOrDefault("for", "1h"))) : time(until);
        if (!end.isAfter(now) || end.isAfter(now.plus(LONGEST))) {
            throw new IllegalArgumentException("a silence must end later than now and within a year");
        }
        return end;
    }

    private static Duration span(String text) {
        Duration read = DurationText.read(text);
        if (read == null) {
            throw new IllegalArgumentException("'for' must be a duration, for example 30m, 2h or 1d");
        }
        return read;
    }

    private static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'until' must be a time in UTC, for example 2026-12-24T18:00:00Z", e);
        }
    }

    private Change.Result unsilence(Map<String, String> said) {
        String id = said.getOrDefault("id", "");
        return alerts.unsilence(id, clock.instant())
                ? new Change.Result.Done(new Shown.Silences(alerts.silences()))
                : new Change.Result.Refused("no_such_silence", "there is no silence of that 'id'; " + SILENCES
                        + " lists those that hold");
    }

    private Change.Result resolve(Map<String, String> said) {
        if (!said.containsKey("code")) {
            return new Change.Result.Refused("nothing_named", "say the 'code' of the alert that is over");
        }
        Predicate<OpenAlert> which = named(said);
        if (alerts.open().stream().noneMatch(which)) {
            return new Change.Result.Refused(NOT_OPEN, "no such alert is open");
        }
        int ended = alerts.resolve(which, RuleDesk.who(said), clock.instant());
        return ended > 0
                ? new Change.Result.Done(new Shown.Resolved(ended, alerts.open()))
                : new Change.Result.Refused("still_so", "a rule that watches finds it still; it is over when that is no"
                        + " longer so. Take note of it, or silence it");
    }
}
