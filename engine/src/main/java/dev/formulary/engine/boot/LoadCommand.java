package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.facts.Metric;
import dev.formulary.engine.store.SeriesQuery;
import dev.formulary.engine.store.SeriesReader;
import dev.formulary.engine.store.SeriesReport;
import dev.formulary.engine.vitals.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `formulary load`: works on the home folder, whether a gateway runs or not.
@Command(name = "load", mixinStandardHelpOptions = true, description = "Shows what is measured: the latest and the last day of all, or one metric over time. What was measured in the last half minute may be missing.")
final class LoadCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(arity = "0..1", paramLabel = "METRIC", defaultValue = "", description = "one metric over time, such as host_cpu; without it the latest and the last day of all")
    private String metric = "";

    @Option(names = "--resource", paramLabel = "NAME", defaultValue = "", description = "of what: a model, a provider, a card; default: all")
    private String resource = "";

    @Option(names = "--from", paramLabel = "TIME", defaultValue = "", description = "a time, a day (UTC), or how long ago, such as 6h; default: a day before the last")
    private String from = "";

    @Option(names = "--to", paramLabel = "TIME", defaultValue = "", description = "the same; default: now")
    private String to = "";

    @Option(names = "--step", paramLabel = "STEP", defaultValue = "", description = "raw, or whole minutes such as 1m, 5m, 1h or 1d")
    private String step = "";

    @Option(names = "--summary", paramLabel = "SPAN", defaultValue = "", description = "hour or day: sums each up instead")
    private String summary = "";

    @Option(names = "--above", paramLabel = "LIMITS", defaultValue = "", description = "for how long it was above, such as 0.9,0.95; with --summary")
    private String above = "";

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "csv", description = "of one metric: csv or json; default: ${DEFAULT-VALUE}")
    private String format = "";

    @Option(names = "--processes", description = "the processes that take most of this machine, by name, instead")
    private boolean processes;

    LoadCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        Home home = terminal.home();
        var reader = new SeriesReader(home.data(), home.cache());
        try {
            return print(processes ? LoadText.of(new Processes().top()) : metric.isEmpty() ? all(reader) : one(reader));
        } catch (IllegalArgumentException | IOException e) {
            return terminal.refuse(Exit.USAGE, String.valueOf(e.getMessage()));
        }
    }

    private String one(SeriesReader reader) throws IOException {
        Metric known = Metric.of(metric).orElseThrow(() -> new IllegalArgumentException("there is no metric '" + metric
                + "'; there are " + Stream.of(Metric.values()).map(Metric::word).collect(Collectors.joining(", "))));
        Map<String, String> said = Map.of("resource", resource, "from", from, "to", to, "step", step, "summary",
                summary,
                "above", above);
        SeriesReport report = reader.read(SeriesQuery.of(known, name -> said.getOrDefault(name, ""),
                Clock.systemUTC().instant()));
        return switch (format) {
            case "csv" -> SeriesText.csv(report);
            case "json" -> new String(AdminJson.write(SeriesText.document(report)), StandardCharsets.UTF_8)
                    + System.lineSeparator();
            default -> throw new IllegalArgumentException("--format must be csv or json, not " + format);
        };
    }

    private static String all(SeriesReader reader) throws IOException {
        Instant now = Clock.systemUTC().instant();
        List<SeriesReader.Listed> listed = reader.list();
        Map<String, SeriesReport.Summary> days = new HashMap<>();
        for (SeriesReader.Listed each : listed) {
            SeriesQuery query = SeriesQuery.of(each.metric(),
                    name -> name.equals("step") ? "5m" : name.equals("resource") ? each.resource() : "", now);
            reader.read(query).lines().stream().filter(line -> line.resource().equals(each.resource()))
                    .forEach(line -> days.put(LoadText.key(each.metric(), each.resource()), line.whole(query.step())));
        }
        return listed.isEmpty()
                ? "nothing is kept of what was measured; a gateway that runs with this home folder keeps it"
                        + System.lineSeparator()
                : LoadText.of(listed, days, now);
    }

    private int print(String text) {
        terminal.out().print(text);
        terminal.out().flush();
        return Exit.OK;
    }
}
