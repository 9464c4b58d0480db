package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static dev.formulary.local.LocalCase.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.local.child.ChildMain;
import dev.formulary.local.child.LibraryFiles;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.TestAttempt;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What happens when a process fails, memory is short, or time goes by.
@Timeout(120)
class SupervisionTest {
    @TempDir
    Path folder;

    private LocalCase local;

    @BeforeEach
    void writeModels() {
        RealLibrary.files();
        local = new LocalCase(folder);
        Reciter.write(folder, "sentence", Reciter.sentence());
        Reciter.write(folder, "endless", Reciter.endless());
    }

    private static void kill(LocalProvider provider, String model) {
        long pid = LocalCase.pid(provider, model);
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !provider.processes().containsKey(model));
    }

    private static String ask(LocalProvider provider, String model) throws Exception {
        return Answer.read(provider.chat(request(model), TestAttempt.patient())).text();
    }

    @Test
    void aKilledProcessIsStartedAgainAndLaterAndLater() throws Exception {
        try (LocalProvider provider = local.provider(100_000, 0)) {
            ReplyStream stream = provider.chat(request("endless"), TestAttempt.patient());
            stream.next();
            kill(provider, "endless");
            ProviderException cut = failure(() -> Answer.read(stream));
            assertThat(cut.category()).isEqualTo(FailureCategory.CUT);
            assertThat(cut).hasMessageContaining("its process ended with code 137 (SIGKILL");
            assertThat(local.log).anySatisfy(line -> assertThat(line).startsWith("WARNING model=endless its process"));

            provider.load("endless", null, TestAttempt.patient());
            kill(provider, "endless");
            ProviderException wait = failure(() -> provider.chat(request("endless"), TestAttempt.patient()));
            assertThat(wait.category()).isEqualTo(FailureCategory.SERVER);
            assertThat(wait).hasMessageStartingWith("the model failed 2 times in a row, and is tried again in 1 s: ");
            assertThat(wait.retryAfter()).contains(Duration.ofSeconds(1));

            local.clock.addAndGet(Duration.ofSeconds(1).toNanos());
            provider.chat(request("endless"), TestAttempt.patient()).close();
            assertThat(ask(provider, "sentence")).as("another model").isEqualTo(Reciter.SENTENCE);
        }
    }

    @Test
    void anIdleModelIsUnloaded() throws Exception {
        try (LocalProvider provider = local.provider()) {
            ask(provider, "sentence");
            assertThat(provider.processes()).containsKey("sentence");
            assertThat(provider.loaded(TestAttempt.patient()).getFirst().until()).isNotNull();

            local.clock.addAndGet(Duration.ofMinutes(6).toNanos());

            Awaitility.await().atMost(Duration.ofSeconds(20))
                    .until(() -> local.log.contains("INFO model unloaded model=sentence reason=idle"));
            assertThat(provider.processes()).isEmpty();
        }
    }

    @Test
    void aModelThatIsToStayForNoTimeGoes() throws Exception {
        try (LocalProvider provider = local.provider()) {
            provider.load("sentence", Duration.ZERO, TestAttempt.patient());
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> provider.processes().isEmpty());
        }
    }

    @Test
    void memoryIsLookedAtBeforeAModelIsLoaded() throws Exception {
        local.memory.set(100_000_000);
        try (LocalProvider provider = local.provider()) {
            ProviderException failure = failure(() -> provider.chat(request("sentence"), TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.SERVER);
            assertThat(failure).hasMessageMatching("'sentence' needs 10\\d MB \\(1 MB weights, 1 MB context, "
                    + "10\\d MB work space\\) of memory, and there are 100 MB; a smaller 'context' needs less");
            assertThat(provider.processes()).isEmpty();
            local.memory.set(Long.MAX_VALUE);
            assertThat(ask(provider, "sentence")).isEqualTo(Reciter.SENTENCE);
        }
    }

    @Test
    void idleModelsGiveWayWhenMemoryIsShort() throws Exception {
        try (LocalProvider provider = local.provider()) {
            ask(provider, "sentence");
            local.memory.set(90_000_000);
            assertThat(failure(() -> provider.chat(request("endless"), TestAttempt.patient())))
                    .hasMessageStartingWith("'endless' needs ");
            assertThat(provider.processes()).as("it has given way").isEmpty();
        }
        assertThat(local.log).anyMatch(line -> line.startsWith("INFO model unloaded model=sentence reason="));
    }

    @Test
    void aModelInUseDoesNotGiveWay() throws Exception {
        try (LocalProvider provider = local.provider(100_000, 0)) {
            ReplyStream stream = provider.chat(request("endless"), TestAttempt.patient());
            local.memory.set(90_000_000);
            failure(() -> provider.chat(request("sentence"), TestAttempt.patient()));
            assertThat(provider.processes()).containsKey("endless");
            assertThat(stream.next()).isNotNull();
            stream.close();
        }
    }

    @Test
    void aChangedFileIsLoadedAnewAndOneThatIsGoneLeaves() throws Exception {
        try (LocalProvider provider = local.provider()) {
            ask(provider, "sentence");
            long before = LocalCase.pid(provider, "sentence");
            Path file = Reciter.write(folder, "sentence", Reciter.sentence().value("general.name", "Another"));
            Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
            assertThat(provider.models()).anySatisfy(
                    card -> assertThat(card.attributes()).containsEntry("name", "Another"));
            ask(provider, "sentence");
            assertThat(LocalCase.pid(provider, "sentence")).isNotEqualTo(before);

            Files.delete(file);
            assertThat(provider.models()).extracting(card -> card.id()).containsExactly("endless");
            assertThat(provider.processes()).isEmpty();
        }
    }

    @Test
    void layersOnAGraphicsCardNeedALibraryThatCanUseOne() throws Exception {
        try (LocalProvider provider = local.provider(512, 20)) {
            assertThat(provider.models().getFirst().attributes()).containsEntry("gpu-layers", "20");
            ProviderException failure = failure(() -> provider.chat(request("sentence"), TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
            assertThat(failure).hasMessageMatching("'gpu-layers' is 20, but 'libllama.*' can use no graphics card; .*");
        }
    }

    @Test
    void aLibraryThatCannotBeUsedIsToldAndNotTriedForEver() throws Exception {
        Path rubbish = Files.writeString(folder.resolve("libllama.so"), "no library");
        var real = RealLibrary.files();
        var command = ProcessCommand.here(
                new LibraryFiles(real.base(), real.ggml(), rubbish, true));
        try (LocalProvider provider = local.provider(512, 0, command)) {
            ProviderException failure = failure(() -> provider.chat(request("sentence"), TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
            assertThat(failure).hasMessageContaining("can't be loaded: it is missing, or made for another processor");
        }
    }

    @Test
    void aCommandThatIsNotThereIsTold() {
        try (LocalProvider provider = local.provider(512, 0, new ProcessCommand(List.of("/no/such/command")))) {
            assertThat(failure(() -> provider.chat(request("sentence"), TestAttempt.patient()))).hasMessage(
                    "the system does not start a process for the model");
        }
    }

    @Test
    void aProcessThatTalksRubbishIsKilled() {
        try (LocalProvider provider = local.provider(512, 0,
                new ProcessCommand(List.of("/bin/sh", "-c", "echo this is no frame; echo why >&2; exec sleep 600")))) {
            ProviderException failure = failure(() -> provider.chat(request("sentence"), TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.SERVER);
            assertThat(failure).hasMessageContaining("its process ended with code 137");
        }
    }

    @Test
    void theProcessDiesWithItsParent() throws Exception {
        Process parent = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Parent.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var said = new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            long child = Long.parseLong(said.readLine());
            assertThat(ProcessHandle.of(child).orElseThrow().isAlive()).isTrue();
            parent.destroyForcibly().waitFor();
            Awaitility.await().atMost(Duration.ofSeconds(20))
                    .until(() -> ProcessHandle.of(child).map(process -> !process.isAlive()).orElse(true));
        } finally {
            parent.destroyForcibly();
        }
    }

    /// Has a model in the middle of an answer, says the number of its process, and waits to be killed.
    static final class Parent {
        public static void main(String[] args) throws Exception {
            LocalProvider provider = new LocalCase(Path.of(args[0])).provider(100_000, 0);
            ReplyStream stream = provider.chat(request("endless"), TestAttempt.patient());
            System.out.println(LocalCase.pid(provider, "endless"));
            while (stream.next() != null) {
                // until killed
            }
        }
    }

    @Test
    void theProcessKnowsNoSecretsOfTheGateway() throws Exception {
        try (LocalProvider provider = local.provider()) {
            ask(provider, "sentence");
            Path environment = Path.of("/proc", Long.toString(LocalCase.pid(provider, "sentence")), "environ");
            Assumptions.assumeTrue(Files.isReadable(environment));
            assertThat(Files.readString(environment).split("\0")).allMatch(
                    entry -> entry.matches("(PATH|HOME|LANG|LC_ALL|TMPDIR|LD_LIBRARY_PATH|CUDA_VISIBLE_DEVICES|"
                            + "GGML_BACKEND_PATH|NLSPATH|JDK_JAVA_OPTIONS)=.*|"));
            assertThat(ChildMain.classPath()).exists();
        }
    }
}
