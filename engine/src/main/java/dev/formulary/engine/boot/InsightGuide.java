package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.statistics.Insight;
import dev.formulary.engine.statistics.Projection;
import dev.formulary.engine.store.CallGroups.By;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.Stream;

/// What there is to say of the paths of [InsightDesk].
final class InsightGuide {
    private InsightGuide() {}

    static List<Operation> operations() {
        Parameter to = text("to", "the last day; preset: today");
        Parameter from = text("from", "the first day (UTC), such as 2026-11-01; preset: 30 days, today with it");
        return List.of(
                get(InsightDesk.INSIGHTS, "state", "What is worth knowing of what was measured, the most urgent first",
                        TypeFactory.defaultInstance().constructCollectionType(List.class, Insight.class)),
                get(InsightDesk.COMPARE, "decisions", "How two models, rule sets or labels of keys compare",
                        Compared.class,
                        new Parameter("by", "query", false, "preset: model", String.class,
                                Stream.of(By.values()).map(By::word).toList()),
                        text("a", "the one that is compared with"), text("b", "the other"), from, to,
                        new Parameter("last", "query", false, "how many decisions are looked at; preset: 100000",
                                long.class, List.of())),
                get(InsightDesk.PROJECTION, "money", "What other loads would cost, in micro-dollars", Projection.class,
                        from, to,
                        new Parameter("factor", "query", false, "a load, as a multiple of what it was", double.class,
                                List.of())));
    }

    private static Parameter text(String name, String about) {
        return new Parameter(name, "query", false, about, String.class, List.of());
    }

    private static Operation get(String path, String subject, String summary, Type answer, Parameter... asked) {
        return new Operation("GET", path, subject, summary, "", List.of(asked), null,
                List.of(new Reply(200, Content.json("done", answer), List.of())), "");
    }
}
