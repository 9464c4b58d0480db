package dev.formulary.engine.boot;

import static dev.formulary.engine.admin.Operation.Member.Kind.NUMBER;
import static dev.formulary.engine.admin.Operation.Member.Kind.TEXT;

import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Member;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.admin.Operation.Shape;
import java.util.List;
import java.util.Map;

/// What the paths of [MeasureDesk] are for.
final class MeasureGuide {
    private static final Member BY = new Member("by", TEXT, false, "who asks, in your own words");

    private MeasureGuide() {}

    static List<Operation> operations() {
        return List.of(
                of("GET", MeasureDesk.MEASURES, "What is done about models now, by alerts and operators"),
                of("GET", MeasureDesk.HISTORY, "What was done before, the latest end first"),
                of("POST", MeasureDesk.BEGIN, "Closes a model, or makes it worse, for a while",
                        new Member("model", TEXT, true, "its full name, or `PROVIDER/*`"),
                        new Member("kind", TEXT, true, "`close` or `avoid`"),
                        new Member("points", NUMBER, false, "with `avoid`: by how many it is worse, up to 100"),
                        new Member("for", TEXT, true, "such as `30m`, at most `30d`"),
                        new Member("reason", TEXT, true, "why; callers may be told"), BY),
                of("POST", MeasureDesk.UNDO, "Ends a measure before its time", new Member("id", TEXT, true,
                        "of the measure"), BY));
    }

    private static Operation of(String method, String path, String summary, Member... said) {
        Content lines = Content.json("done", TypeFactory.defaultInstance().constructCollectionType(List.class,
                MeasureDesk.Line.class));
        return new Operation(method, path, "alerts", summary, "", List.of(), said.length == 0 ? null : body(said),
                List.of(new Reply(200, lines, List.of())), "");
    }

    private static Content body(Member... said) {
        return new Content("what is asked for", Map.of("application/json", new Shape.Said(List.of(said))));
    }
}
