package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How the process starts and ends.
class LifeIT {
    private static final String ECHO = "{\"model\":\"simulator/echo-small\","
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
    private static final int SIGTERM = 128 + 15;

    @TempDir
    Path home;

    @Test
    void sigtermEndsIt() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            assertThat(gateway.post("/v1/chat/completions", ECHO).statusCode()).isEqualTo(200);

            assertThat(gateway.terminate()).as(gateway.output()).isEqualTo(SIGTERM);
            assertThat(home.resolve("data/node.properties")).doesNotExist();
        }
    }

    @Test
    void theFirstStartMakesAHomeFolderThatCanBeUsedAgain() throws Exception {
        GatewayProcess.start(home.resolve("new")).close();

        assertThat(home.resolve("new/conf/formulary.yaml")).hasSameTextualContentAs(
                Path.of("src/main/share/conf/formulary.yaml"));
        try (GatewayProcess again = GatewayProcess.start(home.resolve("new"))) {
            assertThat(again.post("/v1/chat/completions", ECHO).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSecondGatewayOnTheSameHomeFolderIsRefused() throws Exception {
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            GatewayProcess.Finished second = GatewayProcess.run(home, Map.of(), "run");

            assertThat(second.exitCode()).isEqualTo(1);
            assertThat(second.output()).contains("runs with the home folder");
            assertThat(gateway.manage("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void killedInTheMiddleOfABatchItLosesNothingAndAnswersNothingTwice() throws Exception {
        int lines = 200;
        Path batch = home.resolve("batch.jsonl");
        Files.write(batch, IntStream.range(0, lines).mapToObj(i -> "{\"custom_id\":\"c" + i
                + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":" + ECHO + "}").toList());
        try (GatewayProcess gateway = GatewayProcess.start(home)) {
            Files.move(batch, home.resolve("data/inbox/batch.jsonl"));
            gateway.kill();
        }
        try (GatewayProcess again = GatewayProcess.start(home)) {
            Path answers = home.resolve("data/outbox/batch.jsonl");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(answers));
            List<String> answered = Files.readAllLines(answers);

            assertThat(answered).as(again.output()).hasSize(lines);
            for (int i = 0; i < lines; i++) {
                String id = "\"custom_id\":\"c" + i + "\"";
                assertThat(answered).filteredOn(line -> line.replace(" ", "").contains(id)).hasSize(1);
            }
            Path progress = home.resolve("data/outbox/batch.jsonl.progress");
            await().atMost(Duration.ofSeconds(60)).until(() -> Files.readString(progress).contains("\"done\""
                    + ",\"done\":200,\"total\":200,\"succeeded\":200,\"failed\":0"));
            assertThat(again.manage("/admin/files").body()).contains("\"latest\":[{\"file\":\"batch.jsonl\"");
            assertThat(again.manage("/metrics").body()).contains("formulary_files_total{result=\"done\"} 1.0");
        }
    }

    @Test
    void aWrongConfigurationIsToldAndNothingStarts() throws Exception {
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), "servr:\n  port: 1\nnode: a b\n");

        GatewayProcess.Finished refused = GatewayProcess.run(home, Map.of(), "run");

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).contains(
                "conf/formulary.yaml:1:1 servr: is not a setting; did you mean \"server\"?",
                "conf/formulary.yaml:3:7 node: must be letters, digits and hyphens");
    }

    @Test
    void withoutAGatewayTheOtherCommandsSayHowToStartOne() throws Exception {
        Map<String, String> nobodyThere = Map.of("FORMULARY_PORT", "1", "FORMULARY_MANAGEMENT_PORT", "2");

        GatewayProcess.Finished decision = GatewayProcess.run(ECHO, home, nobodyThere, "decide");
        GatewayProcess.Finished plugins = GatewayProcess.run(home, nobodyThere, "plugins");

        assertThat(decision.exitCode()).isEqualTo(2);
        assertThat(decision.output()).contains("start one with: formulary run");
        assertThat(plugins.exitCode()).isEqualTo(1);
        assertThat(plugins.output()).contains("start one with: formulary run");
    }

    @Test
    void theVersionIsThatOfTheArchive() throws Exception {
        GatewayProcess.Finished version = GatewayProcess.run(home, Map.of(), "version");

        assertThat(version.exitCode()).isZero();
        assertThat(version.output()).matches("(?s)formulary \\d+\\.\\d+\\.\\d+.*JDK 25.*Apache License.*");
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void aWrongArgumentIsAnsweredWithTheUsage() throws Exception {
        GatewayProcess.Finished wrong = GatewayProcess.run(home, Map.of(), "plugin");

        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.output()).contains("Did you mean: formulary plugins");
    }
}
