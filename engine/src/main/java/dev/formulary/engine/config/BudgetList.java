package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.BudgetEntry;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the entries of `budgets`.
final class BudgetList {
    private static final Pattern SCOPE = Pattern.compile("total|(tenant|key):.*\\S|(tag|provider):\\S+");
    private static final String RIGHT_SCOPE = "total, tenant:NAME, key:NAME, tag:NAME or provider:NAME; tenant:* and key:*"
            + " are for each by itself";
    private static final Pattern STEP = Pattern.compile("[1-9]\\d?%|100%");
    private static final Pattern ZONE = Pattern.compile("\\S{1,60}");
    private static final String RIGHT_ZONE = "a time zone, for example Europe/Berlin or UTC";
    private static final Duration LONGEST = Duration.ofDays(366);

    private BudgetList() {}

    /// @param keys those that a scope may name
    /// @param issued whether there may be others, whose names are not known here
    static List<BudgetEntry> read(Section root, List<Settings.Key> keys, boolean issued) {
        Set<String> ids = new HashSet<>();
        return root.list("budgets", s -> {
            s.require("id", "scope", "limit");
            String id = s.once("id", s.text("id", "", Configuration.ID, Configuration.AN_ID), ids);
            String scope = s.text("scope", "total", SCOPE, RIGHT_SCOPE);
            String wrong = wrong(scope, keys, issued);
            if (wrong != null) {
                s.complain("scope", wrong);
            }
            long limit = s.money("limit");
            Duration rolling = rolling(s);
            String period = s.oneOf("period", "day", "hour", "day", "week", "month");
            return new BudgetEntry(id, scope, limit, rolling == null ? period : "",
                    new BudgetTerms(rolling, zone(s), s.oneOf("kind", "hard", "hard", "soft").equals("hard"),
                            steps(s)));
        });
    }

    /// A budget that nobody could ever use is a mistake.
    private static @Nullable String wrong(String scope, List<Settings.Key> keys, boolean issued) {
        if (scope.endsWith(":*") && (scope.startsWith("tag:") || scope.startsWith("provider:"))) {
            return "must name one; * is for tenant:* and key:*";
        }
        boolean ofCallers = (scope.startsWith("key:") || scope.startsWith("tenant:"))
                && !scope.startsWith("tenant:formulary:");
        return issued || !ofCallers
                ? null
                : LimitList.unknown(scope, keys);
    }

    private static @Nullable Duration rolling(Section s) {
        if (!s.has("rolling")) {
            s.require("period");
            return null;
        }
        if (s.has("period")) {
            s.complain("rolling", "is in the place of period; take one of them away");
        }
        if (s.has("zone")) {
            s.complain("zone", "is for a period; a rolling budget knows no midnight");
        }
        return s.duration("rolling", Duration.ofDays(1), Duration.ofHours(1), LONGEST);
    }

    private static ZoneId zone(Section s) {
        String name = s.text("zone", "UTC", ZONE, RIGHT_ZONE);
        try {
            return name.equals("UTC") ? BudgetTerms.USUAL.zone() : ZoneId.of(name);
        } catch (DateTimeException e) {
            String nearest = Nearest.to(name, ZoneId.getAvailableZoneIds());
            s.complain("zone",
                    "must be " + RIGHT_ZONE + (nearest == null ? "" : "; did you mean \"" + nearest + "\"?"));
            return BudgetTerms.USUAL.zone();
        }
    }

    private static List<Double> steps(Section s) {
        if (!s.has("steps")) {
            return BudgetTerms.USUAL.steps();
        }
        List<Double> steps = new ArrayList<>();
        for (String text : s.texts("steps", STEP, "a share of the limit from 1% to 100%, for example 80%")) {
            double step = Integer.parseInt(text.substring(0, text.length() - 1)) / 100.0;
            if (!steps.isEmpty() && steps.getLast() >= step) {
                s.complain("steps", "must rise, and " + text + " stands after a higher or equal one");
                return BudgetTerms.USUAL.steps();
            }
            steps.add(step);
        }
        return steps;
    }
}
