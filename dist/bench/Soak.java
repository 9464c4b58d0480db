import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/// Steady load while rules, routes and a provider JAR change: prints how many calls failed, how long each edit took to be
/// live, and how memory and classes moved. The node must have been started with FORMULARY_HOME; memory is read after a full
/// collection, because only such a one unloads the classes of replaced rules and plug-ins.
///
/// usage: java Soak.java PORT MANAGEMENT_PORT HOME [SECONDS]      (against a node on this machine, with the simulator)
public class Soak {
    static final HttpClient HTTP = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    static final int CLIENTS = 4;
    static String base;
    static String management;
    static Path home;

    public static void main(String[] args) throws Exception {
        base = "http://127.0.0.1:" + args[0];
        management = "http://127.0.0.1:" + args[1];
        home = Path.of(args[2]);
        int seconds = Math.min(3_600, args.length > 3 ? Integer.parseInt(args[3]) : 60);
        var load = new Load();
        load.start();
        var edits = new Edits();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        List<String> trend = new ArrayList<>();
        for (int round = 1; System.nanoTime() < end; round++) {
            long began = System.nanoTime();
            edits.round(round);
            if (round % 5 == 0) {
                trend.add(figures());
            }
            long left = 2_000 - (System.nanoTime() - began) / 1_000_000;
            Thread.sleep(Math.max(0, left));
        }
        load.stop();
        System.out.printf("calls: %d whole, %d streamed, %d failed%n", load.whole.get(), load.streamed.get(),
                load.failed.get());
        load.problems.forEach(problem -> System.out.println("  " + problem));
        edits.report();
        trend.forEach(System.out::println);
        System.exit(load.failed.get() == 0 && edits.late == 0 ? 0 : 1);
    }

    /// Four clients, half of them streaming.
    static class Load {
        final AtomicBoolean over = new AtomicBoolean();
        final AtomicLong whole = new AtomicLong();
        final AtomicLong streamed = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final List<String> problems = Collections.synchronizedList(new ArrayList<>());
        final CountDownLatch left = new CountDownLatch(CLIENTS);

        void start() {
            for (int i = 0; i < CLIENTS; i++) {
                boolean stream = i % 2 == 0;
                Thread.ofVirtual().start(() -> client(stream));
            }
        }

        void client(boolean stream) {
            String body = "{\"model\":\"auto\",\"stream\":" + stream
                    + ",\"messages\":[{\"role\":\"user\",\"content\":\"Tell me about the sea.\"}]}";
            while (!over.get()) {
                try {
                    HttpResponse<String> answer = post(base + "/v1/chat/completions", body);
                    boolean good = answer.statusCode() == 200
                            && answer.body().contains(stream ? "data: [DONE]" : "\"finish_reason\":\"stop\"");
                    (stream ? streamed : whole).incrementAndGet();
                    if (!good) {
                        fail(answer.statusCode() + " " + answer.body());
                    }
                } catch (IOException e) {
                    fail(e.toString());
                } catch (InterruptedException e) {
                    break;
                }
            }
            left.countDown();
        }

        void fail(String what) {
            failed.incrementAndGet();
            if (problems.size() < 10) {
                problems.add(what.substring(0, Math.min(300, what.length())));
            }
        }

        void stop() throws InterruptedException {
            over.set(true);
            left.await();
        }
    }

    /// One edit of each kind a round.
    static class Edits {
        final List<Long> rules = new ArrayList<>();
        final List<Long> refusals = new ArrayList<>();
        final List<Long> routes = new ArrayList<>();
        final List<Long> jars = new ArrayList<>();
        final Path jar;
        int late;
        String lastGood = "";

        Edits() throws IOException {
            try (var all = Files.list(home.resolve("plugins"))) {
                jar = all.filter(file -> file.getFileName().toString().contains("simulator")).findFirst().orElseThrow();
            }
        }

        void round(int round) throws Exception {
            if (round % 3 == 0) {
                brokenRule(round);
            } else {
                rule(round);
            }
            route(round);
            jar(round);
        }

        void rule(int round) throws Exception {
            lastGood = "soak edit " + round;
            replace(home.resolve("rules/load/soak.drl"), """
                    rule "soak"
                      @id("load-soak") @owner("bench") @reason("%s")
                      salience 10
                    when
                      Call()
                    then
                      decision.weigh(Term.LOAD, 1.0);
                    end
                    """.formatted(lastGood));
            rules.add(until("rule", () -> decide().contains(lastGood)));
        }

