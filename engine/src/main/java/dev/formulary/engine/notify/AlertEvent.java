package dev.formulary.engine.notify;

import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.OpenAlert.Acknowledgement;
import dev.formulary.engine.alert.Telling;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is told of alerts. The id stays the same however often it is told, so that a receiver can leave out what it knows.
///
/// @param id of this event
/// @param type what happened
/// @param at when
/// @param node at which node
/// @param alerts what it is about, the worst first; never empty
/// @param number how many it is about, of which the first are listed
public record AlertEvent(String id, Type type, Instant at, String node, List<OpenAlert> alerts, int number) {
    private static final int LONGEST = 2_000;
    private static final int LONGEST_LINE = 300;

    public AlertEvent {
        alerts = List.copyOf(alerts);
    }

    /// About one alert.
    public AlertEvent(String id, Type type, Instant at, String node, OpenAlert alert) {
        this(id, type, at, node, List.of(alert), 1);
    }

    /// What happened.
    public enum Type {
        /// An alert is open.
        OPENED,
        /// It is more severe than before.
        WORSENED,
        /// It comes and goes; nothing more is told until it is calm.
        FLAPPING,
        /// It is open for so long that more people are told.
        ESCALATED,
        /// It is still open, and nobody has taken note.
        REPEATED,
        /// Somebody has taken note.
        ACKNOWLEDGED,
        /// It is over.
        RESOLVED,
        /// Nothing; somebody wants to know whether the channel works.
        TEST;

        /// As it stands in documents.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Type of(Telling.Kind kind) {
            return valueOf(kind.name());
        }
    }

    static AlertEvent of(Telling telling, String node) {
        return new AlertEvent(telling.id(), Type.of(telling.kind()), telling.at(), node, telling.alerts(),
                telling.alerts().size() + telling.more());
    }

    static AlertEvent test(String id, String channel, String node, Instant now) {
        return new AlertEvent(id, Type.TEST, now, node, new OpenAlert("engine", "test", Severity.INFO,
                "this is a test of the channel '" + channel + "'", now, now, 1));
    }

    /// The worst alert that it is about.
    public OpenAlert alert() {
        return alerts.getFirst();
    }

    /// What it is about, in a few words: a code, with the resource where there is one.
    public String subject() {
        String first = alert().code();
        if (alerts.size() == 1) {
            return alert().resource().isEmpty() ? first : first + " " + alert().resource();
        }
        return alerts.stream().allMatch(each -> each.code().equals(first)) ? first : "alerts";
    }

    /// One line.
    public String title() {
        String what = subject() + (number > 1 ? ", " + number + " of them" : "") + " (" + node + ")";
        return switch (type) {
            case OPENED -> capital(severity()) + ": " + what;
            case WORSENED -> "Now " + severity() + ": " + what;
            case FLAPPING -> "Comes and goes: " + what;
            case ESCALATED -> "Nobody has taken note, " + severity() + ": " + what;
            case REPEATED -> "Still open, " + severity() + ": " + what;
            case ACKNOWLEDGED -> "Noted: " + what;
            case RESOLVED -> "Resolved: " + what;
            case TEST -> "Test: " + what;
        };
    }

    /// A few lines.
    public String text() {
        return message() + noted() + details() + "\nevent " + id;
    }

    private String details() {
        if (number > 1) {
            return "";
        }
        return "\n\nrule " + alert().rule() + ", since " + alert().firstSeen() + ", seen " + alert().count()
                + (alert().count() == 1 ? " time" : " times");
    }

    private String noted() {
        Acknowledgement noted = alert().acknowledged();
        return noted == null
                ? ""
                : "\nnoted by " + noted.by() + (noted.note().isEmpty() ? "" : ": " + noted.note());
    }

    /// What the rule said; of several alerts a line for each.
    public String message() {
        if (number == 1) {
            return cut(alert().message());
        }
        String lines = alerts.stream().map(each -> each.severity().name().toLowerCase(Locale.ROOT) + " " + each.code()
                + (each.resource().isEmpty() ? "" : " " + each.resource()) + ": "
                + cut(each.message(), LONGEST_LINE)).collect(Collectors.joining("\n"));
        return number == alerts.size() ? lines : lines + "\nand " + (number - alerts.size()) + " more";
    }

    static String cut(String text) {
        return cut(text, LONGEST);
    }

    private static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }

    /// As it stands in documents.
    public String severity() {
        return alert().severity().name().toLowerCase(Locale.ROOT);
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }

    /// The document of it, one line of JSON.
    public String document() {
        return AlertDocument.of(this);
    }

    /// What a document says; null when it is none of a version that is known here.
    static @Nullable AlertEvent known(String document) {
        try {
            return AlertDocument.read(document);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /// A text as a string of JSON, with its quotes.
    public static String quoted(String text) {
        return AlertDocument.quoted(text);
    }
}
