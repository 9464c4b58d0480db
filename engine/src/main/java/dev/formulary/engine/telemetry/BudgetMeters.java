package dev.formulary.engine.telemetry;

import dev.formulary.engine.facts.Budget;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/// Shows budgets, by their names in the configuration: of a budget that is kept for several by itself, the one with the least
/// left. Thread-safe.
final class BudgetMeters {
    private static final int MOST = 500;

    private final MultiGauge limit;
    private final MultiGauge left;

    BudgetMeters(MeterRegistry registry) {
        limit = MultiGauge.builder(Names.BUDGET_LIMIT).description("What may be spent in the period, in micro-dollars")
                .register(registry);
        left = MultiGauge.builder(Names.BUDGET_LEFT)
                .description("What may still be spent in the period, calls under way deducted, in micro-dollars")
                .register(registry);
    }

    void show(List<Budget> budgets) {
        Map<String, Budget> tightest = new LinkedHashMap<>();
        budgets.forEach(
                each -> tightest.merge(configured(each.id()), each, (one, two) -> two.left() < one.left() ? two : one));
        limit.register(rows(tightest, Budget::limit), true);
        left.register(rows(tightest, Budget::left), true);
    }

    /// Without the name of whose it is, for a budget that is kept for each by itself.
    private static String configured(String id) {
        int name = id.indexOf(':');
        return name < 0 ? id : id.substring(0, name);
    }

    private static List<Row<?>> rows(Map<String, Budget> budgets, ToLongFunction<Budget> value) {
        List<Row<?>> rows = new ArrayList<>();
        budgets.entrySet().stream().limit(MOST).forEach(each -> rows.add(
                Row.of(Tags.of(Names.BUDGET, each.getKey()), value.applyAsLong(each.getValue()))));
        return rows;
    }
}
