package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.drill.Drill;
import dev.formulary.engine.drill.DrillException;
import dev.formulary.engine.drill.DrillSize;
import dev.formulary.engine.drill.Drills;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Lets an operator run drills. Thread-safe.
final class DrillDesk {
    static final String PATH = "/admin/drills";

    private final Drills drills;

    DrillDesk(Drills drills) {
        this.drills = drills;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(PATH, DrillDesk::list);
    }

    private static List<Shown.DrillKind> list() {
        return Stream.of(Drill.values()).map(drill -> new Shown.DrillKind(drill.word(), drill.about())).toList();
    }

    Map<String, Change> changes() {
        var changes = new HashMap<String, Change>();
        for (Drill drill : Drill.values()) {
            changes.put(PATH + "/" + drill.word(), said -> run(drill, said));
        }
        return changes;
    }

    private Change.Result run(Drill drill, Map<String, String> said) {
        DrillSize usual = DrillSize.USUAL;
        var size = new DrillSize((int) number(said, "calls", usual.calls()),
                Duration.ofSeconds(number(said, "seconds", usual.lasts().toSeconds())),
                Duration.ofMillis(number(said, "deadline_ms", usual.deadline().toMillis())));
        try {
            return new Change.Result.Done(drills.run(drill, size));
        } catch (DrillException e) {
            return new Change.Result.Refused(e.code(), String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Change.Result.Refused("stopping", "the gateway stops");
        }
    }

    private static long number(Map<String, String> said, String name, long usual) {
        String text = said.get(name);
        try {
            return text == null ? usual : Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + name + "' must be a whole number, not '" + text + "'", e);
        }
    }
}
