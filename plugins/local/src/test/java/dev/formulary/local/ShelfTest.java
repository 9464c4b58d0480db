package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.Capability;
import dev.formulary.spi.FailureCategory;
import dev.formulary.testkit.TestAttempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShelfTest {
    @TempDir
    Path folder;

    private final List<String> complaints = new ArrayList<>();

    private Shelf shelf(Path... more) {
        return new Shelf(folder, List.of(more), complaints::add);
    }

    @Test
    void filesComeAndGo() throws Exception {
        Shelf shelf = shelf();
        assertThat(shelf.update()).isEmpty();
        assertThat(failure(() -> shelf.find("a"))).hasMessage("there is no file 'a.gguf'");

        Path file = Reciter.write(folder, "a", Reciter.sentence());
        assertThat(shelf.find("a").path()).as("without being asked for all").isEqualTo(file);
        ModelFile before = shelf.update().get("a");
        assertThat(shelf.update().get("a")).as("not read again").isSameAs(before);

        Reciter.write(folder, "a", Reciter.sentence().value("more", 1));
        assertThat(shelf.update().get("a")).isNotEqualTo(before);

        Files.writeString(file, "rubbish that is long enough for a head");
        assertThat(shelf.update()).isEmpty();
        shelf.update();
        assertThat(complaints).containsExactly("model not offered file=a.gguf reason=it is no GGUF file");
        assertThat(failure(() -> shelf.find("a")).category()).isEqualTo(FailureCategory.CONFIGURATION);

        Files.delete(file);
        assertThat(failure(() -> shelf.find("a")).category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
    }

    @Test
    void singleFilesComeFirstAndMustBeThere() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path own = Reciter.write(elsewhere, "a", Reciter.sentence());
        Reciter.write(folder, "a", Reciter.sentence());
        Reciter.write(folder, "b", Reciter.sentence());
        Shelf shelf = shelf(own, folder.resolve("missing.gguf"));
        assertThat(shelf.update().keySet()).containsExactly("a", "b");
        assertThat(shelf.find("a").path()).isEqualTo(own);
        assertThat(complaints).containsExactlyInAnyOrder(
                "model not offered file=missing.gguf reason=it can't be read",
                "model not offered file=a.gguf reason=another file has the same name");
    }

    @Test
    void aFolderThatIsNotThereHasNoModels() {
        assertThat(new Shelf(folder.resolve("no"), List.of(), complaints::add).update()).isEmpty();
    }

    private void unfit(GgufBytes file, String reason) throws Exception {
        Path path = Reciter.write(folder, "x", file);
        complaints.clear();
        shelf().update();
        assertThat(complaints).containsExactly("model not offered file=x.gguf reason=" + reason);
        Files.delete(path);
    }

    @Test
    void whatIsNoLanguageModelIsNotOffered() throws Exception {
        unfit(Reciter.sentence().value("general.architecture", "clip"), "it holds no language model but 'clip'");
        unfit(Reciter.sentence().value("general.type", "adapter"), "it holds no language model but 'adapter'");
        unfit(Reciter.sentence().without("general.architecture"), "it holds no language model but ''");
        unfit(Reciter.sentence().value("split.count", 3),
                "it is one of several parts; join them with: llama-gguf-split --merge FIRST-PART WHOLE");
        unfit(Reciter.sentence().without("llama.block_count"), "'llama.block_count' is 0, not from 1 to 10000");
        unfit(Reciter.sentence().without("tokenizer.ggml.tokens"), "it has no vocabulary ('tokenizer.ggml.tokens')");
        unfit(Reciter.sentence().value("tokenizer.ggml.scores", List.of(1f)),
                "'tokenizer.ggml.scores' has another length than the vocabulary");
        unfit(Reciter.sentence().value("tokenizer.ggml.eos_token_id", 99_999),
                "'tokenizer.ggml.eos_token_id' is 99999, and the vocabulary has 271 tokens");
    }

    @Test
    void aCardSaysWhatTheFileSays() throws Exception {
        var bert = new GgufBytes().value("general.architecture", "bert").value("bert.context_length", 512)
                .value("bert.block_count", 1).value("bert.embedding_length", 32).value("general.file_type", 15)
                .value("tokenizer.ggml.tokens", Collections.nCopies(10, "a"))
                .value("tokenizer.ggml.padding_token_id", -1).tensor("t", new float[64], 32, 2);
        Reciter.write(folder, "bert", bert);
        var card = shelf().find("bert").card(8192, new MemoryNeed(1, 2, 3));
        assertThat(card.capabilities()).isEqualTo(Set.of(Capability.EMBED));
        assertThat(card.contextTokens()).isEqualTo(512);
        assertThat(card.attributes()).containsEntry("quantization", "Q4_K_M").containsEntry("parameters", "64")
                .containsEntry("memory-bytes", Long.toString(6 + MemoryNeed.PROCESS))
                .doesNotContainKeys("licence", "name");

        Reciter.write(folder, "odd", Reciter.sentence().value("general.file_type", 999));
        assertThat(shelf().find("odd").card(8192, new MemoryNeed(0, 0, 0)).attributes())
                .containsEntry("quantization", "F32");
    }

    @Test
    void aModelThatOnlyReadsDoesNotAnswer() {
        var bert = new GgufBytes().value("general.architecture", "bert").value("bert.context_length", 512)
                .value("bert.block_count", 1).value("bert.embedding_length", 32)
                .value("tokenizer.ggml.tokens", List.of("a")).tensor("t", new float[32], 32);
        Reciter.write(folder, "bert", bert);
        try (LocalProvider provider = new LocalCase(folder).provider(512, 0,
                new ProcessCommand(List.of("/bin/false")))) {
            assertThat(failure(() -> provider.chat(LocalCase.request("bert"),
                    TestAttempt.patient())).category()).isEqualTo(FailureCategory.UNSUPPORTED);
        }
    }
}
