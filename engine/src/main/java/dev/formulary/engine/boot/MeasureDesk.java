package dev.formulary.engine.boot;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.MeasureRecord;
import dev.formulary.engine.alert.Measures;
import dev.formulary.engine.config.DurationText;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Measure;
import dev.formulary.engine.facts.Notice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Shows what is done about models for a while, and lets an operator do and undo it. Thread-safe.
final class MeasureDesk {
    /// What holds now.
    static final String MEASURES = "/admin/measures";
    /// What held before.
    static final String HISTORY = "/admin/measures/history";
    /// Begins one.
    static final String BEGIN = "/admin/measures/begin";
    /// Ends one before its time.
    static final String UNDO = "/admin/measures/undo";
    private static final int MOST_NAMED = 5;

    private final Measures measures;
    private final Supplier<List<Candidate>> candidates;
    private final Clock clock;

    /// A measure.
    ///
    /// @param ended when it was over; left out while it holds, as what follows
    /// @param endedBy who undid it, or which alert was resolved
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(String id, String model, Measure.Kind kind, double points, String reason, Measure.Origin origin,
            String by, Instant since, Instant until, @Nullable Instant ended, MeasureRecord.@Nullable Why why,
            @Nullable String endedBy) {
        static Line of(MeasureRecord record) {
            Measure m = record.measure();
            MeasureRecord.End end = record.end();
            return new Line(m.id(), m.model(), m.kind(), m.points(), m.reason(), m.origin(), m.by(), record.since(),
                    m.until(), end == null ? null : end.at(), end == null ? null : end.why(),
                    end == null ? null : end.by());
        }
    }

    MeasureDesk(Measures measures, Supplier<List<Candidate>> candidates, Clock clock) {
        this.measures = measures;
        this.candidates = candidates;
        this.clock = clock;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(MEASURES, this::present, HISTORY, () -> lines(false));
    }

    Map<String, Change> changes() {
        return Map.of(BEGIN, this::begin, UNDO, this::undo);
    }

    private List<Line> present() {
        return lines(true);
    }

    private List<Line> lines(boolean holds) {
        return measures.all().stream().filter(each -> (each.end() == null) == holds).map(Line::of).toList();
    }

    private Change.Result begin(Map<String, String> said) {
        Notice.Wanted wanted = wanted(said);
        String reason = said.getOrDefault("reason", "").strip();
        if (reason.isEmpty()) {
            throw new IllegalArgumentException("'reason' is missing: why; callers may be told");
        }
        Measure before = measures.present().stream().filter(each -> each.origin() == Measure.Origin.OPERATOR
                && each.kind() == wanted.kind() && each.model().equals(wanted.model())).findFirst().orElse(null);
        if (before != null) {
            return new Change.Result.Refused("measure_holds", "measure " + before.id() + " does that until "
                    + before.until() + "; undo it first");
        }
        return measures.begin(wanted, reason, RuleDesk.who(said), clock.instant()) == null
                ? new Change.Result.Refused("too_many_measures", Measures.MOST + " measures hold already; undo some")
                : new Change.Result.Done(present());
    }

    private Notice.Wanted wanted(Map<String, String> said) {
        Measure.Kind kind = switch (said.getOrDefault("kind", "").toLowerCase(Locale.ROOT)) {
            case "close" -> Measure.Kind.CLOSE;
            case "avoid" -> Measure.Kind.AVOID;
            default -> throw new IllegalArgumentException("'kind' must be close or avoid");
        };
        return new Notice.Wanted(model(said.getOrDefault("model", "")), kind, points(kind, said.get("points")),
                time(said.getOrDefault("for", "")));
    }

    private String model(String said) {
        var named = new Measure("", said, Measure.Kind.CLOSE, 0, "", Measure.Origin.OPERATOR, "", Instant.MIN);
        List<Candidate> there = candidates.get();
        if (there.stream().noneMatch(named::concerns)) {
            throw new IllegalArgumentException("'model' must be a model as /admin/providers lists it, or PROVIDER/*; "
                    + "there are " + Stream.concat(there.stream().map(Candidate::id).limit(MOST_NAMED),
                            there.size() > MOST_NAMED ? Stream.of("…") : Stream.of()).toList());
        }
        return said;
    }

    private static double points(Measure.Kind kind, @Nullable String said) {
        if (kind == Measure.Kind.CLOSE) {
            if (said != null) {
                throw new IllegalArgumentException("'points' is for avoid only");
            }
            return 0;
        }
        try {
            double points = Double.parseDouble(said == null ? "" : said);
            if (points > 0 && points <= 100) {
                return points;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("'points' must be above 0 and at most 100");
    }

    private static Duration time(String said) {
        Duration time = DurationText.read(said);
        if (time == null || time.compareTo(Duration.ofSeconds(1)) < 0 || time.compareTo(Measures.LONGEST) > 0) {
            throw new IllegalArgumentException("'for' must be from 1s to " + Measures.LONGEST.toDays()
                    + "d, for example 30m");
        }
        return time;
    }

    private Change.Result undo(Map<String, String> said) {
        String id = said.getOrDefault("id", "");
        return measures.undo(id, RuleDesk.who(said), clock.instant()) == null
                ? new Change.Result.Refused("no_such_measure", "no measure '" + RuleDesk.name(id)
                        + "' holds; /admin/measures lists those that do")
                : new Change.Result.Done(present());
    }
}
