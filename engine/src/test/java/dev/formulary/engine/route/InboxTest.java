package dev.formulary.engine.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Entrance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is told of a batch while it is answered, and after it was cut off.
class InboxTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST = 10_000;

    @TempDir
    Path folder;
    private final FileBoard board = new FileBoard(Clock.systemUTC(), System::nanoTime);

    private Inbox inbox(Entrance entrance) {
        return new Inbox(Map.of("openai-chat", entrance), 4, LONGEST, board, 1);
    }

    private static Path home(Path home, List<String> lines) throws IOException {
        Files.createDirectories(home.resolve("inbox"));
        return Files.write(home.resolve("inbox/b.jsonl"), lines);
    }

    private static Answer.Whole status(int status, String body) {
        return new Answer.Whole(status, "application/json", Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    private static String line(int n) {
        return "{\"custom_id\":\"c" + n + "\",\"url\":\"/v1/chat/completions\",\"body\":{\"n\":" + n + "}}";
    }

    private static JsonNode progress(Path home) throws IOException {
        return JSON.readTree(Files.readAllBytes(home.resolve("outbox/b.jsonl.progress")));
    }

    private static long lines(Path file) throws IOException {
        try {
            byte[] bytes = Files.readAllBytes(file);
            long lines = 0;
            for (byte each : bytes) {
                lines += each == '\n' ? 1 : 0;
            }
            return lines;
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    /// What is said is asked for first: by the time that the answers are counted there can only be more.
    private static JsonNode checked(Path home) throws IOException {
        JsonNode said = progress(home);
        Path part = home.resolve("outbox/.b.jsonl.part");
        Path whole = home.resolve("outbox/b.jsonl");
        long there = Math.max(lines(part), lines(whole));
        assertThat(said.get("done").asLong()).isLessThanOrEqualTo(there);
        assertThat(said.get("done").asLong()).isEqualTo(said.get("succeeded").asLong() + said.get("failed").asLong());
        assertThat(said.get("done").asLong()).isLessThanOrEqualTo(said.path("total").asLong(Long.MAX_VALUE));
        assertThat(said.get("bytes_done").asLong()).isBetween(0L, said.get("bytes_total").asLong());
        return said;
    }

    private static void isNotBefore(JsonNode now, JsonNode before) {
        for (String member : List.of("done", "succeeded", "failed", "bytes_done")) {
            assertThat(now.get(member).asLong()).as(member).isGreaterThanOrEqualTo(before.get(member).asLong());
        }
        assertThat(now.get("started")).isEqualTo(before.get("started"));
    }

    private static List<String> batch(Random random, int most) {
        List<String> lines = new ArrayList<>();
        for (int n = 0; n < 20 + random.nextInt(most); n++) {
            lines.add(switch (random.nextInt(10)) {
                case 0 -> "not json";
                case 1 -> line(n).replace("/v1/chat", "/v1/chut");
                case 2 -> "x".repeat(LONGEST + 10);
                case 3 -> " ";
                default -> line(n);
            });
        }
        lines.add(line(999));
        return lines;
    }

    /// As `kill -9` leaves it: what was said first, then the answers, the last of which may be cut.
    private static void copyAsKilled(Path from, Path to) throws IOException {
        for (String each : List.of("inbox/b.jsonl", "outbox/b.jsonl.progress", "outbox/.b.jsonl.part",
                "outbox/.b.jsonl.state")) {
            Files.createDirectories(to.resolve(each).getParent());
            Files.copy(from.resolve(each), to.resolve(each), StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    @Test
    void whatIsToldNeverSaysMoreThanThereIsNorLessThanBeforeWhereverItIsKilled() throws Exception {
        for (int seed = 0; seed < 25; seed++) {
            var random = new Random(seed);
            Path home = folder.resolve("home" + seed);
            Path killed = folder.resolve("killed" + seed);
            List<String> batch = batch(random, 200);
            Path input = home(home, batch);
            int killedAt = 1 + random.nextInt(10);
            var asked = new AtomicInteger();
            var last = new AtomicReference<JsonNode>();
            var failure = new AtomicReference<@Nullable Throwable>();
            Entrance entrance = arrival -> {
                int number = asked.incrementAndGet();
                synchronized (last) {
                    try {
                        JsonNode said = checked(home);
                        if (last.get() != null) {
                            isNotBefore(said, last.get());
                        }
                        last.set(said);
                        if (number == killedAt) {
                            copyAsKilled(home, killed);
                        }
                    } catch (IOException | AssertionError e) {
                        failure.compareAndSet(null, e);
                    }
                }
                return status(number % 7 == 0 ? 429 : 200, "{\"response\":{\"status_code\":200}}");
            };
            try (Inbox inbox = inbox(entrance)) {
                assertThat(inbox.answer(input)).isEqualTo(Inbox.Done.ANSWERED);
            }
            assertThat(failure).hasNullValue();
            isWhole(home, batch);

            JsonNode before = progress(killed);
            var first = new AtomicReference<@Nullable JsonNode>();
            try (Inbox inbox = inbox(_ -> {
                first.compareAndSet(null, progressOf(killed));
                return status(200, "{}");
            })) {
                assertThat(inbox.answer(killed.resolve("inbox/b.jsonl"))).isEqualTo(Inbox.Done.ANSWERED);
            }
            JsonNode told = first.get();
            if (told != null) {
                isNotBefore(told, before);
            }
            isWhole(killed, batch);
            assertThat(progress(killed).get("started")).isEqualTo(before.get("started"));
        }
    }

    private static JsonNode progressOf(Path home) {
        try {
            return checked(home);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void isWhole(Path home, List<String> batch) throws IOException {
        long questions = batch.stream().filter(line -> !line.isBlank()).count();
        List<String> answers = Files.readAllLines(home.resolve("outbox/b.jsonl"));
        long good = 0;
        for (String answer : answers) {
            good += JSON.readTree(answer).at("/response/status_code").asInt() == 200 ? 1 : 0;
        }
        JsonNode end = progress(home);
        assertThat(answers).hasSize((int) questions);
        assertThat(end.get("state").asText()).isEqualTo("done");
        assertThat(end.get("total").asLong()).isEqualTo(questions);
        assertThat(end.get("done").asLong()).isEqualTo(questions);
        assertThat(end.get("succeeded").asLong()).isEqualTo(good);
        assertThat(end.get("bytes_done")).isEqualTo(end.get("bytes_total"));
    }

    @Test
    void whatWasCompleteBeforeAKillIsToldAsDoneAndNotAskedAgain() throws Exception {
        Path input = home(folder, List.of(line(1), "not json", line(2)));
        try (Inbox inbox = inbox(_ -> status(200, "{}"))) {
            inbox.answer(input);
        }
        Files.writeString(folder.resolve("outbox/b.jsonl.progress"), "{\"state\":\"working\",\"done\":1}");

        try (Inbox inbox = inbox(_ -> {
            throw new AssertionError("asked again");
        })) {
            assertThat(inbox.answer(input)).isEqualTo(Inbox.Done.ANSWERED);
        }

        JsonNode end = progress(folder);
        assertThat(end.get("state").asText()).isEqualTo("done");
        assertThat(end.get("succeeded").asInt()).isEqualTo(2);
        assertThat(end.get("failed").asInt()).isEqualTo(1);
    }

    @Test
    void aBatchThatIsResumedBeforeItHasStoppedIsNotTakenForComplete() throws Exception {
        Path input = home(folder, List.of(line(1), line(2), line(3), line(4), line(5), line(6), line(7), line(8)));
        var inbox = new AtomicReference<Inbox>();
        var four = new CountDownLatch(4);
        try (Inbox one = inbox(arrival -> {
            four.countDown();
            switch (new String(arrival.body(), StandardCharsets.UTF_8)) {
                case "{\"n\":1}" -> {
                    // the batch waits for this answer now, and stops as soon as it has it
                    four.await();
                    inbox.get().pause();
                }
                case "{\"n\":3}" -> {
                    await().until(
                            () -> JSON.valueToTree(board.document()).at("/working/0/done").asInt() >= 2);
                    inbox.get().resume();
                }
                default -> {
                }
            }
            return status(200, "{}");
        })) {
            inbox.set(one);

            assertThat(one.answer(input)).isEqualTo(Inbox.Done.LATER);
            assertThat(folder.resolve("outbox/b.jsonl")).doesNotExist();
            assertThat(progress(folder).get("state").asText()).isEqualTo("waiting");
            assertThat(progress(folder).get("done").asInt()).isEqualTo(4);

            assertThat(one.answer(input)).isEqualTo(Inbox.Done.ANSWERED);
        }
        assertThat(Files.readAllLines(folder.resolve("outbox/b.jsonl"))).hasSize(8);
    }

    @Test
    void aFileOfOneQuestionIsOnTheBoardAndHasNoFileOfItsOwn() throws Exception {
        Path input = Files.createDirectories(folder.resolve("inbox")).resolve("q.json");
        Files.writeString(input, "{}");
        var during = new AtomicReference<Object>();
        try (Inbox inbox = inbox(_ -> {
            during.set(board.document());
            return status(503, "{}");
        })) {
            inbox.answer(input);
        }

        assertThat(JSON.valueToTree(during.get()).at("/working/0").toString())
                .contains("\"file\":\"q.json\"", "\"done\":0", "\"total\":1");
        assertThat(JSON.valueToTree(board.document()).at("/latest/0").toString())
                .contains("\"state\":\"done\"", "\"failed\":1");
        assertThat(folder.resolve("outbox/q.json.progress")).doesNotExist();
        assertThat(board.counts().failed()).isEqualTo(1);
    }

    @Test
    void aBatchOfWhichNothingCanBeReadIsToldAsRefused() throws Exception {
        Path input = home(folder, List.of("not json", "neither"));
        try (Inbox inbox = inbox(_ -> status(200, "{}"))) {
            assertThatThrownBy(() -> inbox.answer(input)).isInstanceOf(BadInput.class);
        }

        assertThat(progress(folder).get("state").asText()).isEqualTo("refused");
        assertThat(progress(folder).get("reason").asText()).isNotBlank();
        assertThat(folder.resolve("outbox/b.jsonl")).doesNotExist();
    }

    @Test
    void whatCantBeWrittenMakesItWaitAndSayWhy() throws Exception {
        Path input = home(folder, List.of(line(1)));
        Files.createDirectories(folder.resolve("outbox/.b.jsonl.part/x"));
        try (Inbox inbox = inbox(_ -> status(200, "{}"))) {
            assertThatThrownBy(() -> inbox.answer(input)).isInstanceOf(IOException.class);
        }

        assertThat(progress(folder).get("state").asText()).isEqualTo("waiting");
        assertThat(progress(folder).get("reason").asText()).contains(".part");
    }

    @Test
    void onlyOurOwnWordsTellASuccess() {
        String lookAlike = "{\\\"response\\\":{\\\"status_code\\\":200}}";
        assertThat(tells("{\"id\":\"b\",\"custom_id\":\"" + lookAlike + "\",\"response\":null,\"error\":{}}"))
                .isFalse();
        assertThat(tells("{\"id\":\"b\",\"custom_id\":\"" + lookAlike
                + "\",\"response\":{\"status_code\":429,\"body\":{\"response\":{\"status_code\":200}}}}")).isFalse();
        assertThat(tells("{\"id\":\"b\",\"custom_id\":null,\"response\":{\"status_code\":201,\"body\":1}}")).isTrue();
        assertThat(tells("")).isFalse();
        assertThat(tells("\"response\":")).isFalse();
    }

    private static boolean tells(String line) {
        return BatchItem.tellsSuccess(line.getBytes(StandardCharsets.UTF_8));
    }
}
