package dev.formulary.engine.boot;

import static dev.formulary.engine.admin.Operation.Member.Kind.TEXT;

import com.fasterxml.jackson.databind.type.TypeFactory;
import dev.formulary.engine.admin.Operation;
import dev.formulary.engine.admin.Operation.Content;
import dev.formulary.engine.admin.Operation.Member;
import dev.formulary.engine.admin.Operation.Reply;
import dev.formulary.engine.admin.Operation.Shape;
import dev.formulary.engine.alert.ClosedAlert;
import dev.formulary.engine.alert.OpenAlert;
import dev.formulary.engine.alert.RuleStatistics;
import dev.formulary.engine.alert.Silence;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

/// What each path is for by which an operator handles alerts.
final class AlertGuide {
    private static final Member BY = new Member("by", TEXT, false, "who asks, in your own words");
    private static final Member NOTE = new Member("note", TEXT, false,
            "what there is to say of it, up to 500 characters");
    private static final Member RESOURCE = new Member("resource", TEXT, false, "of which model, provider or budget");
    private static final Member RULE = new Member("rule", TEXT, false, "of which rule");

    private AlertGuide() {}

    static List<Operation> operations() {
        return List.of(
                post(AlertDesk.ACKNOWLEDGE, "Takes note of alerts, or of all", Shown.Acknowledged.class,
                        new Member("code", TEXT, false, "which; without it all that are open"), RESOURCE, RULE, NOTE,
                        BY),
                post(AlertDesk.SILENCE, "Keeps alerts from being told for a while", Silence.class,
                        new Member("code", TEXT, false, "of which; its beginning with a star for several"),
                        RESOURCE, RULE, new Member("for", TEXT, false, "how long, such as `2h`; preset: `1h`"),
                        new Member("until", TEXT, false, "or until when, such as `2026-12-24T18:00:00Z`"), NOTE, BY),
                post(AlertDesk.UNSILENCE, "Ends a silence", Shown.Silences.class,
                        new Member("id", TEXT, true, "which, as the list of silences has it")),
                post(AlertDesk.RESOLVE, "Ends alerts that no rule which watches finds any more", Shown.Resolved.class,
                        new Member("code", TEXT, true, "which"), RESOURCE, RULE, BY),
                get(AlertDesk.SILENCES, "The silences that hold", Silence.class),
                get(AlertDesk.PENDING, "What is not so for long enough yet to be an alert", OpenAlert.class),
                get(AlertDesk.HISTORY, "The latest alerts that are over, the newest first", ClosedAlert.class),
                get(AlertDesk.STATISTICS,
                        "How often each rule was heard, how long its alerts lasted and who heeded them",
                        RuleStatistics.class));
    }

    private static Operation get(String path, String summary, Type each) {
        return new Operation("GET", path, "alerts", summary, "", List.of(), null,
                List.of(ok(TypeFactory.defaultInstance().constructParametricType(List.class,
                        TypeFactory.defaultInstance().constructType(each)))),
                "");
    }

    private static Operation post(String path, String summary, Type answer, Member... said) {
        Content body = new Content("what is asked for", Map.of("application/json", new Shape.Said(List.of(said))));
        return new Operation("POST", path, "alerts", summary, "", List.of(), body, List.of(ok(answer)), "");
    }

    private static Reply ok(Type answer) {
        return new Reply(200, Content.json("done", answer), List.of());
    }
}
