package dev.formulary.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A stranger copies the template to a place of their own, builds it with what this project publishes, and it serves.
class ProviderWalkIT {
    private static final Path TEMPLATE = Path.of("../plugins/template");
    private static final String VERSION = "0.1.0";

    @TempDir
    Path place;

    @Test
    void theTemplateBuildsPassesTheContractIsDroppedInAndServes() throws Exception {
        Path project = place.resolve("acme-parrot");
        copy(TEMPLATE, project);

        String said = maven(project);
        assertThat(said).contains("BUILD SUCCESS").containsPattern("Tests run: 1\\d, Failures: 0, Errors: 0");

        try (GatewayProcess gateway = GatewayProcess.start(place.resolve("home"))) {
            Files.copy(project.resolve("target/acme-parrot-1.0.0.jar"), place.resolve("home/plugins/acme-parrot.jar"));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> gateway.get("/v1/models").body().contains("parrot/parrot"));
            var answer = gateway.post("/v1/chat/completions",
                    "{\"model\":\"parrot/parrot\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(GatewayProcess.json(answer).at("/choices/0/message/content").asText())
                    .isEqualTo("Polly says hello");
        }
    }

    /// Runs Maven as a stranger would who has installed the two libraries; all other artifacts are those that this build has.
    private String maven(Path project) throws Exception {
        Path repository = publish();
        var builder = new ProcessBuilder(Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(), "-B",
                "-ntp",
                "-Dmaven.repo.local=" + repository, "verify").directory(project.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MAVEN_OPTS");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /// A local repository with the two libraries in it, beside links to everything that the real one has.
    private Path publish() throws IOException {
        Path real = Path.of(System.getProperty("maven.repository"));
        Path repository = Files.createDirectories(place.resolve("repository"));
        link(real, repository, "dev");
        link(real.resolve("dev"), Files.createDirectories(repository.resolve("dev")), "formulary");
        Path ours = repository.resolve("dev/formulary");
        for (Map.Entry<String, String> pom : Map
                .of("formulary", "..", "formulary-plugins", "../plugins", "formulary-spi",
                        "../plugins/spi", "formulary-testkit", "../plugins/testkit")
                .entrySet()) {
            Path folder = Files.createDirectories(ours.resolve(pom.getKey()).resolve(VERSION));
            String name = pom.getKey() + "-" + VERSION;
            Files.copy(Path.of(pom.getValue(), "pom.xml"), folder.resolve(name + ".pom"));
            Path jar = Path.of(pom.getValue(), "target", name + ".jar");
            if (Files.exists(jar)) {
                Files.copy(jar, folder.resolve(name + ".jar"));
            }
        }
        return repository;
    }

    private static void link(Path from, Path to, String except) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> entries = Files.list(from)) {
            for (Path entry : entries.filter(each -> !each.getFileName().toString().equals(except)).toList()) {
                Files.createSymbolicLink(to.resolve(entry.getFileName()), entry);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            List<Path> sources = files.filter(file -> !file.startsWith(from.resolve("target"))).toList();
            for (Path file : sources) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
