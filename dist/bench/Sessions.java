import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/// How many calls a second a gateway serves when they belong to 1, 100, 1,000 or 10,000 sessions: 32 callers ask one after the
/// other, each call for the next session, of a simulated provider that answers after 5 ms. Every session keeps its model, is
/// written to its file, and is there at the end. As the process gets faster with time, 10,000 are compared with
/// one session between them.
/// Prints calls a second, latency, resident memory and how many sessions the
/// gateway remembers. The generator uses the same processors, so figures compare with each other only.
///
/// usage: java Sessions.java ARCHIVE [SECONDS]      (10 for each number of sessions; the archive is dist/target/formulary)
///
/// Ends with 0 when every call was answered, every session is remembered, and with 10,000 sessions at least 0.8 times as many
/// calls a second are served as with one (the mean of before and after).
public class Sessions {
    static final int CALLERS = 32;
    static final List<Integer> NUMBERS = List.of(1, 100, 1_000, 10_000, 1, 10_000);
    static final Queue<String> PROBLEMS = new ConcurrentLinkedQueue<>();

    public static void main(String[] args) throws Exception {
        int seconds = Math.clamp(args.length > 1 ? Integer.parseInt(args[1]) : 10, 2, 600);
        boolean good = true;
        List<Double> rates = new ArrayList<>();
        try (var gateway = new Started(Path.of(args[0]), """
                discover: false
                cache: { enabled: false }
                sessions: { most: 50000 }
                providers:
                  - { id: a, kind: simulator, parallel: 1000, first-token-ms: 5, tokens-per-second: 100000, models: [{ id: m }] }
                  - { id: b, kind: simulator, parallel: 1000, first-token-ms: 5, tokens-per-second: 100000, models: [{ id: m }] }
                """)) {
            long expected = Math.min(100, run(gateway, "warm", 100, Math.max(20, seconds)).length);
            Started.say("%10s %12s %10s %10s %12s %12s", "sessions", "calls/s", "p50 ms", "p99 ms", "remembered", "memory MiB");
            for (int sessions : NUMBERS) {
                double[] millis = run(gateway, "s" + rates.size(), sessions, seconds);
                expected += Math.min(sessions, millis.length);
                double rate = millis.length / (double) seconds;
                rates.add(rate);
                long remembered = remembered(gateway);
                Started.say("%,10d %12.0f %10.1f %10.1f %12d %12d", sessions, rate, Started.percentile(millis, 50),
                        Started.percentile(millis, 99), remembered, gateway.memory());
                good &= remembered == expected;
            }
        }
        PROBLEMS.stream().limit(5).forEach(System.out::println);
        good &= PROBLEMS.isEmpty() && (rates.get(3) + rates.get(5)) / 2 >= 0.8 * rates.get(4);
        Started.say("%s", good ? "all bounds hold" : "NOT all bounds hold: all answered, all remembered, 0.8 times the rate of one");
        System.exit(good ? 0 : 1);
    }

    static long remembered(Started gateway) throws IOException, InterruptedException {
        String document = gateway.manage("/admin/sessions").replaceAll("\\s", "");
        return Long.parseLong(document.replaceAll(".*\"count\":(\\d+).*", "$1"));
    }

    static double[] run(Started gateway, String prefix, int sessions, int seconds) throws InterruptedException {
        var millis = new ConcurrentLinkedQueue<Double>();
        var next = new AtomicLong();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        var threads = new Thread[CALLERS];
        for (int i = 0; i < CALLERS; i++) {
            threads[i] = Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < end) {
                    long begun = System.nanoTime();
                    if (ask(gateway, prefix + "-" + next.getAndIncrement() % sessions)) {
                        millis.add((System.nanoTime() - begun) / 1e6);
                    }
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return millis.stream().mapToDouble(Double::doubleValue).toArray();
    }

    static boolean ask(Started gateway, String session) {
        HttpRequest request = HttpRequest.newBuilder(gateway.clients.resolve("/v1/chat/completions"))
                .timeout(Duration.ofSeconds(30)).header("Content-Type", "application/json")
                .header("X-Formulary-Session", session).POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"auto\",\"messages\":[{\"role\":\"user\",\"content\":\"Go on.\"}]}"))
                .build();
        try {
            HttpResponse<String> answer = Started.HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                PROBLEMS.add(answer.statusCode() + " " + answer.body());
            }
            return answer.statusCode() == 200;
        } catch (IOException e) {
            PROBLEMS.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
