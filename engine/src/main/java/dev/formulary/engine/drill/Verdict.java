package dev.formulary.engine.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What is to be said of a drill.
///
/// @param spans as in [DrillReport]
/// @param recoveryMs as in [DrillReport]
/// @param held as in [DrillReport]
record Verdict(Drill drill, DrillSize size, List<Seen> seen, List<Span> spans, long recoveryMs, int held) {
    /// Answers that take so many times as long, and so much longer, are felt.
    private static final int FELT_TIMES = 3;
    private static final long FELT_MS = 300;

    boolean isGood() {
        return faults().isEmpty();
    }

    String words() {
        List<String> faults = faults();
        if (!faults.isEmpty()) {
            return "users noticed: " + String.join(", ", faults);
        }
        long switched = count(each -> each.answered() && each.attempts() > 1);
        return drill.hopeless()
                ? "no model was left: each of " + count(Seen::refused)
                        + " callers was told so in his dialect and in time, and calls were answered again "
                        + recoveryMs + " ms after the providers were back"
                : "nobody noticed: all " + seen.size() + " calls were answered whole and in time"
                        + (switched > 0 ? ", " + switched + " of them by another model than the first" : "");
    }

    private List<String> faults() {
        var faults = new ArrayList<String>();
        if (drill.hopeless()) {
            add(faults, each -> each.refused() && !each.typed(), "refused without an error in their dialect");
            add(faults, each -> !each.answered() && each.atMs() > size.until() + Math.max(0, recoveryMs),
                    "not answered although the providers were back");
        } else {
            add(faults, Seen::refused, "refused");
            slow(faults);
        }
        add(faults, each -> each.broken() && !(drill.hopeless() && each.typed()), "broken off");
        add(faults, each -> each.totalMs() > size.deadline().toMillis() + Span.SLACK_MS, "too late");
        add(faults, each -> each.doubled() > 0, "with words twice");
        add(faults, each -> each.answered() && each.missing() > 0, "with words missing");
        if (recoveryMs < 0) {
            faults.add("breakers that did not close again");
        }
        if (held > 0) {
            faults.add(held + " calls, places or providers still held");
        }
        return faults;
    }

    private void slow(List<String> faults) {
        long usual = spans.getFirst().totalMsP50();
        for (Span span : spans.subList(1, spans.size())) {
            long now = span.totalMsP50();
            if (usual >= 0 && now > usual * FELT_TIMES && now > usual + FELT_MS) {
                faults.add("answers " + span.name() + " it that took " + now + " ms and not " + usual
                        + " (half of them longer)");
            }
        }
    }

    private void add(List<String> faults, Predicate<Seen> which, String what) {
        long count = count(which);
        if (count > 0) {
            faults.add(count + (count == 1 ? " call " : " calls ") + what);
        }
    }

    private long count(Predicate<Seen> which) {
        return seen.stream().filter(which).count();
    }
}
