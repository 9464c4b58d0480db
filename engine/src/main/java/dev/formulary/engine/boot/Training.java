package dev.formulary.engine.boot;

import dev.formulary.engine.boot.Runner.Running;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Exercises a gateway, so that the JVM that watches learns what to load and what to compile. It has a home folder and
/// ports of its own and an empty environment, so no vendor is called.
final class Training implements Callable<Integer> {
    private static final Map<String, String> ANY_PORT = Map.of("FORMULARY_PORT", "0", "FORMULARY_MANAGEMENT_PORT", "0");
    private static final int ROUNDS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"Say hello, please.\"}]";
    private static final List<Sample> SAMPLES = List.of(
            new Sample("/v1/chat/completions", "{\"model\":\"auto\"," + MESSAGES + "}"),
            new Sample("/v1/chat/completions", "{\"model\":\"auto\",\"stream\":true," + MESSAGES + "}"),
            new Sample("/v1/chat/completions", "{\"model\":\"nobody/nothing\"," + MESSAGES + "}"),
            new Sample("/v1/chat/completions", "{\"model\":"),
            new Sample("/v1/responses", "{\"model\":\"auto\",\"input\":\"Say hello.\"}"),
            new Sample("/v1/embeddings", "{\"model\":\"auto\",\"input\":\"hello\"}"),
            new Sample("/v1/messages", "{\"model\":\"auto\",\"max_tokens\":20," + MESSAGES + "}"),
            new Sample("/api/chat", "{\"model\":\"auto\"," + MESSAGES + "}"),
            new Sample("/v1/decide", "{\"model\":\"auto\"," + MESSAGES + "}"));

    private final Terminal terminal;
    private final Runner runner;
    private final RuleCheck ruleCheck;

    Training(Terminal terminal, Runner runner, RuleCheck ruleCheck) {
        this.terminal = terminal;
        this.runner = runner;
        this.ruleCheck = ruleCheck;
    }

    private record Sample(String path, String body) {}

    @Override
    public Integer call() throws IOException {
        Home home = new Home(Files.createTempDirectory("formulary-training"));
        try {
            home.prepare(terminal.shipped("formulary.share"), terminal.shipped("formulary.plugins"));
            Logs.toFile(home);
            Settings settings = Configuration.load(home.folder(), ANY_PORT);
            try (Running running = runner.start(settings, home)) {
                int answered = exercise(new NodeClient(settings, running.port(), running.managementPort()));
                ruleCheck.check(home.rules(), null);
                terminal.out().println("training: " + answered + " of " + ROUNDS * SAMPLES.size() + " answered");
            }
            return Exit.OK;
        } catch (ConfigurationException | StartException e) {
            return terminal.refuse(Exit.NO, "training failed: " + e.getMessage());
        } finally {
            Logs.closeFile();
            delete(home.folder());
        }
    }

    private static int exercise(NodeClient node) throws IOException {
        awaitReady(node);
        int answered = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Sample sample : SAMPLES) {
                byte[] body = sample.body().getBytes(StandardCharsets.UTF_8);
                answered += node.post(sample.path(), Map.of(), body).isOk() ? 1 : 0;
            }
        }
        node.manage("/metrics");
        node.manage("/admin/plugins");
        node.manage("/admin/decisions?limit=5000");
        return answered;
    }

    private static void awaitReady(NodeClient node) throws IOException {
        Instant end = Instant.now().plus(PATIENCE);
        while (!node.manage("/health/ready").isOk() && Instant.now().isBefore(end)) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path inner, @Nullable IOException e)
                    throws IOException {
                Files.delete(inner);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
