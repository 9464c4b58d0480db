package dev.formulary.engine.alert;

import dev.formulary.engine.disk.SavedLines;
import dev.formulary.engine.facts.Measure;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A measure from its beginning to its end.
///
/// @param cause the alert that wants it; null where a person does
/// @param since when it began
/// @param end when and why it was over; null while it holds
public record MeasureRecord(Measure measure, @Nullable Cause cause, Instant since, @Nullable End end) {
    private static final int FIELDS = 15;
    private static final String NONE = "-";
    private static final Pattern ID = Pattern.compile("m[0-9]{1,18}");

    /// An alert: one rule, code and resource are one.
    ///
    /// @param resource empty where there is but one
    public record Cause(String rule, String code, String resource) {
        public Cause {
            rule = MeasureRecord.line(rule);
            code = MeasureRecord.line(code);
            resource = MeasureRecord.line(resource);
        }

        @Override
        public String toString() {
            return "alert " + code + (resource.isEmpty() ? "" : " of " + resource) + " by rule " + rule;
        }
    }

    /// How it was over.
    ///
    /// @param by who undid it, or which alert was resolved; empty where its time was up
    public record End(Instant at, Why why, String by) {}

    /// Why it was over.
    public enum Why {
        /// Its time was up.
        EXPIRED,
        /// A person undid it.
        UNDONE,
        /// The alert is over.
        RESOLVED,
        /// There were too many.
        CROWDED_OUT
    }

    MeasureRecord ended(Instant at, Why why, String by) {
        return new MeasureRecord(measure, cause, since, new End(at, why, by));
    }

    /// Fit for one field of a line.
    static String line(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    String write() {
        End over = end;
        Cause alert = cause;
        return String.join("\t", measure.id(), measure.model(), measure.kind().name(),
                Double.toString(measure.points()), line(measure.reason()), measure.origin().name(), line(measure.by()),
                since.toString(), measure.until().toString(), alert == null ? NONE : alert.rule(),
                alert == null ? "" : alert.code(), alert == null ? "" : alert.resource(),
                over == null ? NONE : over.at().toString(), over == null ? "" : over.why().name(),
                over == null ? "" : line(over.by()));
    }

    /// @throws IllegalArgumentException when the line is none
    static MeasureRecord read(String line) {
        List<String> f = SavedLines.fields(line, FIELDS);
        if (!ID.matcher(f.get(0)).matches()) {
            throw new IllegalArgumentException("'" + f.get(0) + "' is no id of a measure");
        }
        try {
            var measure = new Measure(f.get(0), f.get(1), Measure.Kind.valueOf(f.get(2)),
                    Double.parseDouble(f.get(3)), f.get(4), Measure.Origin.valueOf(f.get(5)), f.get(6),
                    Instant.parse(f.get(8)));
            Cause cause = f.get(9).equals(NONE) ? null : new Cause(f.get(9), f.get(10), f.get(11));
            End end = f.get(12).equals(NONE)
                    ? null
                    : new End(Instant.parse(f.get(12)), Why.valueOf(f.get(13)), f.get(14));
            return new MeasureRecord(measure, cause, Instant.parse(f.get(7)), end);
        } catch (java.time.DateTimeException e) {
            throw new IllegalArgumentException("a time can't be read", e);
        }
    }
}
