import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How much of what is asked gets answered while providers fail: starts a gateway with three simulated providers, each of which
/// fails by a schedule of a seed (every 4 s another fault, or none; one of the three is well, and who takes over from it has been
/// well for 4 s before), asks it for 20 calls a second, half of them streams, in 50 sessions; and prints the share that was answered in whole within 20 s, how many
/// attempts failed and of what, how soon another model answered, and whether anything is left behind.
///
/// usage: java Availability.java ARCHIVE [SECONDS] [SEED] [harsh]      (180, 1; the archive is dist/target/formulary)
///
/// With harsh, who takes over may become well in the very moment in which the other fails.
///
/// An answer counts when its status is 200 and it says each of its ten words once, in order, and why it ended; a stream also
/// when another model went on with it. Ends with 0 when at least 99.9 % were answered, nothing is in flight, in line or held, and
/// the gateway has no more threads, and no more files and sockets open, than after the warm-up, but for a few.
public class Availability {
    static final int SLOT_MS = 4_000;
    static final double PER_SECOND = 20;
    static final int DEADLINE_MS = 20_000;
    static final int WARM_UP_SECONDS = 10;
    static final int SOME = 16;
    static final List<String> FAULTS = List.of("throttled", "quota", "server", "auth", "dead", "hang", "cut, after-tokens: 3",
            "malformed", "server", "throttled, retry-after-ms: 1000");
    static final String ANSWER = "one two three four five six seven eight nine ten";
    static final Pattern CONTENT = Pattern.compile("\"content\":\"([^\"]*)\"");

    /// How a call went.
    ///
    /// @param problem null for none
    record Done(String problem, double millis) {}

    public static void main(String[] args) throws Exception {
        int seconds = Math.clamp(args.length > 1 ? Integer.parseInt(args[1]) : 180, 10, 7_200);
        long seed = args.length > 2 ? Long.parseLong(args[2]) : 1;
        boolean harsh = args.length > 3 && args[3].equals("harsh");
        boolean good;
        try (var gateway = new Started(Path.of(args[0]), configuration(0, new Random(seed), harsh))) {
            ask(gateway, 10 * (int) PER_SECOND, new Random(0), WARM_UP_SECONDS);
            Thread.sleep(1_000);
            long files = gateway.open();
            double threads = Started.metric(gateway.manage("/metrics"), "jvm_threads_live_threads", null);
            Files.writeString(gateway.home.resolve("conf/formulary.yaml"), configuration(seconds, new Random(seed), harsh));
            Thread.sleep(2_000);
            Queue<Done> done = ask(gateway, (int) (seconds * PER_SECOND), new Random(seed), seconds);
            Thread.sleep(2_000);
            // callers keep their connections for half a minute
            for (int i = 0; i < 60 && gateway.open() > files + SOME; i++) {
                Thread.sleep(1_000);
            }
            good = report(gateway, done, files, threads);
        }
        System.exit(good ? 0 : 1);
    }

    /// In each slot one provider is well, and stays so for the next unless it is harsh; the others have a fault, or none. The gateway follows the file while it runs, so
    /// the schedule begins when it is written.
    static String configuration(int seconds, Random random, boolean harsh) {
        List<StringBuilder> phases = new ArrayList<>(List.of(new StringBuilder(), new StringBuilder(), new StringBuilder()));
        int well = 0;
        for (int at = 1_000; at < seconds * 1_000; at += SLOT_MS) {
            int before = well;
            well = random.nextInt(3);
            for (int provider = 0; provider < 3; provider++) {
                String fault = provider == well || (provider == before && !harsh) || random.nextInt(3) == 0
                        ? ""
                        : "{ fault: " + FAULTS.get(random.nextInt(FAULTS.size())) + ", rate: 1.0 }";
                phases.get(provider).append("      - { after-ms: %d, faults: [%s] }\n".formatted(at, fault));
            }
        }
        StringBuilder yaml = new StringBuilder("discover: false\ncache: { enabled: false }\nbreaker: { open-for: 1s, open-most: 2s }\n"
                + "providers:\n");
        for (int provider = 0; provider < 3; provider++) {
            yaml.append("""
                  - id: p%d
                    kind: simulator
                    parallel: 200
                    first-token-ms: 30
                    tokens-per-second: 200
                    answer: "%s"
                    models: [{ id: m }]
                """.formatted(provider, ANSWER)).append(seconds == 0 ? "" : "    phases:\n").append(phases.get(provider));
        }
        return yaml.toString();
    }

    static Queue<Done> ask(Started gateway, int calls, Random random, int seconds) throws InterruptedException {
        Queue<Done> done = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        long begun = System.nanoTime();
        for (int i = 0; i < calls; i++) {
            long due = begun + Duration.ofSeconds(seconds).toNanos() * i / calls;
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            boolean stream = random.nextBoolean();
            int session = random.nextInt(50);
            callers.add(Thread.ofVirtual().start(() -> done.add(one(gateway, stream, session, due))));
        }
        for (Thread caller : callers) {
            caller.join();
        }
        return done;
    }

