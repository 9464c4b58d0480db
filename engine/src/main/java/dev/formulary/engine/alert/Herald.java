package dev.formulary.engine.alert;

import dev.formulary.engine.config.AlertChannel;
import dev.formulary.engine.config.AlertLife;
import dev.formulary.engine.config.AlertSettings;
import dev.formulary.engine.facts.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Decides whom to tell what of alerts, and when. It asks at each pass anew who should know something and does not, so what was
/// held back is told when nothing holds it any more, if it is still so. The lock of [Alerts] guards it.
final class Herald {
    private static final Comparator<Incident> OLDEST = Comparator.<Incident, Instant>comparing(each -> each.opened)
            .thenComparing(each -> each.key.toString());

    /// What some channels have yet to hear the end of.
    final Map<AlertKey, Farewell> farewells = new LinkedHashMap<>();
    private final Map<String, AlertChannel> channels = new LinkedHashMap<>();
    private final AlertLife life;
    private final Silences silences;
    private final Supplier<String> ids;
    private final Map<String, Instant> windows = new HashMap<>();
    /// Windows that have opened in this pass: all that is told in one is told together.
    private final Set<String> fresh = new HashSet<>();
    private final List<Incident> noted = new ArrayList<>();

    /// @param left the channels
    record Farewell(OpenAlert alert, Map<String, Told> left) {}

    Herald(AlertSettings settings, Silences silences, Supplier<String> ids) {
        settings.channels().forEach(each -> channels.put(each.name(), each));
        life = settings.life();
        this.silences = silences;
        this.ids = ids;
    }

    /// An alert has opened. Who has yet to hear the end of the one before need not hear of this.
    void opened(Incident fresh) {
        Farewell before = farewells.remove(fresh.key);
        if (before != null) {
            fresh.told.putAll(before.left);
        }
    }

    void over(Incident over) {
        var left = new LinkedHashMap<String, Told>();
        over.told.forEach((name, told) -> {
            AlertChannel channel = channels.get(name);
            if (channel != null && channel.resolved()) {
                left.put(name, told);
            }
        });
        if (!left.isEmpty()) {
            farewells.put(over.key, new Farewell(over.shown().resolved(), left));
        }
    }

    void acknowledged(Incident incident) {
        noted.add(incident);
    }

    /// What is to be told now.
    List<Telling> pass(Collection<Incident> open, Instant now) {
        var batch = new Batch();
        fresh.clear();
        windows.values().removeIf(last -> last.isAfter(now) || !last.plus(life.group()).isAfter(now));
        List<Incident> inOrder = open.stream().sorted(OLDEST).toList();
        Inhibitions.mark(life.inhibit(), inOrder, now);
        inOrder.forEach(each -> consider(each, batch, now));
        noted.forEach(each -> note(each, batch, now));
        noted.clear();
        farewells(batch, now);
        return batch.tellings(ids, now);
    }

    private void consider(Incident incident, Batch batch, Instant now) {
        String hush = hush(incident.key, now);
        incident.hushed = !hush.isEmpty();
        String back = hush.isEmpty() && incident.hiddenUntil.isAfter(now) ? "another alert explains it" : hush;
        String held = back;
        OpenAlert shown = incident.shown();
        for (AlertChannel channel : channels.values()) {
            Telling.Kind kind = kind(incident, channel, now);
            boolean quiet = kind != null && quiet(channel.name(), incident.severity(), now);
            if (kind == null) {
                incident.waiting.remove(channel.name());
            } else if (!back.isEmpty() || quiet) {
                incident.waiting.add(channel.name());
                incident.silenced |= incident.hushed;
                held = quiet && held.isEmpty() ? "quiet hours" : held;
            } else {
                tell(kind, incident, shown, channel.name(), batch, now);
            }
        }
        if (back.isEmpty() && incident.acknowledged == null) {
            climb(incident, shown, batch, now);
        }
        incident.held = held.isEmpty() && isCooling(incident, now) ? "cooldown" : held;
    }

    /// What a channel should hear of an alert and has not; null for nothing.
    private static Telling.@Nullable Kind kind(Incident incident, AlertChannel channel, Instant now) {
        Told told = incident.told.get(channel.name());
        if (incident.acknowledged != null) {
            return null;
        }
        if (told == null) {
            if (!wants(channel, incident)) {
                return null;
            }
            return incident.flapping ? Telling.Kind.FLAPPING : isCooling(incident, now) ? null : Telling.Kind.OPENED;
        }
        if (incident.severity().compareTo(told.severity()) > 0) {
            return Telling.Kind.WORSENED;
        }
        return incident.flapping && !told.flapping() ? Telling.Kind.FLAPPING : null;
    }

