package dev.formulary.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.formulary.engine.facts.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InboxRoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path home;
    private Path data = Path.of("");

    @BeforeEach
    void folders() {
        data = home.resolve("data");
        org.awaitility.Awaitility.setDefaultTimeout(java.time.Duration.ofSeconds(30));
    }

    @Test
    void aSingleQuestionIsAnswered() throws Exception {
        try (var shipped = new Shipped(home).answering("openai-chat",
                arrival -> Shipped.json("{\n\"asked\":" + new String(arrival.body(), StandardCharsets.UTF_8) + "}"))
                .start()) {
            drop("q.json", "{\"model\":\"auto\"}");

            JsonNode answer = JSON.readTree(answers("q.json").getFirst());

            assertThat(answer.at("/response/status_code").asInt()).isEqualTo(200);
            assertThat(answer.at("/response/request_id").asText()).isEqualTo("d1");
            assertThat(answer.at("/response/body/asked/model").asText()).isEqualTo("auto");
            assertThat(answer.at("/custom_id").asText()).isEqualTo("q.json");
            assertThat(answer.get("error").isNull()).isTrue();
            assertThat(shipped.arrivals.getFirst().via()).isEqualTo("file");
            assertThat(shipped.arrivals.getFirst().mayStream()).isFalse();
            assertThat(shipped.arrivals.getFirst().header().get("x-formulary-priority")).isEqualTo("batch");
            moved("q.json", "done");
        }
    }

    @Test
    void aSingleLineOfABatchLeadsWhereItsUrlSays() throws Exception {
        try (var _ = new Shipped(home).start()) {
            drop("one.json", "{\"url\":\"/api/chat\",\"method\":\"POST\",\"custom_id\":\"c\",\"body\":{}}");

            assertThat(answers("one.json").getFirst()).contains("ollama-chat", "\"custom_id\":\"c\"");

            drop("two.jsonl", """
                {"url":"/v1/embeddings","method":"POST","custom_id":"v","body":{}}
                {"url":"/api/embed","method":"POST","custom_id":"w","body":{}}
                """);
            assertThat(answers("two.jsonl").getFirst()).contains("openai-embeddings", "\"custom_id\":\"v\"");
            assertThat(answers("two.jsonl").getLast()).contains("ollama-embed", "\"custom_id\":\"w\"");
            drop("three.json", "{\"url\":\"/v1/messages\",\"custom_id\":\"d\",\"body\":{}}");
            assertThat(answers("three.json").getFirst()).contains("anthropic-messages", "\"custom_id\":\"d\"");
        }
    }

    @Test
    void aBodyWithAnInputIsACallOfResponsesAndSoIsALineThatSaysSo() throws Exception {
        try (var _ = new Shipped(home).start()) {
            drop("body.json", "{\"model\":\"auto\",\"input\":\"hi\"}");
            drop("lines.jsonl", line(1).replace("/v1/chat/completions", "/v1/responses"));

            assertThat(answers("body.json").getFirst()).contains("\"openai-responses\"");
            assertThat(answers("lines.jsonl").getFirst()).contains("\"openai-responses\"", "\"custom_id\":\"c1\"");
        }
    }

    @Test
    void aBatchIsAnsweredInOrderWithItsBadLinesTold() throws Exception {
        try (var _ = new Shipped(home).answering("openai-chat", arrival -> switch (body(arrival.body())) {
            case "{\"n\":3}" -> new Answer.Whole(429, "application/json", Map.of(), "{\"error\":{}}".getBytes(
                    StandardCharsets.UTF_8));
            case "{\"n\":4}" -> throw new IllegalStateException("broken on purpose");
            case "{\"n\":5}" -> new Answer.Whole(200, "text/plain", Map.of(), "a\n\"b\"".getBytes(
                    StandardCharsets.UTF_8));
            default -> Shipped.json(body(arrival.body()));
        }).start()) {
            drop("b.jsonl", String.join("\n", line(1), "", "not json", line(2).replace("/v1/chat/completions", "/v1/x"),
                    line(3), line(4), line(5), line(6).replace("POST", "GET"),
                    line(7).replace("{\"n\":7}", "7"), "x".repeat(1_100_000), line(8), "") + "\r\n");

            List<String> answers = answers("b.jsonl");

            assertThat(answers).hasSize(10);
            assertThat(answers.get(0)).contains("\"custom_id\":\"c1\"", "\"body\":{\"n\":1}", "\"error\":null");
            assertThat(answers.get(1)).contains("\"id\":\"batch_req_3\"", "\"response\":null", "invalid_line");
            assertThat(answers.get(2)).contains("\"custom_id\":\"c2\"",
                    "url '/v1/x' can't be asked in a file; there are /api/chat, /api/embed, /api/generate, "
                            + "/v1/chat/completions, /v1/embeddings, /v1/messages, /v1/responses");
            assertThat(answers.get(3)).contains("\"status_code\":429");
            assertThat(answers.get(4)).contains("internal_error");
            assertThat(answers.get(5)).contains("\"body\":\"a\\n\\\"b\\\"\"");
            assertThat(answers.get(6)).contains("method 'GET' must be POST");
            assertThat(answers.get(7)).contains("'body' must be an object");
            assertThat(answers.get(8)).contains("the line has more than 1000000 bytes");
            assertThat(answers.get(9)).contains("\"n\":8");
            for (String answer : answers) {
                assertThat(JSON.readTree(answer).has("id")).isTrue();
            }
            moved("b.jsonl", "done");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"empty.json | '' | 0 | the file is empty",
            "text.json | hello | 1 | ", "two.json | {} {} | 1 | nothing may stand behind the object",
            "url.json | {\"url\":\"/v1/x\",\"body\":{}} | 1 | can't be asked in a file",
            "list.json | [1] | 1 | a JSON object must stand here", "empty.jsonl | '' | 0 | the file is empty",
            "text.jsonl | hello | 1 | "})
    void aFileThatIsWhollyBadIsRefusedWithTheReason(String name, String text, int line, String message)
            throws Exception {
        try (var shipped = new Shipped(home).start()) {
            drop(name, text);

            moved(name, "failed");

            JsonNode error = JSON.readTree(Files.readString(data.resolve("failed/" + name + ".error.json")))
                    .get("error");
            assertThat(error.get("file").asText()).isEqualTo(name);
            assertThat(error.get("line").asInt()).isEqualTo(line);
            assertThat(error.get("message").asText()).contains(message == null ? "" : message).isNotBlank();
            assertThat(data.resolve("outbox/" + name)).doesNotExist();
            assertThat(shipped.arrivals).isEmpty();
        }
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() throws Exception {
        try (var _ = new Shipped(home).start()) {
            Path draft = home.resolve("latin");
            Files.write(draft, new byte[]{'{', '"', (byte) 0xe4, '"', ':', '1', '}'});
            Files.move(draft, data.resolve("inbox/latin.json"), StandardCopyOption.ATOMIC_MOVE);

            moved("latin.json", "failed");
        }
    }

    @Test
    void aBatchThatWasCutOffGoesOnWhereItStood() throws Exception {
        var reached = new CountDownLatch(20);
        var never = new CountDownLatch(1);
        String batch = IntStream.range(0, 40).mapToObj(InboxRoutesTest::line).collect(Collectors.joining("\n"));
        var first = new Shipped(home).answering("openai-chat", arrival -> {
            if (Integer.parseInt(body(arrival.body()).replaceAll("\\D", "")) >= 30) {
                never.await();
            }
            reached.countDown();
            return Shipped.json(body(arrival.body()));
        });
        Path part = data.resolve("outbox/.b.jsonl.part");
        try (var _ = first.start()) {
            drop("b.jsonl", batch);
            reached.await();
            await().until(() -> Files.exists(part) && Files.readAllLines(part).size() >= 25);
        }
        assertThat(data.resolve("inbox/b.jsonl")).exists();
        assertThat(data.resolve("outbox/b.jsonl")).doesNotExist();
        // as after kill -9 in the middle of a line
        byte[] cut = Files.readAllBytes(part);
        int kept = (int) new String(cut, StandardCharsets.UTF_8).lines().count() - 1;
        assertThat(said("b").get("state").asText()).isEqualTo("waiting");
        assertThat(said("b").get("done").asInt()).isBetween(25, kept + 1);
        Files.write(part, java.util.Arrays.copyOf(cut, cut.length - 5));

        try (var second = new Shipped(home)
                .answering("openai-chat", arrival -> Shipped.json(body(arrival.body()))).start()) {
            List<String> answers = answers("b.jsonl");

            assertThat(answers).hasSize(40);
            for (int i = 0; i < 40; i++) {
                assertThat(answers.get(i)).contains("\"custom_id\":\"c" + i + "\"", "\"body\":{\"n\":" + i + "}");
            }
            assertThat(second.arrivals).hasSize(40 - kept);
            moved("b.jsonl", "done");
            assertThat(said("b").get("succeeded").asInt()).isEqualTo(40);
            await().until(() -> !Files.exists(data.resolve("outbox/.b.jsonl.state")));
        }
    }

    @Test
    void aCrashBetweenTheLastAnswerAndTheMovingOfTheInputAsksNothingAgain() throws Exception {
        Path state = data.resolve("outbox/.q.json.state");
        String stamp;
        Path input = data.resolve("inbox/q.json");
        var asked = new AtomicInteger();
        var inside = new CountDownLatch(1);
        try (var _ = new Shipped(home).answering("openai-chat", _ -> {
            inside.countDown();
            new CountDownLatch(1).await();
            return Shipped.json("{}");
        }).start()) {
            drop("q.json", "{}");
            inside.await();
            stamp = Files.readString(state);
        }
        // as after a crash when the answer was in its place and the input not yet moved
        Files.move(data.resolve("outbox/.q.json.part"), data.resolve("outbox/q.json"));
        Files.writeString(data.resolve("outbox/q.json"), "{\"answer\":1}\n");
        assertThat(input).exists();
        assertThat(stamp).startsWith("2 ");

        try (var _ = new Shipped(home).answering("openai-chat", _ -> {
            asked.incrementAndGet();
            return Shipped.json("{}");
        }).start()) {
            moved("q.json", "done");
            assertThat(asked).hasValue(0);
            assertThat(data.resolve("outbox/q.json")).hasContent("{\"answer\":1}\n");
        }
    }

    @Test
    void aPartOfAnotherFileOfTheSameNameIsNotContinued() throws Exception {
        Files.createDirectories(data.resolve("outbox"));
        Files.writeString(data.resolve("outbox/.b.jsonl.part"), "{\"old\":1}\n");
        Files.writeString(data.resolve("outbox/.b.jsonl.state"), "1 1");
        try (var _ = new Shipped(home).start()) {
            drop("b.jsonl", line(1));

            assertThat(answers("b.jsonl")).singleElement().asString().contains("openai-chat");
        }
    }

    @Test
    void aChangeOfTheRouteDoesNotAskTheRunningBatchTwice() throws Exception {
        var asked = new AtomicInteger();
        String batch = IntStream.range(0, 200).mapToObj(InboxRoutesTest::line).collect(Collectors.joining("\n"));
        try (var shipped = new Shipped(home).answering("openai-chat", arrival -> {
            asked.incrementAndGet();
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(10);
            return Shipped.json(body(arrival.body()));
        }).start()) {
            drop("b.jsonl", batch);
            await().until(() -> asked.get() > 20);

            shipped.write("inbox.yaml", shipped.text("inbox.yaml").replace("delay: 500", "delay: 400"));

            assertThat(shipped.status("inbox.yaml").message()).isEmpty();
            assertThat(answers("b.jsonl")).hasSize(200);
            assertThat(asked).hasValue(200);
            moved("b.jsonl", "done");
        }
    }

    @Test
    void howFarABatchIsCanBeReadBesideItsAnswersAndOnTheBoard() throws Exception {
        var go = new CountDownLatch(1);
        try (var shipped = new Shipped(home).answering("openai-chat", arrival -> {
            if (body(arrival.body()).equals("{\"n\":10}")) {
                go.await();
            }
            return new Answer.Whole(body(arrival.body()).equals("{\"n\":5}") ? 429 : 200, "application/json", Map.of(),
                    arrival.body());
        }).start()) {
            drop("b.jsonl", IntStream.range(0, 30).mapToObj(InboxRoutesTest::line).collect(Collectors.joining("\n")));

            await().until(() -> Files.exists(progress("b")) && said("b").get("done").asInt() == 10);
            JsonNode during = said("b");
            assertThat(during.get("state").asText()).isEqualTo("working");
            assertThat(during.get("failed").asInt()).isEqualTo(1);
            assertThat(during.get("bytes_done").asLong()).isLessThan(during.get("bytes_total").asLong());
            assertThat(JSON.valueToTree(shipped.routes().files().document()).at("/working/0/succeeded").asInt())
                    .isEqualTo(9);
            assertThat(data.resolve("outbox/b.jsonl")).doesNotExist();

            go.countDown();
            moved("b.jsonl", "done");
            assertThat(said("b").get("state").asText()).isEqualTo("done");
            assertThat(said("b").get("done").asInt()).isEqualTo(answers("b.jsonl").size());
            assertThat(said("b").get("total").asInt()).isEqualTo(30);
            assertThat(shipped.routes().files().counts().done()).isEqualTo(1);
        }
    }

    private Path progress(String batch) {
        return data.resolve("outbox/" + batch + ".jsonl.progress");
    }

    private JsonNode said(String batch) throws Exception {
        return JSON.readTree(Files.readAllBytes(progress(batch)));
    }

    private static String line(int n) {
        return "{\"custom_id\":\"c" + n + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{\"n\":" + n
                + "}}";
    }

    private static String body(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    private void drop(String name, String text) throws Exception {
        Path draft = home.resolve("draft");
        Files.writeString(draft, text);
        Files.move(draft, data.resolve("inbox").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private List<String> answers(String name) throws Exception {
        Path answers = data.resolve("outbox").resolve(name);
        await().until(() -> Files.exists(answers));
        return Files.readAllLines(answers);
    }

    private void moved(String name, String to) {
        await().until(() -> Files.exists(data.resolve(to).resolve(name))
                && !Files.exists(data.resolve("inbox").resolve(name)));
    }
}
