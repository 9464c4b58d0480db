import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// What three times too much does: starts the gateway of an archive with two simulated providers that take four calls at a
/// time, 200 ms each, so 40 calls a second together; asks it for urgent calls only, then for 120 calls a second of all
/// priorities (3 % urgent, 5 % interactive, 55 % normal, the rest batch) by four tenants, of whom one asks for as much as the
/// others together; and prints how long urgent calls took in
/// both, what was answered second by second, how fairly, how soon the others were refused, and how memory moved. Arrivals are
/// open loop (exponential gaps of a seed), and times count from the moment a call was due.
///
/// usage: java Overload.java ARCHIVE [SECONDS]      (60; a fifth more goes before it; the archive is dist/target/formulary)
///
/// Fairness is Jain's index of what the tenants got: (Σx)² / (n·Σx²), 1 when all got the same (Jain, Chiu and Hawe 1984, DEC
/// report TR-301); every tenant asks for more than a fourth of what can be had. Ends with 0 when all bounds hold: urgent p99
/// within 1.5 times of unloaded, the goodput of each quarter within 10 % of the mean, the index over 0.95, and resident memory
/// of the last quarter within 10 % of the second's.
public class Overload {
    static final double CAPACITY = 40;
    static final double TIMES = 3;
    static final double URGENT_PER_SECOND = 4;
    static final int WARM_UP_SECONDS = 10;
    static final int DEADLINE_MS = 3_000;
    static final List<String> TENANTS = List.of("anna", "bert", "carl", "dora");
    static final Random RANDOM = new Random(7);

    /// How a call went.
    ///
    /// @param second since the beginning of its phase, in which it was due
    /// @param status 0 when there was no answer at all
    /// @param ended second in which it ended
    record Done(int second, int ended, String tenant, String priority, int status, boolean retryAfter, double millis) {
        boolean answered() {
            return status == 200;
        }
    }

    static URI clients;

    public static void main(String[] args) throws Exception {
        Path archive = Path.of(args[0]).toAbsolutePath();
        int seconds = Math.clamp(args.length > 1 ? Integer.parseInt(args[1]) : 60, 5, 3_600);
        boolean good;
        try (var gateway = new Started(archive, configuration())) {
            clients = gateway.clients.resolve("/v1/chat/completions");
            phase(WARM_UP_SECONDS, CAPACITY / 2, Overload::any);
            List<Done> alone = phase(Math.max(10, seconds / 5), URGENT_PER_SECOND,
                    () -> new String[]{tenant(), "urgent"});
            List<Long> memory = new ArrayList<>();
            Thread watch = Thread.ofVirtual().start(() -> watch(gateway, memory));
            List<Done> loaded = phase(seconds, CAPACITY * TIMES, Overload::any);
            watch.interrupt();
            watch.join();
            good = report(seconds, alone, loaded, memory);
            waits(gateway.manage("/metrics"));
        }
        System.exit(good ? 0 : 1);
    }

    static String configuration() {
        String providers = List.of("a", "b").stream().map(id -> """
              - { id: %s, kind: simulator, parallel: 4, first-token-ms: 100, tokens-per-second: 200, models: [{ id: m }],
                  answer: "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty" }
            """.formatted(id)).collect(Collectors.joining());
        String keys = TENANTS.stream().map(tenant -> "  - { name: %s, key: key-of-%s, tenant: %s }\n".formatted(tenant,
                tenant, tenant)).collect(Collectors.joining());
        return "discover: false\nserver: { max-in-flight: 4000 }\n"
                + "cache: { enabled: false }\nqueue: { most: 100 }\nproviders:\n" + providers + "keys:\n" + keys;
    }

    interface Kind {
        String[] next();
    }

    static String[] any() {
        double which = RANDOM.nextDouble();
        double urgent = URGENT_PER_SECOND / (CAPACITY * TIMES);
        return new String[]{tenant(), which < urgent
                ? "urgent"
                : which < urgent + 0.05 ? "interactive" : which < urgent + 0.6 ? "normal" : "batch"};
    }

    /// The first asks for as much as the three others together.
    static String tenant() {
        int which = RANDOM.nextInt(6);
        return TENANTS.get(which < 3 ? 0 : which - 2);
    }

    static List<Done> phase(int seconds, double perSecond, Kind kind) throws InterruptedException {
        Queue<Done> done = new ConcurrentLinkedQueue<>();
        List<Thread> callers = new ArrayList<>();
        long begun = System.nanoTime();
        double due = 0;
        while (due < seconds) {
            long at = begun + (long) (due * 1e9);
            TimeUnit.NANOSECONDS.sleep(at - System.nanoTime());
            String[] next = kind.next();
            int second = (int) due;
            callers.add(Thread.ofVirtual().start(() -> done.add(ask(begun, second, at, next[0], next[1]))));
            due += -Math.log(1 - RANDOM.nextDouble()) / perSecond;
        }
        for (Thread caller : callers) {
            caller.join();
        }
        return List.copyOf(done);
    }

