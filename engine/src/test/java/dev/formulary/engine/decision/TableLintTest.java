package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is said of a table as a whole is what trying out every call would show.
class TableLintTest {
    private static final Pattern PAIR = Pattern.compile("cost/a.csv:(\\d+).* in line (\\d+)");

    private static List<String> warnings(String table) {
        var problems = new ArrayList<Problem>();
        List<Problem> warnings = Tables
                .read("cost/a.csv", Kind.COST, table.getBytes(StandardCharsets.UTF_8), problems)
                .map(RuleSource::warnings)
                .orElse(List.of());
        assertThat(problems).as(table).isEmpty();
        return warnings.stream().map(Problem::toString).toList();
    }

    @Test
    void rowsFireForExactlyTheCallsThatTheirCellsDescribe(@TempDir Path folder) {
        for (int seed = 0; seed < 4; seed++) {
            var dice = new TableDice(seed);
            List<TableDice.Row> rows = distinct(TableDice.COLUMNS, dice.rows(TableDice.COLUMNS, 14));
            Rules.put(folder, "cost/a.csv", TableDice.csv(TableDice.COLUMNS, rows));
            Ruling.Tried tried = Ruling.of(folder, List.of());
            assertThat(tried.report().problems()).isEmpty();
            RuleSet ruleSet = Objects.requireNonNull(tried.ruling()).ruleSet();
            for (int i = 0; i < 400; i++) {
                // mostly near a row, because few calls fit one by chance
                List<?> world = near(dice, rows);
                var expected = new TreeSet<String>();
                for (int row = 0; row < rows.size(); row++) {
                    if (rows.get(row).matches(world)) {
                        expected.add("a." + (row + 2));
                    }
                }
                Findings findings = ruleSet.deliberate(TableDice.question(world), Rehearsal.BOUNDS,
                        true);
                assertThat(findings.fired().stream().map(RuleInfo::id).toList()).as("%s of %s", world, rows)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    private static List<?> near(TableDice dice, List<TableDice.Row> rows) {
        TableDice.Row row = dice.pick(rows);
        var world = new ArrayList<Object>();
        for (int i = 0; i < TableDice.COLUMNS.size(); i++) {
            List<?> values = TableDice.COLUMNS.get(i).values();
            TableDice.Cell cell = row.cells().get(i);
            List<?> fitting = values.stream().filter(value -> cell.test().test(value)).toList();
            world.add(dice.pick(dice.below(12) == 0 || fitting.isEmpty() ? values : fitting));
        }
        return world;
    }

    @Test
    void overlapsSubsumedRowsAndGapsAreThoseThatTryingOutShows() {
        var kinds = new HashSet<String>();
        for (int seed = 0; seed < 300; seed++) {
            var dice = new TableDice(seed);
            List<TableDice.Column> columns = dice.columns(1 + dice.below(3));
            List<TableDice.Row> rows = distinct(columns, dice.rows(columns, 2 + dice.below(4)));
            String table = TableDice.csv(columns, rows);
            var overlaps = new TreeSet<String>();
            var subsumed = new TreeSet<String>();
            boolean gap = false;
            for (String warning : warnings("#complete\n" + table)) {
                Matcher pair = PAIR.matcher(warning);
                if (!pair.find()) {
                    gap = true;
                } else if (warning.contains("different values")) {
                    overlaps.add(pair.group(2) + " " + pair.group(1));
                } else {
                    subsumed.add(pair.group(1) + " " + pair.group(2));
                }
            }
            List<List<?>> worlds = worlds(columns);
            assertThat(overlaps).as(table).isEqualTo(overlapping(rows, worlds));
            assertThat(normal(subsumed)).as(table).isEqualTo(normal(subsumedBy(rows, worlds)));
            assertThat(gap).as(table)
                    .isEqualTo(worlds.stream().anyMatch(world -> rows.stream().noneMatch(row -> row.matches(world))));
            kinds.add(overlaps.isEmpty() + " " + subsumed.isEmpty() + " " + gap);
        }
        assertThat(kinds).as("different tables were tried").hasSizeGreaterThanOrEqualTo(6);
    }

    /// Two rows for the same calls subsume each other; the later one is told.
    private static Set<String> normal(Set<String> pairs) {
        var normal = new TreeSet<String>();
        for (String pair : pairs) {
            List<String> lines = List.of(pair.split(" ", 2));
            String turned = lines.get(1) + " " + lines.get(0);
            boolean later = Integer.parseInt(lines.get(0)) > Integer.parseInt(lines.get(1));
            normal.add(pairs.contains(turned) && !later ? turned : pair);
        }
        return normal;
    }

    private static List<TableDice.Row> distinct(List<TableDice.Column> columns, List<TableDice.Row> rows) {
        var distinct = new ArrayList<TableDice.Row>();
        for (TableDice.Row row : rows) {
            distinct.add(row);
            var problems = new ArrayList<Problem>();
            Tables.read("cost/a.csv", Kind.COST, TableDice.csv(columns, distinct).getBytes(StandardCharsets.UTF_8),
                    problems);
            if (!problems.isEmpty()) {
                // rows that say the same are refused, which is another test
                assertThat(problems).singleElement().asString().contains("says the same");
                distinct.removeLast();
            }
        }
        return distinct;
    }

    private static List<List<?>> worlds(List<TableDice.Column> columns) {
        List<List<?>> worlds = List.of(List.of());
        for (TableDice.Column column : columns) {
            var longer = new ArrayList<List<?>>();
            for (List<?> world : worlds) {
                for (Object value : column.values()) {
                    var one = new ArrayList<Object>(world);
                    one.add(value);
                    longer.add(one);
                }
            }
            worlds = longer;
        }
        return worlds;
    }

    private static Set<String> overlapping(List<TableDice.Row> rows, List<List<?>> worlds) {
        var pairs = new TreeSet<String>();
        for (int i = 0; i < rows.size(); i++) {
            for (int j = i + 1; j < rows.size(); j++) {
                TableDice.Row one = rows.get(i);
                TableDice.Row other = rows.get(j);
                if (one.action() != other.action()
                        && worlds.stream().anyMatch(world -> one.matches(world) && other.matches(world))) {
                    pairs.add((i + 3) + " " + (j + 3));
                }
            }
        }
        return pairs;
    }

    private static Set<String> subsumedBy(List<TableDice.Row> rows, List<List<?>> worlds) {
        var pairs = new TreeSet<String>();
        for (int i = 0; i < rows.size(); i++) {
            for (int j = 0; j < rows.size(); j++) {
                TableDice.Row inner = rows.get(i);
                TableDice.Row outer = rows.get(j);
                if (i != j && inner.action() == outer.action()
                        && worlds.stream().noneMatch(world -> inner.matches(world) && !outer.matches(world))) {
                    pairs.add((i + 3) + " " + (j + 3));
                }
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '\t', quoteCharacter = '~', textBlock = """
        need,hour,->,attempts,reason;mindfulness,22-5,,2,x;!mindfulness,,,3,y\tneed=mindfulness, hour=6 to 21
        cpu,->,attempts,reason;<0.5,,2,x;>=0.9,,3,y\tcpu=unknown|0.5 to <0.9
        tenant,->,attempts,reason;al*,,2,x\ttenant=anything else
        sensitive,->,attempts,reason;email|phone,,2,x\tsensitive=none of them
        stream,->,attempts,reason;yes,,2,x\tstream=no
        prompt-tokens,->,attempts,reason;<100,,2,x;>100,,1,x\tprompt-tokens=100
        """)
    void aGapIsToldInTheWordsOfTheTable(String table, String gap) {
        assertThat(warnings("# complete,,\n" + table.replace(';', '\n'))).singleElement().asString()
                .isEqualTo("cost/a.csv:2:1 the table says that it is complete and no row fits " + gap);
        assertThat(warnings(table.replace(';', '\n'))).as("without #complete").isEmpty();
    }

    @Test
    void pointsThatWouldCountTwiceAreTold() {
        assertThat(warnings("""
            provider,local,->,prefer,attempts,reason
            x*,yes,,10,,x
            x*,,,10,2,y
            """))
                .containsExactly(
                        "cost/a.csv:2:1 [a.2] whatever fits this row fits the one in line 3 too, which says the "
                                + "same, so that it counts twice");
    }

    @Test
    void conditionsOnModelsDoNotKeepRowsApartThatSpeakOfTheCall() {
        assertThat(warnings("local,->,attempts,reason\nyes,,2,x\nno,,3,y\n")).singleElement().asString()
                .startsWith("cost/a.csv:3:3 [a.3] a call can fit this row and the one in line 2");
        assertThat(warnings("local,->,prefer,reason\nyes,,2,x\nno,,3,y\n")).isEmpty();
    }

    @Test
    void whatIsTooMuchToLookThroughIsTold() {
        var labels = new StringBuilder("label,->,attempts,reason\n");
        for (int i = 0; i < 12; i++) {
            labels.append("l").append(i).append(",,").append(i + 1).append(",x\n");
        }
        assertThat(warnings(labels.toString())).singleElement().asString().contains("too many to look for overlaps");
    }
}
