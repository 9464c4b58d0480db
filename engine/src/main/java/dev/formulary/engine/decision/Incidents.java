package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds out which alerts open and are resolved, by what rules that watch tell from tick to tick and by the times that they give. Not
/// thread-safe.
final class Incidents {
    private final Map<Tidings.Key, Course> courses = new LinkedHashMap<>();
    private final List<Incident> over = new ArrayList<>();

    /// How it stands with one alert.
    private static final class Course {
        private AlertTiming timing = AlertTiming.PRESET;
        private @Nullable Duration since;
        private @Nullable Duration quiet;
        private @Nullable Incident open;
        private @Nullable Incident last;
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
        });
    }

    private static void begins(Course course, Notice notice, Duration now) {
        Duration since = course.since == null ? now : course.since;
        course.since = since;
        Incident last = course.last;
        Duration resolved = last == null ? null : last.resolves();
        boolean cooling = last != null && resolved != null && now.compareTo(resolved.plus(course.timing.cooldown())) < 0
                && notice.severity().compareTo(last.severity()) <= 0;
        if (now.minus(since).compareTo(course.timing.lasting()) >= 0 && !cooling) {
            course.quiet = null;
            course.open = new Incident(notice.rule(), notice.code(), notice.resource(), notice.severity(),
                    notice.message(), now, null, notice.wanted());
        }
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
            course.last = open.resolved(now);
            over.add(open.resolved(now));
            course.open = null;
            course.since = null;
        }
    }

    /// All that opened, in the order in which it did.
    List<Incident> all() {
        var all = new ArrayList<>(over);
        courses.values().forEach(course -> {
            if (course.open != null) {
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
