package dev.formulary.engine.decision;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.engine.facts.Baseline;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.facts.Trend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what stands under `watch` in a scenario.
final class TimelineReader {
    /// As in the gateway.
    private static final Duration EVERY = Duration.ofSeconds(5);
    /// Where nothing changes.
    private static final Duration LENGTH = Duration.ofMinutes(10);
    private static final int MOST_TICKS = 20_000;
    private static final int MOST_LINES = 500;
    private static final String NUMBER = "(-?\\d+(?:\\.\\d+)?)";
    private static final Pattern STEP = Pattern
            .compile("(?:(silent)|" + NUMBER + "(?: to " + NUMBER + ")?) for (\\w+)");
    private static final String VALUES = "a number, numbers, or steps such as '0.5 for 1m, 0.97 for 3m', '0.5 to 0.9 for 1h', "
            + "'silent for 5m'";

    private TimelineReader() {}

    static Timeline read(Fields from, Situation situation, List<Candidate> candidates) {
        Duration every = span(from, "every", EVERY);
        if (every.isZero()) {
            throw new Fields.Wrong("'watch.every' must be longer than nothing", from.node("every"));
        }
        var lines = new ArrayList<Timeline.Line>();
        for (JsonNode node : from.list("signals")) {
            lines.add(line(Fields.of(node, "watch.signals"), every));
        }
        long changing = lines.stream().mapToLong(Timeline.Line::millis).max().orElse(0);
        Duration length = span(from, "for", changing == 0 ? LENGTH : Duration.ofMillis(changing));
        if (length.dividedBy(every) >= MOST_TICKS || lines.size() > MOST_LINES) {
            throw new Fields.Wrong("a scenario may watch " + MOST_LINES + " signals for " + MOST_TICKS
                    + " ticks; make it shorter, or its ticks longer with 'every'", from.node("for"));
        }
        from.done();
        return new Timeline(every, length, situation, candidates, List.copyOf(lines));
    }

    private static Timeline.Line line(Fields from, Duration tick) {
        if (!from.has("metric")) {
            throw new Fields.Wrong("a signal needs a metric, such as HOST_CPU", from.node("metric"));
        }
        Duration every = span(from, "every", tick);
        var line = new Timeline.Line(from.word("metric", Metric.class, Metric.HOST_CPU), from.text("resource", ""),
                steps(from.node("values"), every), baseline(Fields.of(from.node("baseline"), "watch.signals.baseline")),
                trend(Fields.of(from.node("trend"), "watch.signals.trend")));
        from.done();
        return line;
    }

    private static Duration span(Fields from, String name, Duration otherwise) {
        JsonNode node = from.node(name);
        if (node.isMissingNode()) {
            return otherwise;
        }
        Duration read = Spans.read(node.asText());
        if (read == null) {
            throw new Fields.Wrong("'watch." + name + "' must be " + Spans.RIGHT + ", not '" + node.asText() + "'",
                    node);
        }
        return read;
    }

    private static List<Timeline.Step> steps(JsonNode node, Duration every) {
        var steps = new ArrayList<Timeline.Step>();
        if (node.isNumber()) {
            steps.add(new Timeline.Step(node.asDouble(), node.asDouble(), 0));
        } else if (node.isTextual()) {
            for (String step : node.asText().split(",", -1)) {
                steps.add(step(step.strip(), node));
            }
        }
        for (JsonNode each : node.isArray() ? node : List.<JsonNode>of()) {
            steps.add(each.isNumber()
                    ? new Timeline.Step(each.asDouble(), each.asDouble(), every.toMillis())
                    : step(each.asText(), each));
        }
        if (steps.isEmpty()) {
            throw new Fields.Wrong("'watch.signals.values' must be " + VALUES, node);
        }
        return List.copyOf(steps);
    }

    private static Timeline.Step step(String text, JsonNode at) {
        Matcher step = STEP.matcher(text);
        Duration time = step.matches() ? Spans.read(step.group(4)) : null;
        if (time == null || time.isZero()) {
            throw new Fields.Wrong("'watch.signals.values' must be " + VALUES + ", not '" + text + "'", at);
        }
        if (step.group(1) != null) {
            return new Timeline.Step(Double.NaN, Double.NaN, time.toMillis());
        }
        double begin = Double.parseDouble(step.group(2));
        return new Timeline.Step(begin, step.group(3) == null ? begin : Double.parseDouble(step.group(3)),
                time.toMillis());
    }

    private static @Nullable Baseline baseline(Fields from) {
        if (from.empty()) {
            return null;
        }
        double median = from.number("median", 0);
        double spread = from.number("spread", 1);
        if (spread <= 0) {
            throw new Fields.Wrong("'watch.signals.baseline.spread' must be above 0", from.node("spread"));
        }
        var baseline = new Baseline(median, spread, from.whole("count", 1_000), from.whole("version", 1));
        from.done();
        return baseline;
    }

    private static @Nullable Trend trend(Fields from) {
        if (from.empty()) {
            return null;
        }
        double slope = from.number("slope", 0);
        var trend = new Trend(from.number("level", Double.NaN), slope, from.number("slopeLow", slope),
                from.number("slopeHigh", slope), from.number("p", 0.001), from.flag("moving", slope != 0),
                from.number("volatility", 0));
        from.done();
        return trend;
    }
}
