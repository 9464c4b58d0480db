package dev.formulary.engine.config;

import dev.formulary.engine.config.Settings.LimitEntry;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads the entries of `limits`.
final class LimitList {
    /// More than one a nanosecond is no limit.
    private static final int MOST = 1_000_000_000;
    private static final String EACH = "*";
    private static final Pattern SCOPE = Pattern
            .compile("total|(key|tenant|pool):.*\\S|provider:\\S+|model:[^\\s/]+/\\S+");
    private static final String RIGHT_SCOPE = "total, key:NAME, tenant:NAME, pool:NAME, provider:NAME or"
            + " model:PROVIDER/MODEL; key:* and tenant:* limit each by itself";

    private LimitList() {}

    /// @param keys those that a scope may name
    /// @param issued whether there may be others, whose names are not known here
    static List<LimitEntry> read(Section root, List<Settings.Key> keys, boolean issued) {
        Set<String> ids = new HashSet<>();
        return root.list("limits", s -> {
            s.require("id", "scope", "per");
            String id = s.once("id", s.text("id", "", Configuration.ID, Configuration.AN_ID), ids);
            String scope = s.text("scope", "total", SCOPE, RIGHT_SCOPE);
            String wrong = issued && !scope.equals("pool:*") ? null : unknown(scope, keys);
            if (wrong != null) {
                s.complain("scope", wrong);
            }
            int requests = s.number("requests", 0, 1, MOST);
            int tokens = s.number("tokens", 0, 1, MOST);
            return new LimitEntry(id, scope, requests, tokens, s.oneOf("per", "minute", "second", "minute", "hour",
                    "day"), burst(s, Math.max(1, Math.max(requests, tokens))));
        });
    }

    private static int burst(Section s, int most) {
        if (!s.has("requests") && !s.has("tokens")) {
            s.complain("requests", "is missing, and so is tokens; one of them is needed");
        }
        if (s.has("burst") && s.has("requests") && s.has("tokens")) {
            s.complain("burst", "is for either requests or tokens; make two limits of this one");
        }
        return s.number("burst", 0, 1, most);
    }

    /// What is wrong with a scope that nobody could ever reach; null when nothing is.
    static @Nullable String unknown(String scope, List<Settings.Key> keys) {
        String name = scope.substring(scope.indexOf(':') + 1);
        return switch (scope.substring(0, Math.max(0, scope.indexOf(':')))) {
            case "key" -> unknown(name, keys, Settings.Key::name, "is named", "name");
            case "tenant" -> name.equals("default")
                    ? null
                    : unknown(name, keys, Settings.Key::tenant, "has the tenant",
                            "tenant");
            case "pool" -> name.equals(EACH)
                    ? "must name a pool; * is for key:* and tenant:*"
                    : unknown(name, keys, Settings.Key::pool, "is in the pool", "pool");
            default -> null;
        };
    }

    private static @Nullable String unknown(String name, List<Settings.Key> keys, Function<Settings.Key, String> part,
            String is, String key) {
        Set<String> known = keys.stream().map(part).filter(each -> !each.isEmpty()).collect(Collectors.toSet());
        if (name.equals(EACH)) {
            return known.isEmpty() && key.equals("name") ? "is for each of \"keys\", and there are none" : null;
        }
        if (known.contains(name)) {
            return null;
        }
        String nearest = Nearest.to(name, known);
        return "no entry of \"keys\" " + is + " \"" + name + "\"; " + (nearest == null
                ? "give one the setting \"" + key + "\""
                : "did you mean \"" + nearest + "\"?");
    }
}
