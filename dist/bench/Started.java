import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A gateway of an archive, started in a home folder of its own on free ports of 127.0.0.1, for the programs beside this file.
final class Started implements AutoCloseable {
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    final Path home;
    final Process process;
    URI clients;
    URI management;
    long pid;

    /// @param archive as in dist/target/formulary
    /// @param configuration what stands in conf/formulary.yaml
    Started(Path archive, String configuration) throws Exception {
        this(archive, home(configuration));
    }

    /// @param home a home folder, which another may have used before
    Started(Path archive, Path home) throws Exception {
        this.home = home;
        Files.deleteIfExists(home.resolve("data/node.properties"));
        var builder = new ProcessBuilder(archive.toAbsolutePath().resolve("bin/formulary").toString(), "run");
        builder.environment().putAll(Map.of("FORMULARY_HOME", home.toString(), "FORMULARY_PORT", "0",
                "FORMULARY_MANAGEMENT_PORT", "0", "FORMULARY_AOT", "off"));
        System.out.println("gateway's output: " + home.resolve("run.log"));
        process = builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("run.log").toFile()))
                .start();
        awaitPorts();
    }

    /// A new home folder with that configuration.
    static Path home(String configuration) throws IOException {
        Path home = Files.createTempDirectory("bench");
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), configuration);
        return home;
    }

    /// Ends the process as SIGKILL does.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private void awaitPorts() throws Exception {
        Path file = home.resolve("data/node.properties");
        for (int i = 0; i < 1_800 && process.isAlive(); i++) {
            if (Files.exists(file)) {
                var properties = new Properties();
                try (var reader = Files.newBufferedReader(file)) {
                    properties.load(reader);
                }
                if (properties.size() >= 3) {
                    clients = URI.create("http://127.0.0.1:" + properties.getProperty("port"));
                    management = URI.create("http://127.0.0.1:" + properties.getProperty("management-port"));
                    pid = Long.parseLong(properties.getProperty("pid"));
                    return;
                }
            }
            Thread.sleep(100);
        }
        close();
        throw new IOException("the gateway did not start; see " + home.resolve("run.log"));
    }

    /// A document or the metrics of the management port.
    String manage(String path) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(management.resolve(path)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    /// The sum of a metric over its labels.
    ///
    /// @param labels an expression for what stands between the braces; null for none
    static double metric(String metrics, String name, String labels) {
        Matcher line = Pattern.compile("(?m)^" + name + (labels == null ? "(?:\\{[^}]*\\})?" : "\\{" + labels + "\\}")
                + " (\\S+)$").matcher(metrics);
        double sum = 0;
        while (line.find()) {
            sum += Double.parseDouble(line.group(1));
        }
        return sum;
    }

    /// The least boundary of a histogram below which that share of what it counted lies.
    ///
    /// @param labels an expression for its labels but the boundary; empty for none
    static String quantile(String metrics, String name, String labels, double share) {
        var boundaries = new TreeMap<Double, Double>();
        Matcher line = Pattern.compile("(?m)^" + name + "_bucket\\{" + labels + "[^}]*le=\"([^\"]+)\"\\} (\\S+)$").matcher(metrics);
        while (line.find()) {
            double boundary = line.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(line.group(1));
            boundaries.merge(boundary, Double.parseDouble(line.group(2)), Double::sum);
        }
        double count = boundaries.isEmpty() ? 0 : boundaries.lastEntry().getValue();
        return count == 0
                ? "-"
                : boundaries.entrySet().stream().filter(each -> each.getValue() >= share * count).findFirst()
                        .map(each -> each.getKey() == Double.POSITIVE_INFINITY ? "more" : (long) (each.getKey() * 1_000) + " ms")
                        .orElseThrow();
    }

    /// Files and sockets that the gateway has open.
    long open() throws IOException {
        try (var files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return files.count();
        }
    }

    /// Its resident memory in MiB.
    long memory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS")).findFirst()
                    .map(line -> Long.parseLong(line.replaceAll("\\D", ""))).orElse(0L) / 1024;
        }
    }

    /// @param percent 0 to 100
    /// @return not a number for none
    static double percentile(double[] values, double percent) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0
                ? Double.NaN
                : sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100) - 1)];
    }

    static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        process.waitFor(20, TimeUnit.SECONDS);
        process.destroyForcibly();
    }
}