    static Done ask(long begun, int second, long due, String tenant, String priority) {
        HttpRequest request = HttpRequest.newBuilder(clients).timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json").header("Authorization", "Bearer key-of-" + tenant)
                .header("X-Formulary-Priority", priority).header("X-Formulary-Deadline-Ms", DEADLINE_MS + "")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"model\":\"auto\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Count.\"}]}"))
                .build();
        int status = 0;
        boolean retryAfter = false;
        try {
            HttpResponse<String> answer = Started.HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            status = answer.statusCode();
            retryAfter = answer.headers().firstValue("Retry-After").isPresent();
        } catch (IOException e) {
            System.out.println("no answer: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        long now = System.nanoTime();
        return new Done(second, (int) ((now - begun) / 1_000_000_000L), tenant, priority, status, retryAfter, (now - due) / 1e6);
    }

    /// Resident memory of the gateway in MiB, each second.
    static void watch(Started gateway, List<Long> memory) {
        try {
            while (true) {
                memory.add(gateway.memory());
                Thread.sleep(1_000);
            }
        } catch (IOException | InterruptedException e) {
            // the phase is over
        }
    }

    /// How long those waited in line who had to, by priority, as the gateway measures it; to the next boundary of its histogram.
    static void waits(String metrics) {
        for (String priority : List.of("urgent", "interactive", "normal", "batch")) {
            String labels = "priority=\"" + priority + "\"";
            double count = Started.metric(metrics, "formulary_queue_wait_seconds_count", labels);
            say("%-12s %.0f had to wait; of these 50 of 100 no more than %s, 95 no more than %s", priority, count,
                    Started.quantile(metrics, "formulary_queue_wait_seconds", labels, 0.5),
                    Started.quantile(metrics, "formulary_queue_wait_seconds", labels, 0.95));
        }
    }

    static boolean report(int seconds, List<Done> alone, List<Done> loaded, List<Long> memory) {
        double before = percentile(alone, 99, Done::answered);
        double under = percentile(loaded, 99, each -> each.answered() && each.priority().equals("urgent"));
        say("urgent       p50 %.0f ms alone, %.0f under load; p99 %.0f alone (%d calls), %.0f under load: %.2f times",
                percentile(alone, 50, Done::answered), percentile(loaded, 50, each -> each.answered() && each.priority()
                        .equals("urgent")),
                before, alone.size(), under, under / before);
        new TreeMap<>(loaded.stream().collect(Collectors.groupingBy(Done::priority))).forEach((priority, calls) -> say(
                "%-12s %d calls, %d answered, p50 %.0f ms, p99 %.0f ms", priority, calls.size(), calls.stream().filter(
                        Done::answered).count(),
                percentile(calls, 50, Done::answered), percentile(calls, 99,
                        Done::answered)));
        double[] goodput = new double[4];
        loaded.stream().filter(each -> each.answered() && each.ended() < seconds)
                .forEach(each -> goodput[each.ended() * 4 / seconds]++);
        double mean = Arrays.stream(goodput).average().orElseThrow();
        double off = Arrays.stream(goodput).map(each -> Math.abs(each / mean - 1)).max().orElseThrow();
        say("goodput      %.1f answers/s of %.0f possible, asked for %.0f; by quarter %s: off by %.1f %% at most",
                mean * 4 / seconds, CAPACITY, loaded.size() / (double) seconds, Arrays.stream(goodput).mapToObj(
                        each -> String.format(Locale.ROOT, "%.1f", each * 4 / seconds)).toList(),
                off * 100);
        double[] shares = TENANTS.stream().mapToDouble(tenant -> loaded.stream().filter(each -> each.answered() && each
                .tenant().equals(tenant)).count()).toArray();
        double jain = Math.pow(Arrays.stream(shares).sum(), 2) / (shares.length * Arrays.stream(shares).map(
                each -> each * each).sum());
        say("fairness     index %.4f; answers %s", jain, Arrays.toString(shares));
        Predicate<Done> refused = each -> each.status() == 429;
        say("refused      %d with 429, %d of them with Retry-After, told after p50 %.0f ms, p99 %.0f ms; others: %s", loaded
                .stream().filter(refused).count(), loaded.stream().filter(refused).filter(Done::retryAfter).count(),
                percentile(loaded, 50, refused), percentile(loaded, 99, refused), loaded.stream().filter(
                        each -> !each.answered() && !refused.test(each)).collect(Collectors.groupingBy(Done::status,
                                TreeMap::new, Collectors.counting())));
        double early = mebibytes(memory, 1);
        double late = mebibytes(memory, 3);
        say("memory       resident %.0f MiB in the first quarter, then %.0f, %.0f, %.0f", mebibytes(memory, 0), early,
                mebibytes(memory, 2), late);
        boolean good = under <= 1.5 * before && off <= 0.1 && jain > 0.95 && late <= 1.1 * early;
        say("%s", good ? "all bounds hold" : "NOT all bounds hold: urgent within 1.5 times, goodput within 10 %, index over 0.95, memory within 10 %");
        return good;
    }

    static double mebibytes(List<Long> memory, int quarter) {
        int size = memory.size();
        return memory.subList(size * quarter / 4, Math.max(size * quarter / 4 + 1, size * (quarter + 1) / 4)).stream()
                .mapToLong(each -> each).average().orElse(0);
    }

    static double percentile(List<Done> calls, double percent, Predicate<Done> which) {
        double[] sorted = calls.stream().filter(which).mapToDouble(Done::millis).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(sorted.length * percent / 100) - 1];
    }

    static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
