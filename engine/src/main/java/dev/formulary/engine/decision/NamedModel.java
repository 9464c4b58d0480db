package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.ModelPatterns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the model that a call names.
final class NamedModel {
    private static final int NEAREST = 5;

    private NamedModel() {}

    /// The model that a call names. Names are short for what the caller's key may use, first.
    static @Nullable Standing find(Call call, List<Standing> standings) {
        Standing allowed = find(call.model(), allowed(call, standings));
        return allowed == null ? find(call.model(), standings) : allowed;
    }

    private static List<Standing> allowed(Call call, List<Standing> standings) {
        return call.models().isEmpty()
                ? standings
                : standings.stream().filter(each -> ModelPatterns.allow(call.models(), each.candidate().id())).toList();
    }

    /// The model of that full name, or the only one of that bare name; null when there is none or more than one.
    static @Nullable Standing find(String name, List<Standing> standings) {
        Standing bare = null;
        boolean ambiguous = false;
        for (Standing standing : standings) {
            if (standing.candidate().id().equals(name)) {
                return standing;
            }
            if (standing.candidate().model().equals(name)) {
                ambiguous = bare != null;
                bare = standing;
            }
        }
        return ambiguous ? null : bare;
    }

    /// What to tell a caller whose model was not found.
    static String notFound(Call call, List<Standing> standings) {
        return notFound(call.model(), allowed(call, standings));
    }

    /// The same by the name alone.
    static String notFound(String name, List<Standing> standings) {
        String shown = name.length() <= 100 ? name : name.substring(0, 100) + "…";
        List<String> same = standings.stream().map(Standing::candidate)
                .filter(candidate -> candidate.model().equals(name))
                .map(candidate -> candidate.id())
                .sorted()
                .limit(NEAREST)
                .toList();
        if (!same.isEmpty()) {
            return "more than one provider has a model '" + shown + "', name one of " + String.join(", ", same);
        }
        List<String> nearest = nearest(name, standings);
        return "there is no model '" + shown + "'" + (nearest.isEmpty()
                ? ", and no other either"
                : "; there are " + String.join(", ", nearest) + (standings.size() > nearest.size() ? " and others" : "")
                        + ", and 'auto' lets policy choose");
    }

    private record Near(String id, int distance) {}

    private static List<String> nearest(String name, List<Standing> standings) {
        // a caller chooses the length of the name
        String wanted = name.substring(0, Math.min(name.length(), 100)).toLowerCase(Locale.ROOT);
        var all = new ArrayList<Near>();
        for (Standing standing : standings) {
            String id = standing.candidate().id();
            int whole = distance(wanted, id.toLowerCase(Locale.ROOT));
            int bare = distance(wanted, standing.candidate().model().toLowerCase(Locale.ROOT));
            all.add(new Near(id, Math.min(whole, bare)));
        }
        return all.stream().sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::id)).limit(NEAREST)
                .map(Near::id)
                .toList();
    }

    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j <= other.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
