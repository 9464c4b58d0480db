package dev.formulary.engine.alert;

import dev.formulary.engine.alert.OpenAlert.State;
import dev.formulary.engine.config.AlertScope;
import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Cooldown;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What is open, pending, silenced and yet to be told, in a file that is written as a whole. A line is a thing, its first field says
/// which. Not thread-safe.
final class AlertFile {
    private static final Logger LOG = LoggerFactory.getLogger(AlertFile.class);
    private static final String VERSION = "V\t1";

    private static final Duration GRACE = Duration.ofMinutes(1);

    private final SavedLines file;

    AlertFile(Path path) {
        file = new SavedLines(path, "alerts");
    }

    /// What is kept: the parts of it are filled or read in place.
    record Content(Cases cases, Silences silences, Herald herald, Outgoing outgoing) {}

    void save(List<String> lines) {
        file.save(lines);
    }

    /// Reads what an earlier process has kept. What is damaged is left out.
    ///
    /// @param now from then on an alert must be raised again to stay open, within a minute at least
    void restore(Content into, Instant now) {
        List<String> lines;
        try {
            lines = file.read();
        } catch (IOException e) {
            LOG.error("alerts that were open can't be read, all begins anew file={} cause={}", file.file(),
                    e.toString());
            return;
        }
        if (!lines.isEmpty() && !lines.getFirst().equals(VERSION)) {
            LOG.error("alerts that were open are of another version, all begins anew file={}", file.file());
            return;
        }
        for (int i = 1; i < lines.size(); i++) {
            try {
                i += restore(lines, i, into, now);
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                LOG.error("line {} of the alerts that were open is damaged and left out: {}", i + 1, e.getMessage());
            }
        }
    }

    /// @return how many further lines belong to it
    private static int restore(List<String> lines, int at, Content into, Instant now) {
        String line = lines.get(at);
        switch (line.substring(0, 1)) {
            case "A" -> {
                Incident read = incident(new Fields(line, 26), now);
                into.cases.open.put(read.key, read);
            }
            case "P" -> {
                Pending read = pending(new Fields(line, 10));
                into.cases.pending.put(read.key(), read);
            }
            case "C" -> past(new Fields(line, 7), into.cases.past);
            case "S" -> into.silences.restore(silence(new Fields(line, 9)));
            case "F" -> {
                Fields f = new Fields(line, 17);
                f.text();
                OpenAlert alert = alert(f);
                into.herald.farewells.put(alert.key(), new Herald.Farewell(alert, told(f.texts())));
            }
            case "T" -> {
                return telling(lines, at, into.outgoing);
            }
            default -> { // of an alert of a telling that is damaged
            }
        }
        return 0;
    }

    /// All that is to be kept.
    static List<String> lines(Content of) {
        var lines = new ArrayList<String>();
        lines.add(VERSION);
        of.cases.open.values().stream().sorted(java.util.Comparator.comparing(each -> each.key.toString()))
                .forEach(each -> lines.add(line(each)));
        of.cases.pending.values().forEach(each -> lines.add(Fields.line("P", each.key().rule(), each.key().code(),
                each.key().resource(), each.severity(), each.message(), each.since(), each.last(), each.count(),
                each.watched())));
        of.cases.past.forEach((key, each) -> lines.add(Fields.line("C", key.rule(), key.code(), key.resource(),
                each.cooldown.until(), each.cooldown.severity(),
                each.openings.stream().map(Instant::toEpochMilli).toList())));
        of.silences.all().forEach(each -> lines.add(Fields.line("S", each.id(), each.scope().codes(),
                each.scope().resources(), each.scope().rules(), each.until(), each.by(), each.note(), each.since())));
        of.herald.farewells.values().forEach(each -> lines.add(line("F", each.alert()) + "\t"
                + Fields.line(told(each.left()))));
        of.outgoing.all().forEach(each -> {
            lines.add(Fields.line("T", each.id(), each.kind(), each.at(), each.more(), each.about(), each.channels()
                    .stream().sorted().toList(), each.alerts().size()));
            each.alerts().forEach(alert -> lines.add(line("O", alert)));
        });
        return lines;
    }

    private static String line(Incident a) {
        Incident.Sighting seen = a.sighting();
        var noted = a.acknowledged;
        return Fields.line("A", a.key.rule(), a.key.code(), a.key.resource(), a.severity(), a.began, a.opened,
                seen.count(), seen.message(), a.timing.lasting(), a.timing.recovery(), a.timing.cooldown(),
                noted == null ? null : noted.by(), noted == null ? null : noted.at(),
                noted == null ? null : noted.note(), a.watched, a.flapping, a.silenced, a.cooldown.until(),
                a.cooldown.severity(),
                a.hiddenUntil, told(a.told), a.steps.entrySet().stream().map(each -> Fields.parts(each.getKey(),
                        each.getValue())).toList(),
                a.waiting.stream().sorted().toList(), wanted(a.wanted), a.hushed);
    }

