import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts a batch into a gateway's inbox, one line in a hundred of which is broken, kills the gateway by SIGKILL while it answers,
/// starts it again, and looks whether there is exactly one result a line at the end, each in its place and right.
///
/// usage: java BatchKills.java ARCHIVE [LINES] [KILLS]      (100000, 5; the archive is dist/target/formulary)
///
/// A result is right when the line's own number stands in its answer, or when it is an error and the line was broken. Ends with 0
/// when all are, and when `batch.jsonl.progress` never said more than there was, nor less than before, and all of it at the end.
public class BatchKills {
    static final int BROKEN = 100;
    static final Pattern CUSTOM = Pattern.compile("\"custom_id\":\"line-(\\d+)\"");
    static final long MOST_MILLIS = 1_200_000;

    public static void main(String[] args) throws Exception {
        Path archive = Path.of(args[0]);
        int lines = args.length > 1 ? Integer.parseInt(args[1]) : 100_000;
        int kills = args.length > 2 ? Integer.parseInt(args[2]) : 5;
        Path home = Started.home("""
                discover: false
                cache: { enabled: false }
                inbox: { parallel: 64 }
                providers:
                  - id: p
                    kind: simulator
                    parallel: 128
                    first-token-ms: 1
                    tokens-per-second: 100000
                    models: [{ id: m }]
                """);
        long begun = System.nanoTime();
        Started gateway = new Started(archive, home);
        try {
            put(home, lines);
            for (int kill = 1; kill <= kills; kill++) {
                awaitAnswers(home, (long) lines * kill / (kills + 1));
                gateway.kill();
                Started.say("killed after %d answers", answers(home));
                gateway = new Started(archive, home);
            }
            awaitAnswers(home, lines);
        } finally {
            gateway.close();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        boolean good = check(home, lines) && toldAsDone(home, lines);
        Started.say("%s: %d lines, %d kills, %.0f s", good ? "exactly one result a line" : "NOT one result a line", lines, kills,
                seconds);
        System.exit(good ? 0 : 1);
    }

    static void put(Path home, int lines) throws IOException {
        Path written = home.resolve("batch.jsonl");
        try (BufferedWriter out = Files.newBufferedWriter(written)) {
            for (int i = 0; i < lines; i++) {
                out.write(broken(i)
                        ? i % 3 == 0 ? "not json at all" : "{\"custom_id\":\"line-" + i + "\",\"url\":\"/v1/nowhere\",\"method\":\"POST\",\"body\":{}}"
                        : "{\"custom_id\":\"line-" + i + "\",\"url\":\"/v1/chat/completions\",\"method\":\"POST\",\"body\":{\"model\":\"p/m\","
                                + "\"messages\":[{\"role\":\"user\",\"content\":\"number " + i + " please\"}]}}");
                out.newLine();
            }
        }
        Files.createDirectories(home.resolve("data/inbox"));
        Files.move(written, home.resolve("data/inbox/batch.jsonl"), StandardCopyOption.ATOMIC_MOVE);
    }

    static boolean broken(int line) {
        return line % BROKEN == 7;
    }

    static void awaitAnswers(Path home, long wanted) throws Exception {
        long end = System.currentTimeMillis() + MOST_MILLIS;
        while (!told(home) || answers(home) < wanted) {
            if (System.currentTimeMillis() > end) {
                throw new IOException("only " + answers(home) + " answers");
            }
            Thread.sleep(200);
        }
    }

    static final Pattern TOLD = Pattern.compile("\"done\":(\\d+)");
    static long lastTold;

    /// Whether anything is told of the batch yet. It is asked for before the answers are counted, which only grow.
    static boolean told(Path home) throws IOException {
        Path progress = home.resolve("data/outbox/batch.jsonl.progress");
        if (!Files.exists(progress)) {
            return false;
        }
        Matcher told = TOLD.matcher(Files.readString(progress));
        if (!told.find()) {
            throw new IOException("not to be read: " + Files.readString(progress));
        }
        long done = Long.parseLong(told.group(1));
        long there = answers(home);
        if (done > there || done < lastTold) {
            throw new IOException(done + " lines were told, after " + lastTold + ", and there were " + there);
        }
        lastTold = done;
        return true;
    }

    static boolean toldAsDone(Path home, int lines) throws IOException {
        Path progress = home.resolve("data/outbox/batch.jsonl.progress");
        for (int wait = 0; wait < 50 && !Files.readString(progress).contains("\"state\":\"done\""); wait++) {
            java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
        }
        String end = Files.readString(progress);
        Started.say("told at the end: %s", end);
        return end.contains("\"state\":\"done\"") && end.contains("\"done\":" + lines + ",\"total\":" + lines + ",");
    }

    /// How many there are, those of a file that is not complete too.
    static long answers(Path home) throws IOException {
        Path complete = home.resolve("data/outbox/batch.jsonl");
        if (Files.exists(complete)) {
            return count(complete);
        }
        long most = 0;
        Path outbox = home.resolve("data/outbox");
        if (Files.exists(outbox)) {
            try (var files = Files.list(outbox)) {
                for (Path file : files.filter(each -> each.getFileName().toString().contains("batch")).toList()) {
                    most = Math.max(most, count(file));
                }
            }
        }
        return most;
    }

    static long count(Path file) throws IOException {
        try (var lines = Files.lines(file, java.nio.charset.StandardCharsets.ISO_8859_1)) {
            return lines.count();
        } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException e) {
            return 0;
        }
    }

    static boolean check(Path home, int lines) throws IOException {
        var seen = new BitSet(lines);
        int twice = 0;
        int wrong = 0;
        int at = 0;
        int unreadable = 0;
        try (BufferedReader in = Files.newBufferedReader(home.resolve("data/outbox/batch.jsonl"))) {
            for (String line = in.readLine(); line != null; line = in.readLine(), at++) {
                Matcher custom = CUSTOM.matcher(line);
                if (!custom.find()) {
                    unreadable++;
                    wrong += at < lines && broken(at) && at % 3 == 0 && line.contains("invalid_line") ? 0 : 1;
                    continue;
                }
                int number = Integer.parseInt(custom.group(1));
                twice += seen.get(number) ? 1 : 0;
                seen.set(number);
                boolean right = number == at && (broken(number)
                        ? line.contains("invalid_url")
                        : line.contains("\"status_code\":200") && line.contains("number " + number + " please"));
                wrong += right ? 0 : 1;
            }
        }
        boolean moved = Files.exists(home.resolve("data/done/batch.jsonl"));
        Started.say("%d results for %d lines: %d with their id, %d of lines that could not be read, %d twice, %d wrong; input %s", at,
                lines, seen.cardinality(), unreadable, twice, wrong, moved ? "in done" : "NOT in done");
        return at == lines && twice == 0 && wrong == 0 && moved && seen.cardinality() + unreadable == lines;
    }
}
