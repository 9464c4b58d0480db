package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.alert.MeasureRecord.Why;
import dev.formulary.engine.alert.Measures;
import dev.formulary.engine.facts.Measure;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Operators see measures, begin them and undo them.
class MeasureDeskTest {
    @TempDir
    private Path folder;
    private Measures measures;
    private MeasureDesk desk;

    @BeforeEach
    void open() {
        measures = new Measures(folder.resolve("measures.tsv"), Samples.NOON);
        desk = new MeasureDesk(measures, () -> List.of(Samples.priced("home", "big", 0, 0)),
                new MutableClock(Samples.NOON));
    }

    private Change.Result change(String path, String... said) {
        var members = new HashMap<String, String>();
        for (int i = 0; i < said.length; i += 2) {
            members.put(said[i], said[i + 1]);
        }
        return Objects.requireNonNull(desk.changes().get(path)).apply(members);
    }

    private Change.Result begin(String model) {
        return change(MeasureDesk.BEGIN, "model", model, "kind", "close", "for", "30m", "reason", "repairs", "by",
                "ann");
    }

    @SuppressWarnings("unchecked")
    private List<MeasureDesk.Line> shown(String path) {
        return (List<MeasureDesk.Line>) Objects.requireNonNull(desk.documents().get(path)).get();
    }

    @Test
    void aModelIsClosedForAWhileAndOpenedAgain() {
        assertThat(begin("home/*")).isEqualTo(new Change.Result.Done(shown(MeasureDesk.MEASURES)));
        assertThat(shown(MeasureDesk.MEASURES)).containsExactly(new MeasureDesk.Line("m1", "home/*",
                Measure.Kind.CLOSE, 0, "repairs", Measure.Origin.OPERATOR, "ann by the admin API", Samples.NOON,
                Samples.NOON.plusSeconds(1_800), null, null, null));
        assertThat(begin("home/*")).isInstanceOfSatisfying(Change.Result.Refused.class, refused -> assertThat(
                refused.reason()).contains("m1 does that until", "undo it first"));

        assertThat(change(MeasureDesk.UNDO, "id", "m1", "by", "ben")).isEqualTo(new Change.Result.Done(List.of()));

        MeasureDesk.Line past = shown(MeasureDesk.HISTORY).getFirst();
        assertThat(past.why()).isEqualTo(Why.UNDONE);
        assertThat(past.ended()).isEqualTo(Samples.NOON);
        assertThat(past.endedBy()).isEqualTo("ben by the admin API");
        assertThat(change(MeasureDesk.UNDO, "id", "m1")).isInstanceOfSatisfying(Change.Result.Refused.class,
                refused -> assertThat(refused.reason()).isEqualTo(
                        "no measure 'm1' holds; /admin/measures lists those that do"));
    }

    @Test
    void aModelIsAvoidedByPoints() {
        change(MeasureDesk.BEGIN, "model", "home/big", "kind", "avoid", "points", "12.5", "for", "1d", "reason",
                "it is slow");

        assertThat(measures.present()).singleElement().satisfies(each -> {
            assertThat(each.points()).isEqualTo(12.5);
            assertThat(each.by()).isEqualTo("admin API");
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        home/none | close |     | 30m | why | 'model' must be a model as /admin/providers lists it, or PROVIDER/*; there are [home/big]
        hom/*     | close |     | 30m | why | 'model' must be a model as
        home/big  | shut  |     | 30m | why | 'kind' must be close or avoid
        home/big  | close | 5   | 30m | why | 'points' is for avoid only
        home/big  | avoid |     | 30m | why | 'points' must be above 0 and at most 100
        home/big  | avoid | 0   | 30m | why | 'points' must be above 0 and at most 100
        home/big  | avoid | NaN | 30m | why | 'points' must be above 0 and at most 100
        home/big  | avoid | 101 | 30m | why | 'points' must be above 0 and at most 100
        home/big  | close |     | 31d | why | 'for' must be from 1s to 30d, for example 30m
        home/big  | close |     | ''  | why | 'for' must be from 1s to 30d
        home/big  | close |     | 30m |     | 'reason' is missing""")
    void whatIsWrongIsToldWithWhatWouldBeRight(String model, String kind, @Nullable String points, String time,
            @Nullable String reason, String complaint) {
        var said = new HashMap<String, String>(Map.of("model", model, "kind", kind, "for", time));
        if (points != null) {
            said.put("points", points);
        }
        if (reason != null) {
            said.put("reason", reason);
        }

        assertThatIllegalArgumentException().isThrownBy(() -> Objects.requireNonNull(desk.changes()
                .get(MeasureDesk.BEGIN)).apply(said)).withMessageStartingWith(complaint);
        assertThat(measures.present()).isEmpty();
    }
}
