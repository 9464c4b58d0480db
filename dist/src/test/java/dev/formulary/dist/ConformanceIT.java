package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.formulary.testkit.VendorServer;
import dev.formulary.testkit.VendorWire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `llmprobe`, a suite of others that asks a server of models for all that the formats promise, finds nothing that must be
/// otherwise. It wants a model that remembers a name, so the simulator gets that memory from a vendor before it.
class ConformanceIT {
    private static final Path SOURCES = Path.of("src/test/clients/llmprobe");
    private static final Path INSTALLED = Path.of("target/clients-llmprobe").toAbsolutePath();
    private static final String CHAT = "/v1/chat/completions";
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path home;
    private VendorServer vendor;
    private GatewayProcess gateway;

    @BeforeEach
    void start() throws IOException {
        vendor = VendorServer.openai().always(CHAT, this::remember);
        Files.createDirectories(home.resolve("conf"));
        Files.writeString(home.resolve("conf/formulary.yaml"), """
            discover: false
            policy: { paid: true }
            providers:
              - id: mind
                kind: openai
                base-url: "%s"
                api-key: not-a-real-key
                models: [{ id: full, quality: 9, capabilities: [chat, vision, tools, json, thinking] }]
              - { id: play, kind: simulator, first-token-ms: 0, tokens-per-second: 0 }
            """.formatted(vendor.baseUrl()));
        gateway = GatewayProcess.start(home);
    }

    @AfterEach
    void stop() {
        gateway.close();
        vendor.close();
    }

    private void remember(VendorServer.Request request, VendorWire wire) throws IOException, InterruptedException {
        ObjectNode body = (ObjectNode) JSON.readTree(request.text());
        JsonNode said = body.path("messages");
        if (said.toString().contains("My name is Ada") && said.path(said.size() - 1).toString().contains("my name")) {
            body.putArray("messages").addObject().put("role", "user").put("content", "Ada");
        }
        HttpResponse<String> answer = gateway.post(CHAT, body.put("model", "play/echo-large").toString());
        wire.whole(answer.statusCode(), answer.headers().firstValue("content-type").orElse(""), "",
                answer.body().getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aSuiteOfOthersFindsNothingThatMustBeOtherwise() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        Path report = INSTALLED.resolve("report.json");

        String said = run("node", "node_modules/llmprobe/bin/dist/llmprobe.mjs", gateway.clients().toString(),
                "--model",
                "auto", "--reasoning", "default", "--no-bench", "--no-save", "--no-color", "--save", report.toString());

        JsonNode conformance = JSON.readTree(report.toFile()).path("conformance");
        System.out.println(said.substring(Math.max(0, said.indexOf("ENGINE CONFORMANCE"))));
        assertThat(conformance.path("total").asInt()).as(said).isGreaterThan(180);
        assertThat(conformance.path("passed").asInt()).as(said).isEqualTo(conformance.path("total").asInt());
        assertThat(conformance.path("bySurface").findValuesAsText("surface")).contains("models", "chat", "responses",
                "messages", "count-tokens");
    }

    private static String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(INSTALLED.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.endsWith("_API_KEY") || name.startsWith("LLMPROBE_"));
        builder.environment().put("HOME", INSTALLED.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
