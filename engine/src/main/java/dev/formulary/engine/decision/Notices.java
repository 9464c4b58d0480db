package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes one alert of each code, the worst first, and leaves out those that are too many.
final class Notices {
    private static final int MOST = 32;
    /// The worst says it; among equals the first by name.
    private static final Comparator<Notice> WORST_FIRST = Comparator.comparing(Notice::severity).reversed()
            .thenComparing(Notice::rule)
            .thenComparing(Notice::code)
            .thenComparing(Notice::message);

    private Notices() {}

    static List<Notice> of(List<Said> said, List<Notice> own) {
        Map<String, Notice> byCode = new HashMap<>();
        for (Notice notice : own) {
            merge(byCode, notice);
        }
        for (Said one : said) {
            if (one instanceof Said.Alert alert) {
                merge(byCode, new Notice(alert.rule().id(), alert.severity(), alert.code(), alert.message()));
            }
        }
        return byCode.size() <= 1
                ? List.copyOf(byCode.values())
                : byCode.values().stream().sorted(WORST_FIRST).limit(MOST).toList();
    }

    private static void merge(Map<String, Notice> byCode, Notice notice) {
        byCode.merge(notice.code(), notice, (one, other) -> WORST_FIRST.compare(one, other) <= 0 ? one : other);
    }
}
