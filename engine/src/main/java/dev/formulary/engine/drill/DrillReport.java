package dev.formulary.engine.drill;

import dev.formulary.engine.dispatch.BreakerHistory;
import dev.formulary.engine.facts.BreakerState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What users would have seen.
///
/// @param drill its name
/// @param about what went wrong
/// @param fromMs since when, in milliseconds after the first call
/// @param untilMs until when
/// @param deadlineMs how long each caller waited at most
/// @param good whether it went as well as it could: nobody noticed, or, where no model was left, everybody was told in time
/// @param verdict the same in words
/// @param spans before, during and after
/// @param problems what callers were told, by dialect, status and code
/// @param answeredBy how many calls each model answered
/// @param doubledWords words that came twice to somebody
/// @param missingWords words that never came to somebody who got an answer
/// @param breakers what became of the breakers
/// @param recoveryMs from the end of what went wrong until every breaker was closed; 0 when all were, -1 when they never were
/// @param held calls, places and providers that were still held at the end
public record DrillReport(String drill, String about, long fromMs, long untilMs, long deadlineMs, boolean good,
        String verdict, List<Span> spans, Map<String, Long> problems, Map<String, Long> answeredBy, int doubledWords,
        int missingWords, List<Turn> breakers, long recoveryMs, int held) {

    /// A breaker changed.
    ///
    /// @param atMs in milliseconds after the first call
    public record Turn(long atMs, String model, BreakerState to) {}

    static DrillReport of(Drill drill, DrillSize size, List<Seen> seen, List<BreakerHistory.Change> changes,
            Instant begun, boolean closed, int held) {
        List<Turn> turns = new ArrayList<>(changes.reversed().stream().map(change -> new Turn(Duration.between(begun,
                change.at()).toMillis(), change.model(), change.to())).toList());
        long recovery = closed
                ? Math.max(0, turns.stream().mapToLong(Turn::atMs).max().orElse(0) - size.until())
                : -1;
        long deadline = size.deadline().toMillis();
        List<Span> spans = spans(size, seen, deadline);
        var verdict = new Verdict(drill, size, seen, spans, recovery, held);
        return new DrillReport(drill.word(), drill.about(), size.from(), size.until(), deadline, verdict.isGood(),
                verdict.words(), spans,
                counts(seen, each -> !each.answered(), Seen::problem),
                counts(seen, Seen::answered, Seen::model),
                seen.stream().mapToInt(Seen::doubled).sum(), seen.stream().mapToInt(Seen::missing).sum(), turns,
                recovery, held);
    }

    private static List<Span> spans(DrillSize size, List<Seen> seen, long deadline) {
        Map<String, List<Seen>> byName = seen.stream().collect(Collectors.groupingBy(each -> each.atMs() < size.from()
                ? "before"
                : each.atMs() < size.until() ? "during" : "after"));
        return List.of("before", "during", "after").stream()
                .map(name -> Span.of(name, deadline, byName.getOrDefault(name, List.of()))).toList();
    }

    private static Map<String, Long> counts(List<Seen> seen, Predicate<Seen> which, Function<Seen, String> what) {
        return seen.stream().filter(which).collect(Collectors.groupingBy(what, TreeMap::new, Collectors.counting()));
    }
}
