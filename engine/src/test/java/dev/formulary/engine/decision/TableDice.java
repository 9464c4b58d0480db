package dev.formulary.engine.decision;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.engine.facts.SensitiveKind;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.engine.facts.Traits;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/// Random decision tables, of which each cell's meaning is known without the code under test.
final class TableDice {
    private static final List<String> TENANTS = List.of("al", "alice", "albert", "bob", "bo");

    private final Random random;

    TableDice(long seed) {
        random = new Random(seed);
    }

    /// @param values enough of them that no cell tells any other value apart from all of these
    record Column(String name, List<?> values, Function<TableDice, Cell> dice) {}

    /// @param text empty for a blank one
    record Cell(String text, Predicate<Object> test) {
        static final Cell ANY = new Cell("", _ -> true);
    }

    /// @param action what stands in the only action column
    record Row(List<Cell> cells, int action) {
        boolean matches(List<?> world) {
            for (int i = 0; i < cells.size(); i++) {
                if (!cells.get(i).test.test(world.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    static final List<Column> COLUMNS = List.of(
            new Column("need", List.of(Need.values()), dice -> dice.words(List.of(Need.values()))),
            new Column("risk", List.of(Risk.values()), TableDice::risk),
            new Column("hour", numbers(0, 23, 1), TableDice::hour),
            new Column("cpu", withUnknown(numbers(0, 1, 0.05)), TableDice::share),
            new Column("budget", numbers(0, 1.1, 0.05), dice -> dice.compared(10, 0.1)),
            new Column("prompt-tokens", numbers(0, 12, 1), TableDice::tokens),
            new Column("tenant", List.of("al", "alice", "albert", "bob", "bo", "carol", "alb", "",
                    "alicex", "albertx", "bobx", "box"), TableDice::tenant),
            new Column("sensitive", kinds(), dice -> dice.sensitive()));

    private static List<Double> numbers(double from, double to, double step) {
        var numbers = new ArrayList<Double>();
        for (int i = 0; from + i * step <= to + step / 10; i++) {
            numbers.add(Math.round((from + i * step) * 100) / 100.0);
        }
        return numbers;
    }

    private static List<Double> withUnknown(List<Double> numbers) {
        var all = new ArrayList<>(numbers);
        all.add(-1.0);
        return all;
    }

    private static List<Set<SensitiveKind>> kinds() {
        return List.of(Set.of(), Set.of(SensitiveKind.EMAIL), Set.of(SensitiveKind.PHONE),
                Set.of(SensitiveKind.EMAIL, SensitiveKind.PHONE), Set.of(SensitiveKind.SECRET),
                Set.of(SensitiveKind.EMAIL, SensitiveKind.SECRET), Set.of(SensitiveKind.PHONE, SensitiveKind.SECRET),
                Set.of(SensitiveKind.EMAIL, SensitiveKind.PHONE, SensitiveKind.SECRET));
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    <T> T pick(List<? extends T> from) {
        return from.get(below(from.size()));
    }

    List<Column> columns(int count) {
        var all = new ArrayList<>(COLUMNS);
        while (all.size() > count) {
            all.remove(below(all.size()));
        }
        return all;
    }

    List<Row> rows(List<Column> columns, int count) {
        var rows = new ArrayList<Row>();
        for (int i = 0; i < count; i++) {
            rows.add(
                    new Row(columns.stream().map(column -> below(3) == 0 ? Cell.ANY : column.dice.apply(this)).toList(),
                            1 + below(3)));
        }
        return rows;
    }

    static String csv(List<Column> columns, List<Row> rows) {
        var text = new StringBuilder();
        columns.forEach(column -> text.append(column.name).append(','));
        text.append("->,attempts,reason\n");
        for (Row row : rows) {
            for (int i = 0; i < columns.size(); i++) {
                String cell = row.cells.get(i).text;
                text.append(cell.isEmpty() && i == 0 ? "any" : cell).append(',');
            }
            text.append(',').append(row.action).append(",why\n");
        }
        return text.toString();
    }

    private Cell words(List<? extends Enum<?>> words) {
        Enum<?> one = pick(words);
        Enum<?> other = pick(words);
        boolean negated = below(2) == 0;
        return new Cell((negated ? "!" : "") + one.name() + "|" + TableWords.word(other.name()),
                value -> (value == one || value == other) != negated);
    }

    private Cell risk() {
        Risk limit = pick(List.of(Risk.LOW, Risk.MODERATE, Risk.HIGH));
        return below(2) == 0
                ? new Cell(">= " + TableWords.word(limit.name()), value -> ((Risk) value).compareTo(limit) >= 0)
                : new Cell("!>" + TableWords.word(limit.name()), value -> ((Risk) value).compareTo(limit) <= 0);
    }

    private Cell hour() {
        int from = below(24);
        int to = below(24);
        return new Cell(from + "-" + to, value -> {
            double hour = (Double) value;
            return from <= to ? hour >= from && hour <= to : hour >= from || hour <= to;
        });
    }

    private Cell share() {
        return switch (below(4)) {
            case 0 -> new Cell("unknown", value -> (Double) value < 0);
            case 1 ->
                new Cell("!0.2-0.5", value -> (Double) value >= 0 && ((Double) value < 0.2 || (Double) value > 0.5));
            case 2 -> {
                Cell one = compared(9, 0.1);
                Cell other = compared(9, 0.1);
                yield new Cell(one.text + "|" + other.text,
                        value -> (Double) value >= 0 && (one.test.test(value) || other.test.test(value)));
            }
            default -> {
                Cell one = compared(9, 0.1);
                yield new Cell(one.text, value -> (Double) value >= 0 && one.test.test(value));
            }
        };
    }

    /// @param most how many steps the limit is at most; at least it is one
    private Cell compared(int most, double step) {
        double limit = Math.round((1 + below(most - 1)) * step * 100) / 100.0;
        return switch (below(5)) {
            case 0 -> new Cell(">" + limit, value -> (Double) value > limit);
            case 1 -> new Cell(">=" + limit, value -> (Double) value >= limit);
            case 2 -> new Cell("<" + limit, value -> (Double) value < limit);
            case 3 -> new Cell("<= " + limit, value -> (Double) value <= limit);
            default -> new Cell("0.1 - " + limit, value -> (Double) value >= 0.1 && (Double) value <= limit);
        };
    }

    private Cell tokens() {
        int from = 1 + below(8);
        int to = from + below(3);
        return switch (below(4)) {
            case 0 -> new Cell("!" + from + "-" + to, value -> (Double) value < from || (Double) value > to);
            case 1 -> new Cell("<" + from + "|>" + to, value -> (Double) value < from || (Double) value > to);
            case 2 -> new Cell(from + "|" + (to + 1), value -> (Double) value == from || (Double) value == to + 1);
            default -> new Cell(from + "-" + to, value -> (Double) value >= from && (Double) value <= to);
        };
    }

    private Cell tenant() {
        String one = pick(TENANTS);
        String other = pick(TENANTS);
        boolean negated = below(3) == 0;
        boolean prefix = below(2) == 0;
        return new Cell((negated ? "!" : "") + one + "|" + other + (prefix ? "*" : ""),
                value -> (value.equals(one)
                        || (prefix ? ((String) value).startsWith(other) : value.equals(other))) != negated);
    }

    private Cell sensitive() {
        SensitiveKind one = pick(List.of(SensitiveKind.EMAIL, SensitiveKind.PHONE, SensitiveKind.SECRET));
        SensitiveKind other = pick(List.of(SensitiveKind.EMAIL, SensitiveKind.PHONE, SensitiveKind.SECRET));
        boolean negated = below(2) == 0;
        return new Cell((negated ? "!" : "") + one.name() + "|" + TableWords.word(other.name()),
                value -> (((Set<?>) value).contains(one) || ((Set<?>) value).contains(other)) != negated);
    }

    List<?> world(List<Column> columns) {
        return columns.stream().map(column -> pick(column.values)).toList();
    }

    /// The same as a question to the rules.
    ///
    /// @param world a value for each of all columns
    static Question question(List<?> world) {
        var kinds = EnumSet.noneOf(SensitiveKind.class);
        ((Set<?>) world.get(7)).forEach(kind -> kinds.add((SensitiveKind) kind));
        Context plain = Context.unspecified();
        var context = new Context((Need) world.get(0), (Risk) world.get(1), plain.emotion(), plain.ageBand(),
                plain.privacy(), plain.task(), false, false, false, "", "", ((Double) world.get(5))
                        .intValue(),
                0, plain.needs(), false, Therapy.UNSPECIFIED, Requirements.NONE, -1,
                new Traits(Set.of(), 0, kinds, ""), Screening.NONE, Map.of());
        Instant at = Instant.parse("2026-01-01T00:30:00Z")
                .plusSeconds(((Double) world.get(2)).longValue() * 3_600);
        var call = new Call("call-1", Dialect.OPENAI_CHAT, "http", (String) world.get(6), "", "auto", false,
                Priority.NORMAL, null, false, at, 60_000);
        long used = Math.round((Double) world.get(4) * 100);
        // the emptier one must not matter; without money spent there may be none at all
        List<Budget> budgets = used == 0
                ? List.of()
                : List.of(new Budget("a", "total", used, 0, 100, at), new Budget("b", "total", 0, 0, 100, at));
        var host = new Host((Double) world.get(3), -1, -1, -1, 1);
        return new Question(call, context, new Situation(at, host, budgets, 0, 0, Set.of()),
                List.of(Rules.candidate("x/a")));
    }
}
