package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.Rollback;
import dev.formulary.engine.decision.RuleLedger;
import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// What operators see of the history of the rules, and do with it. Thread-safe.
final class RuleDesk {
    static final String HISTORY = "/admin/rules/history";
    static final String ROLLBACK = "/admin/rules/rollback";
    private static final int LONGEST_NAME = 60;

    private final Policy policy;

    RuleDesk(Policy policy) {
        this.policy = policy;
    }

    /// Where a home folder keeps its rule sets.
    static RuleLedger ledger(Home home, Clock clock) {
        return new RuleLedger(home.data().resolve("rules"), clock);
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(HISTORY, policy::history);
    }

    Map<String, Change> changes() {
        return Map.of(ROLLBACK, this::rollback);
    }

    private Change.Result rollback(Map<String, String> said) {
        String target = said.getOrDefault("to", "");
        if (target.isEmpty()) {
            throw new IllegalArgumentException("'to' is missing: a number of the history, or the first digits of a "
                    + "hash");
        }
        return switch (policy.rollback(target, who(said))) {
            case Rollback.Done(var report) -> new Change.Result.Done(report);
            case Rollback.Refused(String reason) -> new Change.Result.Refused("rollback_refused", reason);
        };
    }

    /// Who changes something by the admin API, as far as the caller says so.
    static String who(Map<String, String> said) {
        String by = name(said.getOrDefault("by", ""));
        return by.isEmpty() ? "admin API" : by + " by the admin API";
    }

    /// What a caller says of himself, fit for a line.
    static String name(String said) {
        String clean = said.codePoints().filter(c -> !Character.isISOControl(c))
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString().strip();
        return clean.length() > LONGEST_NAME ? clean.substring(0, LONGEST_NAME) : clean;
    }
}
