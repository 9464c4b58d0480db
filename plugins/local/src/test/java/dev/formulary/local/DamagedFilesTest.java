package dev.formulary.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.local.child.Request;
import dev.formulary.local.child.Request.Manner;
import dev.formulary.local.child.Request.Turn;
import dev.formulary.local.gguf.GgufException;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.TestAttempt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files that are cut or changed at random: each is refused before the library sees it, or the library refuses it, or the model
/// answers somehow, or its process ends, and this one goes on.
@Timeout(300)
class DamagedFilesTest {
    private static final int FILES = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private enum Outcome {
        REFUSED_HERE, REFUSED_BY_THE_LIBRARY, ANSWERED, PROCESS_ENDED
    }

    @TempDir
    Path folder;

    @Test
    void noneEndsThisProcess() throws Exception {
        GgufBytes undamaged = Reciter.sentence();
        byte[] whole = undamaged.bytes();
        Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
        try (var model = new Restarted()) {
            for (int seed = 0; seed < FILES; seed++) {
                Path file = Files.write(folder.resolve("damaged.gguf"), damage(whole, undamaged.headBytes(), seed));
                outcomes.merge(model.outcome(file), 1, Integer::sum);
            }
        }
        System.getLogger("damaged").log(System.Logger.Level.INFO, "damaged files: " + outcomes);
        assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(FILES);
        assertThat(outcomes.getOrDefault(Outcome.REFUSED_HERE, 0))
                .as("refused before the library sees them: " + outcomes)
                .isGreaterThan(FILES / 3);
    }

    /// A third are cut, a third have a few other bytes in the head, a third a few other bytes anywhere.
    private static byte[] damage(byte[] whole, int head, int seed) {
        Random random = new Random(seed);
        if (seed % 3 == 0) {
            return Arrays.copyOf(whole, random.nextInt(whole.length));
        }
        byte[] changed = whole.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            // most of the head are words of the vocabulary; what is before them matters more
            int within = seed % 3 == 1 ? (random.nextBoolean() ? Math.min(head, 1200) : head) : whole.length;
            changed[random.nextInt(within)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    /// A process that is started again when it has ended.
    private static final class Restarted implements AutoCloseable {
        private ModelProcess process;

        Restarted() throws ProviderException {
            process = start();
        }

        private static ModelProcess start() throws ProviderException {
            return ModelProcess.start(ProcessCommand.here(RealLibrary.files()), "damaged", line -> {}, how -> {});
        }

        Outcome outcome(Path file) throws Exception {
            try {
                ModelFile.read(file, new ModelFile.Stamp(0, 0, null));
            } catch (GgufException | ModelFile.Unfit e) {
                assertThat(e.getMessage()).isNotBlank();
                return Outcome.REFUSED_HERE;
            }
            try {
                process.ask(call -> new Request.Load(call, file.toString(), 256, 64, 1, 0)).next("damaged", PATIENCE,
                        false);
                Exchange answer = process.ask(call -> new Request.Chat(call, List.of(new Turn("user", "hi")),
                        new Manner(8, 0, 0, 1, 0, 1, 0, 0, 0, false, List.of())));
                while (!answer.next("damaged", PATIENCE, true).last()) {
                    // goes on
                }
                return Outcome.ANSWERED;
            } catch (ProviderException e) {
                if (process.alive()) {
                    assertThat(e.category()).isNotEqualTo(FailureCategory.TIMEOUT);
                    return Outcome.REFUSED_BY_THE_LIBRARY;
                }
                assertThat(e.category()).isIn(FailureCategory.SERVER, FailureCategory.CUT);
                process.close();
                process = start();
                return Outcome.PROCESS_ENDED;
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }

    @Test
    void theReasonIsTold() throws IOException {
        byte[] whole = Reciter.sentence().bytes();
        assertThat(whole.length).isGreaterThan(1000);
        var local = new LocalCase(folder);
        try (LocalProvider provider = local.provider(512, 0, new ProcessCommand(List.of("/bin/false")))) {
            Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(whole, whole.length - 40));
            Files.write(folder.resolve("text.gguf"),
                    "This is not a model, only a text.".getBytes(StandardCharsets.UTF_8));
            assertThat(provider.models()).isEmpty();
            assertThat(provider.models()).isEmpty();
            assertThat(local.log).hasSize(2).allMatch(line -> line.startsWith("WARNING model not offered file="));
            ProviderException failure = LocalCase.failure(() -> provider.chat(LocalCase.request("cut"),
                    TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.CONFIGURATION);
            assertThat(failure).hasMessageMatching("'cut.gguf': it is cut: the tensor '.*' ends at byte \\d+, "
                    + "the file at byte " + (whole.length - 40));
        }
    }
}
