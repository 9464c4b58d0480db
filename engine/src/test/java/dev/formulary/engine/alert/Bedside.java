package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Alerts with a clock that a test moves, and channels that keep what they are told as `channel kind code[resources]`.
final class Bedside implements Teller {
    /// A Saturday.
    static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    final List<String> said = new ArrayList<>();
    final List<Telling> tellings = new ArrayList<>();
    /// What a rule that watches finds at each tick.
    final Set<Notice> found = new java.util.LinkedHashSet<>();
    private final AlertSettings settings;
    private final Path folder;
    private final Random random = new Random(7);
    private final Set<String> ids = new HashSet<>();
    Instant now = NOON;
    Alerts alerts;
    /// Whether what is handed over is kept at once.
    boolean keeps = true;

    Bedside(Path folder, String yaml) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            settings = Configuration.read("alerts:\n" + yaml.indent(2), folder, Map.of()).alerts();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        alerts = start();
    }

    private Alerts start() {
        Alerts started = Alerts.open(settings, folder, random, now);
        started.tellBy(this);
        return started;
    }

    /// As after kill -9: nothing is written down any more.
    void restart() {
        alerts = start();
    }

    @Override
    public boolean take(Telling telling, Runnable kept) {
        if (ids.add(telling.id())) {
            tellings.add(telling);
            for (String channel : new TreeSet<>(telling.channels())) {
                said.add(channel + " " + telling.kind().name().toLowerCase(java.util.Locale.ROOT) + " "
                        + subject(telling));
            }
        }
        if (keeps) {
            kept.run();
        }
        return true;
    }

    private static String subject(Telling telling) {
        return telling.alerts().stream().collect(Collectors.groupingBy(OpenAlert::code, java.util.TreeMap::new,
                Collectors.mapping(OpenAlert::resource, Collectors.toCollection(TreeSet::new))))
                .entrySet().stream().map(each -> each.getKey() + (each.getValue().equals(Set.of(""))
                        ? ""
                        : each.getValue().toString()))
                .collect(Collectors.joining("+"))
                + (telling.more() > 0 ? "+" + telling.more() : "");
    }

    /// What was said since this was asked last.
    List<String> said() {
        var latest = List.copyOf(said);
        said.clear();
        return latest;
    }

    /// A tick of rules that watch, and of alerts, every ten seconds for some time.
    void run(Duration time) {
        for (Instant end = now.plus(time); now.isBefore(end);) {
            now = now.plusSeconds(10);
            tick();
        }
    }

    void tick() {
        alerts.observe(List.copyOf(found), now);
        alerts.tick(now);
    }

    void raise(Severity severity, String code) {
        alerts.raise(new Notice("r", severity, code, "it is so"), now);
        alerts.tick(now);
    }

    /// Something that is found from now on, at once an alert and over as soon as it is not found.
    Notice finds(Severity severity, String code, String resource) {
        return finds(severity, code, resource, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    Notice finds(Severity severity, String code, String resource, Duration lasting, Duration recovery,
            Duration cooldown) {
        var notice = notice(severity, code, resource, new AlertTiming(lasting, recovery, cooldown), false);
        found.add(notice);
        return notice;
    }

    static Notice notice(Severity severity, String code, String resource, AlertTiming timing, boolean holds) {
        return new Notice("r", severity, code, resource, code + " of " + resource, timing, holds, List.of());
    }

    List<String> open() {
        return alerts.open().stream().map(each -> each.state().name().toLowerCase(java.util.Locale.ROOT) + " " + each
                .code() + (each.resource().isEmpty() ? "" : "[" + each.resource() + "]")).sorted().toList();
    }
}
