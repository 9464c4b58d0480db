package dev.formulary.local;

import static dev.formulary.local.LocalCase.failure;
import static dev.formulary.local.LocalCase.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.TestAttempt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The provider with the real library in real processes.
@Timeout(120)
class LocalProviderTest {
    @TempDir
    Path folder;

    private LocalCase local;

    @BeforeEach
    void writeModels() {
        RealLibrary.files();
        local = new LocalCase(folder);
        Reciter.write(folder, "sentence", Reciter.sentence());
    }

    private static Answer ask(LocalProvider provider, String model) throws Exception {
        return Answer.read(provider.chat(request(model), TestAttempt.patient()));
    }

    private static void awaitEnd(long pid) {
        Awaitility.await().atMost(Duration.ofSeconds(20))
                .until(() -> ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
    }

    @Test
    void recitesAndCountsAndTellsWhatItKnows() throws Exception {
        try (LocalProvider provider = local.provider()) {
            Answer answer = ask(provider, "sentence");

            assertThat(answer.text()).isEqualTo(Reciter.SENTENCE);
            assertThat(answer.finishes()).containsExactly(ReplyEvent.Finish.Reason.STOP);
            assertThat(answer.usage()).isNotNull().satisfies(usage -> {
                assertThat(usage.completionTokens()).isEqualTo(Reciter.TOKENS.size());
                assertThat(usage.promptTokens()).isBetween(50, 60);
                assertThat(usage.estimated()).isFalse();
            });

            ModelCard card = provider.models().getFirst();
            assertThat(card.id()).isEqualTo("sentence");
            assertThat(card.capabilities()).isEqualTo(Set.of(Capability.CHAT, Capability.JSON));
            assertThat(card.contextTokens()).isEqualTo(512);
            assertThat(card.local()).isTrue();
            assertThat(card.inputPrice()).isZero();
            assertThat(card.outputPrice()).isZero();
            assertThat(card.attributes()).containsEntry("family", "llama").containsEntry("quantization", "F32")
                    .containsEntry("licence", "apache-2.0").containsEntry("name", "The reciter")
                    .containsEntry("trained-context", "2048").containsEntry("chat-template", "own")
                    .containsEntry("file-bytes", Long.toString(Files.size(folder.resolve("sentence.gguf"))))
                    .containsKeys("parameters", "memory-bytes");
        }
    }

    @Test
    void tellsWhenConversationsAreNotWrittenAsTheFileSays() throws Exception {
        Reciter.write(folder, "sentence", Reciter.sentence().value("tokenizer.chat_template", "{{ odd }}"));
        try (LocalProvider provider = local.provider()) {
            assertThat(provider.models().getFirst().attributes()).containsEntry("chat-template", "own");
            ask(provider, "sentence");
            assertThat(provider.models().getFirst().attributes()).containsEntry("chat-template", "chatml");
        }
    }

    @Test
    void leavesWhenTheAnswerIsNotWantedAnyMore() throws Exception {
        Reciter.write(folder, "endless", Reciter.endless());
        try (LocalProvider provider = local.provider(100_000, 0)) {
            var attempt = TestAttempt.patient();
            ReplyStream stream = provider.chat(request("endless"), attempt);
            assertThat(stream.next()).isInstanceOf(ReplyEvent.Text.class);
            long pid = LocalCase.pid(provider, "endless");
            attempt.cancel();
            assertThat(failure(() -> Answer.read(stream)).category()).isEqualTo(FailureCategory.CANCELLED);

            // closing does the same, and the next in turn is answered by the same process
            provider.chat(request("endless"), TestAttempt.patient()).close();
            var three = new Sampling(0.0, null, 3, null, null, List.of());
            assertThat(Answer.read(provider.chat(request("endless", "hi", three), TestAttempt.patient())).text())
                    .isEqualTo(" the gateway answers");
            assertThat(LocalCase.pid(provider, "endless")).isEqualTo(pid);
        }
    }

    @Test
    void aLongPromptIsGivenUpWhileItIsRead() throws Exception {
        Reciter.write(folder, "endless", Reciter.endless());
        try (LocalProvider provider = local.provider(100_000, 0)) {
            provider.load("endless", null, TestAttempt.patient());
            var attempt = TestAttempt.patient();
            ReplyStream stream = provider.chat(request("endless", "x".repeat(90_000), Sampling.DEFAULT), attempt);
            attempt.cancel();
            assertThat(failure(() -> Answer.read(stream)).category()).isEqualTo(FailureCategory.CANCELLED);
            var one = new Sampling(0.0, null, 1, null, null, List.of());
            assertThat(Answer.read(provider.chat(request("endless", "hi", one), TestAttempt.patient())).text())
                    .isEqualTo(" the");
        }
    }

    @Test
    void givesUpAtTheDeadlineInTheMiddle() throws Exception {
        Reciter.write(folder, "endless", Reciter.endless());
        try (LocalProvider provider = local.provider(100_000, 0)) {
            provider.load("endless", null, TestAttempt.patient());
            ReplyStream stream = provider.chat(request("endless"), TestAttempt.lasting(Duration.ofMillis(300)));
            assertThat(failure(() -> Answer.read(stream)).category()).isEqualTo(FailureCategory.TIMEOUT);
        }
    }

    @Test
    void aPromptThatDoesNotFitIsTold() throws Exception {
        try (LocalProvider provider = local.provider()) {
            ProviderException failure = failure(() -> provider
                    .chat(request("sentence", "x".repeat(600), Sampling.DEFAULT), TestAttempt.patient()));
            assertThat(failure.category()).isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
            assertThat(failure).hasMessageMatching(
                    "'sentence': the prompt has 65\\d tokens, and the context holds 512 with the answer");
            assertThat(ask(provider, "sentence").text()).isEqualTo(Reciter.SENTENCE);
        }
    }

    @Test
    void aPromptThatCannotFitIsNotEvenTakenApart() throws Exception {
        Reciter.write(folder, "endless", Reciter.endless());
        try (LocalProvider provider = local.provider(100_000, 0)) {
            assertThat(failure(() -> provider.chat(request("sentence", "x".repeat(300_000), Sampling.DEFAULT),
                    TestAttempt.patient()))).hasMessage(
                            "the texts have 300000 characters, more than a context of 2048 tokens holds");
            assertThat(provider.processes()).isEmpty();
            for (int length : new int[]{150_000, 9_000_000}) {
                assertThat(failure(() -> provider.chat(request("endless", "x".repeat(length), Sampling.DEFAULT),
                        TestAttempt.patient())).category()).isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
            }
            assertThat(provider.processes()).as("it bears that").containsKey("endless");
            assertThat(failure(() -> provider.embed(
                    new Embeddings.Request("sentence", List.of("x".repeat(300_000)), null), TestAttempt.patient()))
                    .category()).isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
        }
    }

    @Test
    void turnsTextsIntoVectors() throws Exception {
        Reciter.write(folder, "pooled", Reciter.sentence().value("llama.pooling_type", 1));
        try (LocalProvider provider = local.provider()) {
            assertThat(provider.models().getFirst().capabilities()).contains(Capability.EMBED);
            Embeddings answer = provider.embed(new Embeddings.Request("pooled", List.of("a", "b", "a"), 64),
                    TestAttempt.patient());
            assertThat(answer.vectors()).hasSize(3);
            assertThat(answer.vectors().get(0)).isEqualTo(answer.vectors().get(2));
            assertThat(answer.usage().promptTokens()).isBetween(6, 9);
            assertThat(failure(() -> provider.embed(new Embeddings.Request("pooled", List.of("a"), 32),
                    TestAttempt.patient()))).hasMessage("the vectors of 'pooled' have 64 dimensions, not 32");
            List<String> parts = IntStream.range(0, 3000).mapToObj(i -> "x".repeat(200)).toList();
            assertThat(VectorCall.parts(parts)).hasSize(3).satisfies(
                    all -> assertThat(all.stream().flatMap(List::stream)).hasSize(3000));
            assertThat(VectorCall.parts(List.of())).isEmpty();
            assertThat(VectorCall.parts(List.of("x".repeat(1 << 20), "a", "b"))).extracting(List::size)
                    .containsExactly(1, 2);
            assertThat(provider.embed(new Embeddings.Request("pooled", parts.subList(0, 1400), null),
                    TestAttempt.patient()).vectors()).hasSize(1400);
            var gone = TestAttempt.patient();
            gone.cancel();
            List<String> many = IntStream.range(0, 2000).mapToObj(i -> "x".repeat(50)).collect(Collectors.toList());
            assertThat(failure(() -> provider.embed(new Embeddings.Request("pooled", many, null), gone)).category())
                    .isEqualTo(FailureCategory.CANCELLED);
        }
    }

    @Test
    void loadsAndUnloadsOnDemand() throws Exception {
        try (LocalProvider provider = local.provider()) {
            assertThat(provider.loadsHere()).isTrue();
            assertThat(provider.loaded(TestAttempt.patient())).isEmpty();
            provider.load("sentence", Duration.ofSeconds(-1), TestAttempt.patient());
            LoadedModel loaded = provider.loaded(TestAttempt.patient()).getFirst();
            assertThat(loaded.id()).isEqualTo("sentence");
            assertThat(loaded.contextTokens()).isEqualTo(512);
            assertThat(loaded.bytes()).isGreaterThan(90L << 20);
            assertThat(loaded.gpuBytes()).isZero();
            assertThat(loaded.until()).as("for as long as can be").isNull();
            provider.probe(TestAttempt.patient());

            long pid = LocalCase.pid(provider, "sentence");
            provider.unload("sentence", TestAttempt.patient());
            provider.unload("sentence", TestAttempt.patient());

            assertThat(provider.loaded(TestAttempt.patient())).isEmpty();
            awaitEnd(pid);
            assertThat(failure(() -> {
                provider.unload("nobody", TestAttempt.patient());
                return null;
            }).category()).isEqualTo(FailureCategory.UNKNOWN_MODEL);
            assertThat(ask(provider, "sentence").text()).isEqualTo(Reciter.SENTENCE);
        }
    }

    @Test
    void leavesNoProcessBehind() throws Exception {
        Reciter.write(folder, "endless", Reciter.endless());
        LocalProvider provider = local.provider(100_000, 0);
        ReplyStream stream = provider.chat(request("endless"), TestAttempt.patient());
        ask(provider, "sentence");
        List<Long> pids = List.copyOf(provider.processes().values());
        assertThat(pids).hasSize(2);

        provider.close();
        provider.close();

        assertThat(pids).allMatch(pid -> ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
        assertThat(failure(() -> Answer.read(stream)).category()).isEqualTo(FailureCategory.CUT);
    }
}
