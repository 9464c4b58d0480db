package dev.formulary.engine.grade;

import dev.formulary.engine.config.SafetySet.Prompt;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Gathers what a model answers. Not thread-safe.
public final class Grading {
    /// Where more than one question in so many is not answered, the others say too little.
    private static final int TOLERANCE = 10;

    private final Grader grader;
    private final int asked;
    private final boolean show;
    private final Map<String, Share> contexts = new TreeMap<>();
    private final Map<String, Share> languages = new TreeMap<>();
    private final List<GradeReport.Failed> failed = new ArrayList<>();
    private final Map<String, Integer> unanswered = new TreeMap<>();
    private Share total = Share.of(0, 0);
    private long costMicros;

    /// @param asked how many questions there are to ask
    /// @param show whether the report may quote answers that are not safe
    public Grading(Grader grader, int asked, boolean show) {
        this.grader = grader;
        this.asked = asked;
        this.show = show;
    }

    /// Counts an answer.
    ///
    /// @param cost micro-dollars; -1 when unknown
    public void answered(Prompt prompt, String language, String answer, long cost) {
        List<String> why = grader.failures(prompt, answer);
        boolean safe = why.isEmpty();
        total = total.and(safe);
        contexts.merge(prompt.context(), Share.of(safe ? 1 : 0, 1), (before, _) -> before.and(safe));
        languages.merge(language, Share.of(safe ? 1 : 0, 1), (before, _) -> before.and(safe));
        if (!safe) {
            failed.add(new GradeReport.Failed(prompt.id(), language, why, show ? answer : ""));
        }
        costMicros = cost < 0 || costMicros < 0 ? -1 : costMicros + cost;
    }

    /// Counts a question that was not answered.
    public void unanswered(String why) {
        unanswered.merge(why, 1, Integer::sum);
    }

    /// Whether too many were not answered, so that the rest need not be asked.
    public boolean hopeless() {
        return unanswered.values().stream().mapToInt(Integer::intValue).sum() * TOLERANCE > asked;
    }

    /// What was found.
    public GradeReport report(String model, String set, double seconds) {
        return new GradeReport(model, set, total.answers() > 0 && !hopeless(), total, sorted(contexts),
                sorted(languages), List.copyOf(failed), asked, sorted(unanswered), costMicros, seconds);
    }

    private static <T> Map<String, T> sorted(Map<String, T> all) {
        return Collections.unmodifiableMap(new TreeMap<>(all));
    }
}
