package dev.formulary.engine.decision;

import dev.formulary.engine.facts.AlertTiming;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Makes alerts of what rules that watch said: one of each rule, code and resource. The order of what was said can't matter.
final class Tidings {
    /// As many as can be open.
    static final int MOST = 500;
    /// The alert that there were more.
    static final String TOO_MANY = "too-many-alerts";
    private static final Comparator<Notice> WORST_FIRST = Comparator.comparing(Notice::holds)
            .thenComparing(Comparator.comparing(Notice::severity).reversed())
            .thenComparing(Notice::rule).thenComparing(Notice::code).thenComparing(Notice::resource)
            .thenComparing(Notice::message);

    private final Map<Key, Notice> notices = new LinkedHashMap<>();

    /// What is one alert.
    record Key(String rule, String code, String resource) {
        static Key of(Notice notice) {
            return new Key(notice.rule(), notice.code(), notice.resource());
        }
    }

    /// What one firing of a rule said.
    ///
    /// @return what is wrong with it, or null
    @Nullable
    String firing(List<Said> said) {
        List<Notice.Wanted> wanted = said.stream().filter(Said.Wish.class::isInstance).map(Said.Wish.class::cast)
                .map(Said.Wish::wanted).toList();
        boolean told = false;
        for (Said one : said) {
            if (one instanceof Said.Alert alert) {
                told = true;
                add(new Notice(alert.rule().id(), alert.severity(), alert.code(), alert.resource(), alert.message(),
                        timing(alert.rule()), false, wanted));
            } else if (one instanceof Said.Hold hold) {
                add(new Notice(hold.rule().id(), Severity.INFO, hold.code(), hold.resource(), "", timing(hold.rule()),
                        true, List.of()));
            }
        }
        return wanted.isEmpty() || told ? null : "it closes or demotes a model and tells no alert beside it";
    }

    private static AlertTiming timing(RuleInfo rule) {
        return Objects.requireNonNullElse(rule.timing(), AlertTiming.PRESET);
    }

    void add(Notice notice) {
        notices.merge(Key.of(notice), notice, Tidings::worse);
    }

    /// The worse of two, wanting what both want.
    private static Notice worse(Notice one, Notice other) {
        Notice worse = WORST_FIRST.compare(one, other) <= 0 ? one : other;
        if (one.wanted().equals(other.wanted())) {
            return worse;
        }
        var wanted = new LinkedHashSet<>(one.wanted());
        wanted.addAll(other.wanted());
        List<Notice.Wanted> sorted = wanted.stream().sorted(Comparator.comparing(Notice.Wanted::model)
                .thenComparing(Notice.Wanted::kind).thenComparingDouble(Notice.Wanted::points)
                .thenComparing(Notice.Wanted::most)).toList();
        return new Notice(worse.rule(), worse.severity(), worse.code(), worse.resource(), worse.message(),
                worse.timing(), worse.holds(), sorted);
    }

    /// The worst first, and what only holds last. Where they are too many the last are left out, and that is told.
    List<Notice> all() {
        if (notices.size() <= 1) {
            return List.copyOf(notices.values());
        }
        var all = new ArrayList<>(notices.values());
        all.sort(WORST_FIRST);
        if (all.size() <= MOST) {
            return List.copyOf(all);
        }
        Notice first = all.get(MOST - 1);
        all.subList(MOST - 1, all.size()).clear();
        all.add(new Notice("engine", Severity.WARNING, TOO_MANY, "rules that watch tell of " + notices.size()
                + " things at once, of which " + MOST + " are kept; the first left out is " + first.code()
                + " of rule '"
                + first.rule() + "'"));
        return List.copyOf(all);
    }
}