    private static Incident incident(Fields f, Instant now) {
        f.text();
        var key = new AlertKey(f.text(), f.text(), f.text());
        Severity severity = f.word(Severity.class);
        Instant began = f.time();
        Instant opened = f.time();
        var seen = new Incident.Sighting(now, f.number(), f.text());
        var timing = new AlertTiming(f.duration(), f.duration(), f.duration());
        var read = new Incident(key, severity, began, opened, seen, timing, List.of());
        read.notBefore = now.plus(GRACE);
        read.acknowledged = f.acknowledged();
        read.watched = f.flag();
        read.flapping = f.flag();
        read.silenced = f.flag();
        read.cooldown = new Cooldown(f.time(), f.word(Severity.class));
        read.hiddenUntil = f.time();
        read.told.putAll(told(f.texts()));
        f.texts().forEach(each -> {
            List<String> parts = Fields.apart(each, 2);
            read.steps.put(parts.getFirst(), Fields.time(parts.getLast()));
        });
        read.waiting.addAll(new HashSet<>(f.texts()));
        read.wanted = wanted(f.texts());
        read.hushed = f.flag();
        return read;
    }

    private static Pending pending(Fields f) {
        f.text();
        return new Pending(new AlertKey(f.text(), f.text(), f.text()), f.word(Severity.class), f.text(), f.time(),
                f.time(), f.number(), f.flag());
    }

    private static void past(Fields f, Map<AlertKey, Past> into) {
        f.text();
        var key = new AlertKey(f.text(), f.text(), f.text());
        var past = new Past();
        past.cooldown = new Cooldown(f.time(), f.word(Severity.class));
        f.texts().forEach(each -> past.openings.add(Fields.time(each)));
        into.put(key, past);
    }

    private static Silence silence(Fields f) {
        f.text();
        return new Silence(f.text(), new AlertScope(f.texts(), f.texts(), f.texts()), f.time(), f.text(), f.text(),
                f.time());
    }

    private static int telling(List<String> lines, int at, Outgoing into) {
        Fields f = new Fields(lines.get(at), 8);
        f.text();
        String id = f.text();
        Telling.Kind kind = f.word(Telling.Kind.class);
        Instant time = f.time();
        int more = (int) f.number();
        String about = f.text();
        List<String> channels = f.texts();
        int number = (int) f.number();
        var alerts = new ArrayList<OpenAlert>();
        for (int i = 1; i <= number; i++) {
            Fields each = new Fields(lines.get(at + i), 16);
            each.text();
            alerts.add(alert(each));
        }
        into.keep(new Telling(id, kind, time, alerts, more, about, new HashSet<>(channels)));
        return number;
    }

    private static String line(String what, OpenAlert a) {
        var noted = a.acknowledged();
        return Fields.line(what, a.rule(), a.code(), a.resource(), a.severity(), a.message(), a.firstSeen(),
                a.lastSeen(), a.count(), noted == null ? null : noted.by(), noted == null ? null : noted.at(),
                noted == null ? null : noted.note(), a.state(), a.held(), a.flapping(), wanted(a.wanted()));
    }

    private static OpenAlert alert(Fields f) {
        return new OpenAlert(f.text(), f.text(), f.text(), f.word(Severity.class), f.text(), f.time(), f.time(),
                f.number(), f.acknowledged(), f.word(State.class), f.text(), f.flag(), wanted(f.texts()));
    }

    private static List<String> told(Map<String, Told> told) {
        return told.entrySet().stream().map(each -> Fields.parts(each.getKey(), each.getValue().severity(),
                each.getValue().about(), each.getValue().flapping())).toList();
    }

    private static Map<String, Told> told(Collection<String> texts) {
        var told = new java.util.LinkedHashMap<String, Told>();
        texts.forEach(each -> {
            List<String> parts = Fields.apart(each, 4);
            told.put(parts.get(0), new Told(Severity.valueOf(parts.get(1)), parts.get(2),
                    Boolean.parseBoolean(parts.get(3))));
        });
        return told;
    }

    private static List<String> wanted(List<Notice.Wanted> wanted) {
        return wanted.stream().map(each -> Fields.parts(each.model(), each.kind(), each.points(),
                each.most().toMillis())).toList();
    }

    private static List<Notice.Wanted> wanted(Collection<String> texts) {
        return texts.stream().map(each -> Fields.apart(each, 4)).map(parts -> new Notice.Wanted(parts.get(0),
                Measure.Kind.valueOf(parts.get(1)), Double.parseDouble(parts.get(2)),
                Duration.ofMillis(Long.parseLong(parts.get(3))))).toList();
    }
}