    static Done one(Started gateway, boolean stream, int session, long due) {
        HttpRequest request = HttpRequest.newBuilder(gateway.clients.resolve("/v1/chat/completions"))
                .timeout(Duration.ofMillis(DEADLINE_MS + 2_000)).header("Content-Type", "application/json")
                .header("X-Formulary-Session", "session-" + session).header("X-Formulary-Deadline-Ms", DEADLINE_MS + "")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"auto\",\"stream\":" + stream
                        + ",\"messages\":[{\"role\":\"user\",\"content\":\"Count.\"}]}"))
                .build();
        String problem;
        try {
            HttpResponse<String> answer = Started.HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            problem = problem(answer.statusCode(), answer.body(), stream);
        } catch (IOException e) {
            problem = e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            problem = "interrupted";
        }
        return new Done(problem, (System.nanoTime() - due) / 1e6);
    }

    static String problem(int status, String body, boolean stream) {
        String said = CONTENT.matcher(body).results().map(each -> each.group(1)).collect(Collectors.joining()).strip();
        boolean ended = body.contains(stream ? "data: [DONE]" : "\"finish_reason\":\"stop\"");
        if (status == 200 && ended && said.equals(ANSWER)) {
            return null;
        }
        return status != 200
                ? status + " " + body.substring(0, Math.min(160, body.length()))
                : "said \"" + said + "\"" + (ended ? "" : ", and not why it ended");
    }

    static boolean report(Started gateway, Queue<Done> done, long filesBefore, double threadsBefore) throws Exception {
        long answered = done.stream().filter(each -> each.problem() == null).count();
        double share = 100.0 * answered / done.size();
        double[] millis = done.stream().filter(each -> each.problem() == null).mapToDouble(Done::millis).toArray();
        Started.say("availability  %.3f %%: %d of %d calls answered in whole, p50 %.0f ms, p99 %.0f ms, max %.0f ms", share,
                answered, done.size(), Started.percentile(millis, 50), Started.percentile(millis, 99),
                Arrays.stream(millis).max().orElse(Double.NaN));
        done.stream().filter(each -> each.problem() != null).map(Done::problem).collect(Collectors.groupingBy(
                each -> each, TreeMap::new, Collectors.counting())).forEach((what, count) -> Started.say("  %d x %s", count, what));
        String metrics = gateway.manage("/metrics");
        List<String> failed = new ArrayList<>();
        var results = Pattern.compile("formulary_attempts_total\\{[^}]*result=\"(\\w+)\"[^}]*\\} (\\S+)").matcher(metrics);
        var byResult = new TreeMap<String, Double>();
        while (results.find()) {
            byResult.merge(results.group(1), Double.parseDouble(results.group(2)), Double::sum);
        }
        byResult.forEach((result, count) -> failed.add(result + " " + (long) (double) count));
        Started.say("attempts      %s", String.join(", ", failed));
        double switches = Started.metric(metrics, "formulary_switch_seconds_count", null);
        Started.say("switches      %.0f calls had a failure and an answer: p50 within %s, p99 within %s (hung ones from when they"
                + " were asked), mean %.0f ms", switches, Started.quantile(metrics, "formulary_switch_seconds", "", 0.5),
                Started.quantile(metrics, "formulary_switch_seconds", "", 0.99),
                1_000 * Started.metric(metrics, "formulary_switch_seconds_sum", null) / switches);
        Started.say("continued     %.0f streams", Started.metric(metrics, "formulary_streams_total", "continued=\"true\"[^}]*"));
        double inFlight = Started.metric(metrics, "formulary_inflight", null);
        double waiting = Started.metric(metrics, "formulary_queue_waiting", null);
        double places = Pattern.compile("\"in_flight\":\\s*(\\d+)").matcher(gateway.manage("/admin/queue")).results()
                .mapToLong(each -> Long.parseLong(each.group(1))).sum();
        double threads = Started.metric(metrics, "jvm_threads_live_threads", null);
        long files = gateway.open();
        Started.say("left behind   %.0f in flight, %.0f waiting, %.0f places held; threads %.0f then, %.0f now; files and sockets"
                + " %d then, %d now; memory %d MiB", inFlight, waiting, places, threadsBefore, threads, filesBefore, files,
                gateway.memory());
        boolean good = share >= 99.9 && inFlight == 0 && waiting == 0 && places == 0 && threads <= threadsBefore + SOME
                && files <= filesBefore + SOME;
        Started.say("%s", good ? "all bounds hold" : "NOT all bounds hold: 99.9 %, nothing left behind");
        return good;
    }
}
