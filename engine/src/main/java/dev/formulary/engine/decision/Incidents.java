package dev.formulary.engine.decision;

import dev.formulary.engine.config.AlertLife;
import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Cooldown;
import dev.formulary.engine.facts.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out which alerts open and are resolved, by what rules that watch tell from tick to tick and by the times that they give. As
/// in the gateway, one that opens within the cooldown of the one before is told when the cooldown is over, if it is still open then,
/// and else not at all. Not thread-safe.
final class Incidents {
    private static final Duration OF_LATE = AlertLife.USUAL.flapping().within();

    private final Map<Tidings.Key, Course> courses = new LinkedHashMap<>();
    private final List<Incident> over = new ArrayList<>();

    /// How it stands with one alert.
    private static final class Course {
        private AlertTiming timing = AlertTiming.PRESET;
        private @Nullable Duration since;
        private @Nullable Duration quiet;
        private @Nullable Incident open;
        private boolean told;
        private Cooldown cooldown = Cooldown.NONE;
        private final Deque<Duration> openings = new ArrayDeque<>();
    }

    /// @param now how long after the beginning
    void tick(List<Notice> notices, Duration now) {
        Map<Tidings.Key, Notice> told = new LinkedHashMap<>();
        notices.forEach(notice -> told.put(Tidings.Key.of(notice), notice));
        told.forEach((key, notice) -> {
            if (!notice.holds()) {
                courses.computeIfAbsent(key, _ -> new Course()).timing = notice.timing();
            }
        });
        courses.forEach((key, course) -> {
            Notice notice = told.get(key);
            if (course.open != null) {
                goesOn(course, course.open, notice, now);
            } else if (notice == null || notice.holds()) {
                course.since = null;
            } else {
                begins(course, notice, now);
            }
            tell(course, now);
        });
    }

    private static void begins(Course course, Notice notice, Duration now) {
        Duration since = course.since == null ? now : course.since;
        course.since = since;
        if (now.minus(since).compareTo(course.timing.lasting()) >= 0) {
            course.quiet = null;
            course.told = false;
            course.openings.addLast(now);
            course.open = new Incident(notice.rule(), notice.code(), notice.resource(), notice.severity(),
                    notice.message(), now, null, notice.wanted());
        }
    }

    private static void tell(Course course, Duration now) {
        Incident open = course.open;
        if (open != null && !course.told && !course.cooldown.holds(open.severity(), at(now))) {
            course.told = true;
            course.open = open.opened(now);
        }
    }

    private static Instant at(Duration now) {
        return Instant.EPOCH.plus(now);
    }

    private void goesOn(Course course, Incident open, @Nullable Notice notice, Duration now) {
        if (notice != null) {
            course.quiet = null;
            course.open = notice.holds() ? open : open.seen(notice);
            return;
        }
        Duration quiet = course.quiet == null ? now : course.quiet;
        course.quiet = quiet;
        if (now.minus(quiet).compareTo(course.timing.recovery()) >= 0) {
            if (course.told) {
                over.add(open.resolved(now));
            }
            course.openings.removeIf(each -> each.plus(OF_LATE).compareTo(now) <= 0);
            course.cooldown = course.cooldown.after(course.told, course.openings.size(), open.severity(),
                    course.timing.cooldown(), at(now));
            course.open = null;
            course.since = null;
        }
    }

    /// All that opened and were told, in the order in which it did.
    List<Incident> all() {
        var all = new ArrayList<>(over);
        courses.values().forEach(course -> {
            if (course.open != null && course.told) {
                all.add(course.open);
            }
        });
        all.sort(Comparator.comparing(Incident::opens).thenComparing(Incident::code).thenComparing(Incident::resource));
        return List.copyOf(all);
    }

    /// What becomes of a scenario's alerts.
    ///
    /// @param fired each firing
    /// @param problems what went wrong, in words
    record Outcome(List<Incident> incidents, List<RuleInfo> fired, List<String> problems) {
        static final Outcome NONE = new Outcome(List.of(), List.of(), List.of());
    }

    /// Lets a rule set watch a timeline.
    static Outcome of(RuleSet ruleSet, Timeline timeline, Bounds bounds) {
        var incidents = new Incidents();
        var fired = new ArrayList<RuleInfo>();
        var problems = new ArrayList<String>();
        Timeline.Seer seer = timeline.new Seer();
        for (int tick = 0; tick < timeline.ticks(); tick++) {
            Watched watched = ruleSet.watch(seer.at(tick), bounds);
            incidents.tick(watched.notices(), timeline.after(tick));
            fired.addAll(watched.fired());
            watched.problems().stream().filter(problem -> !problems.contains(problem)).forEach(problems::add);
        }
        return new Outcome(incidents.all(), fired.stream().distinct().toList(), List.copyOf(problems));
    }
}
