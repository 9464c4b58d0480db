package dev.formulary.engine.decision;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A column whose fact is a number.
///
/// @param low the least that it can be
/// @param high the most that is understood; more is as good as that
/// @param whole whether it has no fraction
/// @param unknown whether nobody may know it; it is below zero then and no number matches it
/// @param shift by how many digits what stands in a cell is smaller than the fact: 6 when dollars are counted in micro-dollars
/// @param round whether ranges go over midnight
record TableNumbers(BigDecimal low, BigDecimal high, boolean whole, boolean unknown, int shift, boolean round)
        implements
            TableDomain<TableNumbers.Sample> {
    private static final String NUMBER = "(\\d{1,15}(?:\\.\\d{1,6})?)";
    private static final Pattern ONE = Pattern.compile(NUMBER);
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,3})?)%");
    private static final Pattern RANGE = Pattern.compile(NUMBER + "\\s*-\\s*" + NUMBER);
    /// Nearer to a number than the next that can be written.
    private static final BigDecimal NEAR = new BigDecimal("0.0000001");

    static TableNumbers whole(long high) {
        return new TableNumbers(BigDecimal.ZERO, BigDecimal.valueOf(high), true, false, 0, false);
    }

    static TableNumbers upTo(long high) {
        return new TableNumbers(BigDecimal.ZERO, BigDecimal.valueOf(high), false, false, 0, false);
    }

    static TableNumbers hours() {
        return new TableNumbers(BigDecimal.ZERO, BigDecimal.valueOf(23), true, false, 0, true);
    }

    static TableNumbers dollars() {
        return new TableNumbers(BigDecimal.ZERO, BigDecimal.valueOf(1_000_000_000_000L), true, true, 6, false);
    }

    TableNumbers orUnknown() {
        return new TableNumbers(low, high, whole, true, shift, round);
    }

    /// Numbers from one to another; whole numbers have no open ends.
    ///
    /// @param lowOpen whether the lower end is not among them
    record Span(BigDecimal low, boolean lowOpen, BigDecimal high, boolean highOpen) {
        boolean contains(BigDecimal value) {
            int below = value.compareTo(low);
            int above = value.compareTo(high);
            return (lowOpen ? below > 0 : below >= 0) && (highOpen ? above < 0 : above <= 0);
        }

        boolean empty() {
            int order = low.compareTo(high);
            return order > 0 || (order == 0 && (lowOpen || highOpen));
        }
    }

    /// @param at null when nobody knows
    record Sample(@Nullable BigDecimal at, String name) {}

    @Override
    public TableMatch<Sample> parse(String cell) {
        Parts parts = Parts.of(cell);
        var spans = new ArrayList<Span>();
        boolean nobodyKnows = false;
        for (String part : parts.parts()) {
            if (unknown && part.equals("unknown")) {
                nobodyKnows = true;
            } else {
                spans.addAll(spans(part));
            }
        }
        List<Span> matching = parts.negated() ? complement(united(spans)) : united(spans);
        boolean matchesUnknown = nobodyKnows && !parts.negated();
        if (matching.isEmpty() && !matchesUnknown) {
            throw new Fields.Wrong("nothing is left for '" + cell + "' to match: " + right());
        }
        return new Within(this, matching, matchesUnknown);
    }

    private List<Span> spans(String part) {
        @Nullable
        Comparison comparison = Comparison.of(part).orElse(null);
        if (comparison != null) {
            return List.of(compared(comparison.operator(), number(comparison.value(), part)));
        }
        Matcher range = RANGE.matcher(part);
        if (!range.matches()) {
            return List.of(closed(number(part, part), number(part, part)));
        }
        BigDecimal from = number(range.group(1), part);
        BigDecimal to = number(range.group(2), part);
        if (from.compareTo(to) <= 0) {
            return List.of(closed(from, to));
        }
        if (round) {
            return List.of(closed(from, high), closed(low, to));
        }
        throw new Fields.Wrong("the range '" + part + "' goes from the lower to the higher number");
    }

    private static Span closed(BigDecimal from, BigDecimal to) {
        return new Span(from, false, to, false);
    }

    private Span compared(String operator, BigDecimal value) {
        return switch (operator) {
            case ">=" -> closed(value, high);
            case "<=" -> closed(low, value);
            case ">" -> whole ? closed(value.add(BigDecimal.ONE), high) : new Span(value, true, high, false);
            default -> whole ? closed(low, value.subtract(BigDecimal.ONE)) : new Span(low, false, value, true);
        };
    }

    private BigDecimal number(String text, String part) {
        if (!ONE.matcher(text).matches()) {
            throw new Fields.Wrong("'" + part + "' must be " + right() + share(text));
        }
        BigDecimal value = new BigDecimal(text).movePointRight(shift).stripTrailingZeros();
        if ((whole && value.scale() > 0) || value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw new Fields.Wrong("'" + part + "' must be " + right());
        }
        return value;
    }

    private String share(String text) {
        Matcher percent = PERCENT.matcher(text);
        return whole || !percent.matches()
                ? ""
                : "; " + text + " is " + new BigDecimal(percent.group(1)).movePointLeft(2).stripTrailingZeros()
                        .toPlainString();
    }

    private List<Span> united(List<Span> spans) {
        var united = new ArrayList<Span>();
        List<Span> sorted = spans.stream().filter(span -> !span.empty())
                .sorted(Comparator.comparing(Span::low).thenComparing(Span::lowOpen))
                .toList();
        for (Span span : sorted) {
            if (!united.isEmpty() && touches(united.getLast(), span)) {
                united.add(joined(united.removeLast(), span));
            } else {
                united.add(span);
            }
        }
        return List.copyOf(united);
    }

    private boolean touches(Span one, Span next) {
        int order = (whole ? one.high().add(BigDecimal.ONE) : one.high()).compareTo(next.low());
        return order > 0 || (order == 0 && !(one.highOpen() && next.lowOpen()));
    }

    private static Span joined(Span one, Span next) {
        int order = one.high().compareTo(next.high());
        boolean open = order == 0 ? one.highOpen() && next.highOpen() : order > 0 ? one.highOpen() : next.highOpen();
        return new Span(one.low(), one.lowOpen(), one.high().max(next.high()), open);
    }

    private List<Span> complement(List<Span> spans) {
        var rest = new ArrayList<Span>();
        BigDecimal from = low;
        boolean open = false;
        for (Span span : spans) {
            rest.add(whole
                    ? closed(from, span.low().subtract(BigDecimal.ONE))
                    : new Span(from, open, span.low(), !span.lowOpen()));
            from = whole ? span.high().add(BigDecimal.ONE) : span.high();
            open = !whole && !span.highOpen();
        }
        rest.add(new Span(from, open, high, false));
        return rest.stream().filter(span -> !span.empty()).toList();
    }

    @Override
    public List<Sample> samples(List<TableMatch<Sample>> cells) {
        var bounds = new TreeSet<BigDecimal>(List.of(low, high));
        for (TableMatch<Sample> cell : cells) {
            if (cell instanceof Within(TableNumbers _, List<Span> spans, boolean _)) {
                spans.forEach(span -> bounds.addAll(List.of(span.low(), span.high())));
            }
        }
        BigDecimal near = whole ? BigDecimal.ONE : NEAR;
        var named = new TreeMap<BigDecimal, String>();
        for (BigDecimal bound : bounds) {
            BigDecimal below = bound.subtract(near);
            BigDecimal above = bound.add(near);
            named.putIfAbsent(below, whole ? shown(below) : "<" + shown(bound));
            named.putIfAbsent(above, whole ? shown(above) : ">" + shown(bound));
            named.put(bound, shown(bound));
        }
        var samples = new ArrayList<Sample>();
        if (unknown) {
            samples.add(new Sample(null, "unknown"));
        }
        named.subMap(low, true, high, true).forEach((value, name) -> samples.add(new Sample(value, name)));
        return samples;
    }

    private String shown(BigDecimal value) {
        return value.movePointLeft(shift).stripTrailingZeros().toPlainString();
    }

    @Override
    public String name(List<Sample> samples) {
        return samples.size() == 1
                ? samples.getFirst().name()
                : samples.getFirst().name() + " to " + samples.getLast().name();
    }

    @Override
    public String right() {
        boolean share = !whole && high.compareTo(BigDecimal.TEN) != 0;
        String range = round ? "22-5" : share ? "0.2-0.5" : "3-5";
        return (whole && shift == 0 ? "a whole number" : "a number") + " from " + shown(low) + " to " + shown(high)
                + ", a range such as " + range + ", a comparison such as " + (share ? ">=0.5" : ">=5")
                + (unknown ? ", or unknown" : "");
    }

    /// @param spans sorted, apart from each other
    /// @param nobodyKnows whether it matches what nobody knows
    record Within(TableNumbers column, List<Span> spans, boolean nobodyKnows) implements TableMatch<Sample> {
        @Override
        public boolean accepts(Sample value) {
            BigDecimal at = value.at();
            return at == null ? nobodyKnows : spans.stream().anyMatch(span -> span.contains(at));
        }

        @Override
        public String expression(String path) {
            var parts = new ArrayList<String>();
            if (nobodyKnows) {
                parts.add(path + " < " + column.literal(BigDecimal.ZERO));
            }
            spans.forEach(span -> parts.add(column.constraint(path, span, nobodyKnows)));
            return parts.size() == 1
                    ? parts.getFirst()
                    : parts.contains("")
                            ? ""
                            : parts.stream().map(part -> "(" + part + ")").collect(Collectors.joining(" || "));
        }
    }

    private String constraint(String path, Span span, boolean nobodyKnows) {
        if (span.low().compareTo(span.high()) == 0 && span.high().compareTo(high) != 0) {
            return path + " == " + literal(span.low());
        }
        String least = path + (span.lowOpen() ? " > " : " >= ") + literal(span.low());
        String most = path + (span.highOpen() ? " < " : " <= ") + literal(span.high());
        boolean noLeast = span.low().compareTo(low) == 0 && !span.lowOpen();
        boolean noMost = span.high().compareTo(high) == 0 && !span.highOpen();
        if (noLeast && noMost) {
            return unknown && !nobodyKnows ? least : "";
        }
        return noMost ? least : noLeast && !unknown ? most : least + " && " + most;
    }

    /// @return a number of the fact's own type
    String literal(BigDecimal value) {
        String digits = value.stripTrailingZeros().toPlainString();
        return whole ? digits + (shift > 0 ? "L" : "") : digits.contains(".") ? digits : digits + ".0";
    }
}
