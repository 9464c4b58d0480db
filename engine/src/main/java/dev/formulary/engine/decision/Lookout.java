package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Notice;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears the rules that watch, round for round. Of a rule that could not be heard to its end, what it told before goes on to hold:
/// an alert is not over because the rule fails that told of it. Thread-safe.
final class Lookout {
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    private final ReentrantLock turn = new ReentrantLock();
    private List<Notice> last = List.of();
    private List<String> problems = List.of();

    /// @param ruling the rules that serve, or null
    List<Notice> look(@Nullable Ruling ruling, Sighting sighting) {
        if (ruling == null) {
            return List.of();
        }
        turn.lock();
        try {
            Watched watched = ruling.watch(sighting);
            if (!watched.problems().equals(problems)) {
                problems = watched.problems();
                problems.forEach(problem -> LOG.warn("watching rules problem=\"{}\"", problem));
            }
            last = watched.unheard().isEmpty() ? watched.notices() : holding(watched);
            return last;
        } finally {
            turn.unlock();
        }
    }

    private List<Notice> holding(Watched watched) {
        var all = new ArrayList<>(watched.notices());
        Set<Tidings.Key> told = new HashSet<>();
        all.forEach(notice -> told.add(Tidings.Key.of(notice)));
        for (Notice before : last) {
            if (watched.unheard().contains(before.rule()) && !before.code().equals(Deliberation.RULE_FAILED)
                    && !before.code().equals(DefaultPlan.OVER_BUDGET) && told.add(Tidings.Key.of(before))) {
                all.add(new Notice(before.rule(), before.severity(), before.code(), before.resource(), before.message(),
                        before.timing(), true, List.of()));
            }
        }
        return List.copyOf(all.subList(0, Math.min(2 * Tidings.MOST, all.size())));
    }
}