    private static boolean wants(AlertChannel channel, Incident incident) {
        return !channel.escalation() && channel.wants(incident.severity(), incident.key.code(), false)
                && !AlertChannel.failing(channel.name()).equals(incident.key.code());
    }

    private static boolean isCooling(Incident incident, Instant now) {
        incident.cooldown = incident.cooldown.atMost(now.plus(incident.timing.cooldown()));
        return incident.cooldown.holds(incident.severity(), now);
    }

    private void tell(Telling.Kind kind, Incident incident, OpenAlert shown, String channel, Batch batch,
            Instant now) {
        String about = about(incident, channel);
        boolean together = kind == Telling.Kind.OPENED && incident.waiting.contains(channel);
        if (together || !waits(kind, channel, about, incident.severity())) {
            opens(kind, channel, about, now);
            batch.add(kind, channel, about, together, shown, incident);
        }
    }

    private static String about(Incident incident, String channel) {
        Told told = incident.told.get(channel);
        return told == null ? incident.key.about() : told.about();
    }

    /// Whether another of the same rule was told a moment ago.
    private boolean waits(Telling.Kind kind, String channel, String about, Severity severity) {
        Instant last = windows.get(window(kind, channel, about));
        return last != null && severity != Severity.EMERGENCY && !fresh.contains(window(kind, channel, about));
    }

    private void opens(Telling.Kind kind, String channel, String about, Instant now) {
        if (kind == Telling.Kind.OPENED || kind == Telling.Kind.RESOLVED) {
            String window = window(kind, channel, about);
            if (windows.put(window, now) == null) {
                fresh.add(window);
            }
        }
    }

    private static String window(Telling.Kind kind, String channel, String about) {
        return kind + "\n" + channel + "\n" + about;
    }

    private void climb(Incident incident, OpenAlert shown, Batch batch, Instant now) {
        for (AlertLife.Escalation step : life.escalation()) {
            if (step.concerns(incident.severity(), incident.key.code())
                    && !incident.opened.plus(step.after()).isAfter(now)) {
                step.channels().forEach(channel -> climb(incident, shown, step, channel, batch, now));
            }
        }
    }

    private void climb(Incident incident, OpenAlert shown, AlertLife.Escalation step, String channel, Batch batch,
            Instant now) {
        String name = step.after() + " " + channel;
        Instant last = incident.steps.get(name);
        if (last != null && last.isAfter(now)) {
            incident.steps.put(name, now);
        }
        boolean again = last != null && step.repeat() != null && !last.plus(step.repeat()).isAfter(now);
        if ((last == null || again) && !quiet(channel, incident.severity(), now)
                && !AlertChannel.failing(channel).equals(incident.key.code())) {
            incident.steps.put(name, now);
            if (!batch.tells(incident.key, channel)) {
                batch.add(again ? Telling.Kind.REPEATED : Telling.Kind.ESCALATED, channel, about(incident, channel),
                        false, shown, incident);
            }
        }
    }

    private void note(Incident incident, Batch batch, Instant now) {
        OpenAlert shown = incident.shown();
        incident.told.forEach((name, told) -> {
            AlertChannel channel = channels.get(name);
            if (channel != null && channel.acknowledged() && !quiet(name, incident.severity(), now)) {
                batch.add(Telling.Kind.ACKNOWLEDGED, name, told.about(), false, shown, incident);
            }
        });
    }

    private void farewells(Batch batch, Instant now) {
        int number = farewells.size();
        for (Farewell each : List.copyOf(farewells.values())) {
            OpenAlert alert = each.alert;
            boolean must = number-- > Alerts.MOST;
            boolean hushed = !must && !hush(alert.key(), now).isEmpty();
            each.left.entrySet().removeIf(left -> {
                String channel = left.getKey();
                String about = left.getValue().about();
                if (!must && (hushed || quiet(channel, alert.severity(), now)
                        || waits(Telling.Kind.RESOLVED, channel, about, alert.severity()))) {
                    return false;
                }
                opens(Telling.Kind.RESOLVED, channel, about, now);
                batch.add(Telling.Kind.RESOLVED, channel, about, false, alert, null);
                return true;
            });
            if (each.left.isEmpty()) {
                farewells.remove(alert.key());
            }
        }
    }

    /// What keeps an alert from being told; empty when nothing does.
    private String hush(AlertKey key, Instant now) {
        Silence silence = silences.of(key);
        if (silence != null) {
            return "silence " + silence.id() + " by " + silence.by();
        }
        return life.maintenance().stream().filter(each -> key.isIn(each.scope()) && each.covers(now)).findFirst()
                .map(each -> "maintenance " + each.name()).orElse("");
    }

    private boolean quiet(String channel, Severity severity, Instant now) {
        return life.quiet().stream().anyMatch(each -> each.holds(channel, severity, now));
    }
}
