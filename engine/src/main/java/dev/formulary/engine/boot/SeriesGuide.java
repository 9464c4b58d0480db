package dev.formulary.engine.boot;

import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Member;
import dev.formulary.engine.admin.Operation.Parameter;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.admin.Operation.Shape;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.vitals.Processes;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the paths of what is measured are for.
final class SeriesGuide {
    private static final String SUBJECT = "load";
    private static final List<Parameter> HISTORY = List.of(
            Parameter.query("resource", "of what; without it all that there are, up to 50"),
            Parameter.query("from", "a time, a day (UTC), or how long ago, such as 6h; preset: a day before `to`"),
            Parameter.query("to", "the same; preset: now"),
            Parameter.query("step", "raw, or whole minutes such as 1m, 5m, 1h or 1d; preset: by how much time it is"),
            new Parameter("summary", "query", false, "sums up each hour or day (UTC) instead", String.class,
                    List.of("hour", "day")),
            Parameter.query("above", "thresholds of a summary: for how long it was above, such as 0.9,0.95"),
            new Parameter("format", "query", false, "preset: json", String.class, List.of("json", "csv")));

    private SeriesGuide() {}

    static List<Operation> operations() {
        var all = new ArrayList<Operation>();
        all.add(get(SeriesDesk.LOAD, "What is measured now, and what measuring costs", ShownSeries.Load.class));
        all.add(get(SeriesDesk.PROCESSES, "The processes that take most of this machine, by name",
                list(Processes.Running.class)));
        all.add(get(SeriesDesk.HISTORY, "What is measured and kept", list(ShownSeries.Listed.class)));
        all.add(get(SeriesDesk.BASELINES, "What was usual, by version", list(ShownSeries.Usual.class)));
        Content said = new Content("what is asked for", Map.of("application/json", new Shape.Said(List.of(
                new Member("metric", Member.Kind.TEXT, false, "which; without it all"),
                new Member("resource", Member.Kind.TEXT, false, "of what; without it of all")))));
        all.add(new Operation("POST", SeriesDesk.RENEW, SUBJECT, "Establishes anew what is usual",
                "What was measured before does not count for it any more.", List.of(), said,
                List.of(ok(ShownSeries.Renewed.class)), ""));
        for (Metric metric : Metric.values()) {
            Content rows = new Content("points or summaries of each resource",
                    Map.of("application/json", new Shape.Foreign(), "text/csv", new Shape.Text()));
            all.add(new Operation("GET", SeriesDesk.HISTORY + "/" + metric.word(), SUBJECT,
                    "`" + metric.word() + "` over time, in " + metric.unit(),
                    "Which members a point has is told in README.md, in the part on load.", HISTORY, null,
                    List.of(new Reply(200, rows, List.of())), ""));
        }
        return all;
    }

    private static Operation get(String path, String summary, Type answer) {
        return new Operation("GET", path, SUBJECT, summary, "", List.of(), null, List.of(ok(answer)), "");
    }

    private static Reply ok(Type answer) {
        return new Reply(200, Content.json("done", answer), List.of());
    }

    private static Type list(Type of) {
        return TypeFactory.defaultInstance().constructCollectionType(List.class,
                TypeFactory.defaultInstance().constructType(of));
    }
}
