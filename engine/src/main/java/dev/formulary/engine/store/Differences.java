package dev.formulary.engine.store;

import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Ranking;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Compares two decisions of one question, field by field.
final class Differences {
    private static final RecordComponent[] FIELDS = Ruled.class.getRecordComponents();

    private Differences() {}

    /// One line for each field that differs; empty when all are equal.
    static List<String> between(Decision recorded, Decision again) {
        Ruled before = Ruled.of(recorded);
        Ruled after = Ruled.of(again);
        if (before.equals(after)) {
            return List.of();
        }
        var differences = new ArrayList<String>();
        for (RecordComponent field : FIELDS) {
            Object one = value(field, before);
            Object other = value(field, after);
            if (!Objects.equals(one, other)) {
                differences.add(line(field.getName(), one, other));
            }
        }
        return differences;
    }

    private static Object value(RecordComponent field, Ruled ruled) {
        try {
            return String.valueOf(field.getAccessor().invoke(ruled)).isEmpty()
                    ? "nothing"
                    : Objects.requireNonNullElse(field.getAccessor().invoke(ruled), "none: denied");
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record's component can't be read", e);
        }
    }

    /// Of two lists only what differs first.
    private static String line(String field, Object one, Object other) {
        if (one instanceof List<?> before && other instanceof List<?> after && !field.equals("attempts")) {
            int at = 0;
            while (at < before.size() && at < after.size() && before.get(at).equals(after.get(at))) {
                at++;
            }
            return field + " " + (at + 1) + ": " + shown(before, at) + " -> " + shown(after, at);
        }
        return field + ": " + one + " -> " + other;
    }

    private static String shown(List<?> list, int at) {
        if (at >= list.size()) {
            return "nothing";
        }
        return list.get(at) instanceof Ranking ranking
                ? ranking.candidate() + " " + ranking.score() + " " + ranking.because() + " " + ranking.terms()
                : String.valueOf(list.get(at));
    }
}