        void brokenRule(int round) throws Exception {
            replace(home.resolve("rules/load/soak.drl"), "rule \"soak\" when Nonsense( then end " + round + "\n");
            refusals.add(until("broken rule", () -> get(management + "/admin/rules").contains("soak.drl")));
            if (!lastGood.isEmpty() && !decide().contains(lastGood)) {
                System.out.println("the old rules do not serve any more");
                late++;
            }
        }

        void route(int round) throws Exception {
            String path = "/soak-" + round + "/v1/chat/completions";
            replace(home.resolve("routes/soak.yaml"), """
                    - route:
                        id: soak
                        from:
                          uri: platform-http:%s
                          parameters:
                            httpMethodRestrict: POST
                          steps:
                            - to: formulary:openai-chat
                    """.formatted(path));
            routes.add(until("route", () -> post(base + path,
                    "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").statusCode() == 200));
        }

        void jar(int round) throws Exception {
            Path part = home.resolve("data/soak.jar.part");
            try (var in = new ZipInputStream(Files.newInputStream(jar));
                    var out = new ZipOutputStream(Files.newOutputStream(part))) {
                for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                    if (!entry.getName().equals("META-INF/soak")) {
                        out.putNextEntry(new ZipEntry(entry.getName()));
                        in.transferTo(out);
                        out.closeEntry();
                    }
                }
                out.putNextEntry(new ZipEntry("META-INF/soak"));
                out.write(Integer.toString(round).getBytes());
                out.closeEntry();
            }
            String sum = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(part)));
            Files.move(part, jar, StandardCopyOption.ATOMIC_MOVE);
            jars.add(until("plug-in", () -> get(management + "/admin/plugins").contains(sum)));
        }

        interface Check {
            boolean holds() throws Exception;
        }

        long until(String what, Check check) throws Exception {
            long began = System.nanoTime();
            while (!check.holds()) {
                if (System.nanoTime() - began > 5_000_000_000L) {
                    System.out.println(what + " not live after 5 s");
                    late++;
                    return 5_000;
                }
                Thread.sleep(10);
            }
            return (System.nanoTime() - began) / 1_000_000;
        }

        void report() {
            line("rule edits live", rules);
            line("broken rule edits reported", refusals);
            line("route edits live", routes);
            line("plug-in JARs replaced", jars);
        }

        void line(String what, List<Long> millis) {
            Collections.sort(millis);
            System.out.printf("%s: %d, median %d ms, slowest %d ms%n", what, millis.size(),
                    millis.isEmpty() ? 0 : millis.get(millis.size() / 2), millis.isEmpty() ? 0 : millis.getLast());
        }
    }

    static String decide() throws Exception {
        return post(base + "/v1/decide", "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}")
                .body();
    }

    static String figures() throws Exception {
        collect();
        String metrics = get(management + "/metrics");
        return "heap after collection %s MB, metaspace %s MB, classes %s".formatted(
                megabytes(metrics, "jvm_gc_live_data_size_bytes"),
                megabytes(metrics, "jvm_memory_used_bytes\\{[^}]*Metaspace[^}]*\\}"),
                value(metrics, "jvm_classes_loaded_classes"));
    }

    static void collect() throws Exception {
        String mark = "formulary.home=" + home;
        long pid = ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().map(List::of).orElse(List.of()).stream()
                        .anyMatch(argument -> argument.endsWith(mark)))
                .findFirst().orElseThrow().pid();
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid),
                "GC.run").redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
    }

    static String megabytes(String metrics, String name) {
        String value = value(metrics, name);
        return value.equals("?") ? value : "%.1f".formatted(Double.parseDouble(value) / (1 << 20));
    }

    static String value(String metrics, String name) {
        var found = Pattern.compile("(?m)^" + name + "(?:\\{[^}]*\\})? (\\S+)$").matcher(metrics);
        return found.find() ? found.group(1) : "?";
    }

    static void replace(Path file, String text) throws IOException {
        Path part = home.resolve("data/soak.part");
        Files.writeString(part, text);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static String get(String uri) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    static HttpResponse<String> post(String uri, String body) throws IOException, InterruptedException {
        return HTTP.send(HttpRequest.newBuilder(URI.create(uri)).header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(30)).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
