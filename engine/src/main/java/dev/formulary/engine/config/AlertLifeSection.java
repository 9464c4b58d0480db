package dev.formulary.engine.config;

import dev.formulary.engine.config.AlertLife.Escalation;
import dev.formulary.engine.config.AlertLife.Flapping;
import dev.formulary.engine.config.AlertLife.Inhibition;
import dev.formulary.engine.config.AlertLife.Maintenance;
import dev.formulary.engine.config.AlertLife.Quiet;
import dev.formulary.engine.facts.Severity;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads what the file says of the life of alerts.
final class AlertLifeSection {
    static final Pattern WORD = Pattern.compile("[^\\s*]+\\*?|\\*");
    static final String A_CODE = "a code of alerts, or its beginning with a star, for example host-*";
    private static final String A_WORD = "a word, or its beginning with a star, for example ollama/*";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,60}");
    private static final Pattern DAY = Pattern.compile("mon|tue|wed|thu|fri|sat|sun");
    private static final Pattern HOUR = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]");
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,18}Z");
    private static final Pattern ANY = Pattern.compile(".*");
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration DAYS = Duration.ofDays(30);
    /// Each is looked at for each open alert.
    private static final int MOST = 50;

    private AlertLifeSection() {}

    /// @param s the section of alerts
    /// @param channels the names of the channels that there are
    static AlertLife read(Section s, Set<String> channels) {
        AlertLife usual = AlertLife.USUAL;
        Set<String> names = new HashSet<>();
        return new AlertLife(s.duration("group", usual.group(), Duration.ZERO, Duration.ofMinutes(10)),
                s.section("flapping", AlertLifeSection::flapping),
                few(s, "escalation", s.list("escalation", each -> escalation(each, channels))),
                few(s, "quiet", s.list("quiet", each -> quiet(each, channels))),
                few(s, "maintenance", s.list("maintenance", each -> maintenance(each, names))),
                s.has("inhibit")
                        ? few(s, "inhibit", s.list("inhibit", AlertLifeSection::inhibition))
                        : usual.inhibit());
    }

    private static <T> List<T> few(Section s, String key, List<T> list) {
        if (list.size() > MOST) {
            s.complain(key, "are " + list.size() + "; there can be " + MOST);
        }
        return list;
    }

    private static Flapping flapping(Section s) {
        Flapping usual = AlertLife.USUAL.flapping();
        return new Flapping(s.number("times", usual.times(), 2, 100),
                s.duration("within", usual.within(), MINUTE, Duration.ofDays(1)),
                s.duration("calm", usual.calm(), MINUTE, Duration.ofDays(1)));
    }

    private static Escalation escalation(Section s, Set<String> channels) {
        s.require("after", "channels");
        Duration repeat = s.has("repeat") ? s.duration("repeat", Duration.ofHours(1), MINUTE, DAYS) : null;
        return new Escalation(s.duration("after", Duration.ofMinutes(15), SECOND, DAYS), known(s, channels),
                severity(s, "severity", "warning"), s.texts("codes", WORD, A_CODE), repeat);
    }

    private static List<String> known(Section s, Set<String> channels) {
        List<String> named = s.texts("channels", ANY, "the name of a channel");
        for (String each : named) {
            if (!channels.contains(each)) {
                s.complain("channels", "names \"" + each + "\", which is no channel; there are "
                        + (channels.isEmpty() ? "none" : String.join(", ", new java.util.TreeSet<>(channels))));
            }
        }
        return named;
    }

    static Severity severity(Section s, String key, String preset) {
        return Severity.valueOf(s.oneOf(key, preset, "info", "warning", "critical", "emergency")
                .toUpperCase(Locale.ROOT));
    }

    private static Quiet quiet(Section s, Set<String> channels) {
        s.require("from", "to");
        return new Quiet(weekly(s), severity(s, "through", "critical"), known(s, channels));
    }

    private static Weekly weekly(Section s) {
        Set<DayOfWeek> days = s.texts("days", DAY, "mon, tue, wed, thu, fri, sat or sun").stream()
                .map(AlertLifeSection::day).collect(Collectors.toCollection(() -> EnumSet.noneOf(DayOfWeek.class)));
        return new Weekly(days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days, hour(s, "from"), hour(s, "to"),
                zone(s));
    }

    private static DayOfWeek day(String word) {
        return Arrays.stream(DayOfWeek.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).startsWith(word)).findFirst().orElseThrow();
    }

    private static LocalTime hour(Section s, String key) {
        return LocalTime.parse(s.text(key, "00:00", HOUR, "a time of day in quotes, for example \"22:30\""));
    }

    private static ZoneId zone(Section s) {
        String named = s.optionalText("zone");
        try {
            return named == null ? ZoneId.systemDefault() : ZoneId.of(named);
        } catch (DateTimeException e) {
            s.complain("zone", "must be a time zone, for example Europe/Berlin or UTC, not \"" + named + "\"");
            return ZoneId.systemDefault();
        }
    }

    private static Maintenance maintenance(Section s, Set<String> names) {
        s.require("name");
        String name = s.once("name", s.text("name", "", NAME, "up to 61 letters, digits, spaces, dots and hyphens"),
                names);
        var scope = new AlertScope(s.texts("codes", WORD, A_CODE), s.texts("resources", WORD, A_WORD),
                s.texts("rules", WORD, A_WORD));
        if (s.has("from") || s.has("to")) {
            s.require("from", "to");
            return new Maintenance(name, scope, weekly(s), null, null);
        }
        s.require("since", "until");
        Instant since = time(s, "since");
        Instant until = time(s, "until");
        if (since != null && until != null && !until.isAfter(since)) {
            s.complain("until", "must be after since");
        }
        return new Maintenance(name, scope, null, since, until);
    }

    private static @Nullable Instant time(Section s, String key) {
        String right = "a time in UTC, for example 2026-12-24T18:00:00Z";
        String text = s.has(key) ? s.text(key, "", TIME, right) : "";
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            s.complain(key, "must be " + right);
            return null;
        }
    }

    private static Inhibition inhibition(Section s) {
        s.require("source", "targets");
        List<String> targets = s.texts("targets", WORD, A_CODE);
        return new Inhibition(s.text("source", "", WORD, A_CODE), targets,
                s.oneOf("equal", "resource-prefix", "resource-prefix", "none").equals("resource-prefix"));
    }
}
