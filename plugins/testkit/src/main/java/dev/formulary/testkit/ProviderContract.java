package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/// What the gateway relies on in every provider, as tests. Extend it, say how to make the provider and which model to
/// ask, and every rule of the contract is a test of yours. The provider asks whatever server the subclass has started.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
public abstract class ProviderContract {
    private static final int CALLERS = 32;
    private static final String NO_SUCH_MODEL = "no-such-model-in-any-list";

    private final JdkHttpTransport http = new JdkHttpTransport();
    private final AtomicReference<@Nullable Provider> shared = new AtomicReference<>();

    /// Makes a provider that answers at once.
    ///
    /// @throws ProviderException when it can't be made; the test fails
    protected abstract Provider create(HttpTransport transport) throws ProviderException;

    /// The id of a chat model of that provider.
    protected abstract String model();

    /// Makes a provider whose streams begin at once and then go on for five seconds or more, for the test of cancellation.
    ///
    /// @return null leaves that test out
    /// @throws ProviderException when it can't be made; the test fails
    protected @Nullable Provider createEndless(HttpTransport transport) throws ProviderException {
        return null;
    }

    /// Makes a provider whose vendor takes a request and never answers, for the test of the deadline.
    ///
    /// @return null leaves that test out
    /// @throws ProviderException when it can't be made; the test fails
    protected @Nullable Provider createSilent(HttpTransport transport) throws ProviderException {
        return null;
    }

    /// The id of an embedding model; null when the provider has none.
    protected @Nullable String embeddingModel() {
        return null;
    }

    /// How long letting go may take; ample, so that a busy machine does not fail the test.
    protected Duration soon() {
        return Duration.ofSeconds(2);
    }

    /// What is asked in the tests.
    protected ChatRequest request(String model, boolean stream) {
        return new ChatRequest(model,
                List.of(ChatRequest.Message.text(ChatRequest.Role.USER, "Good morning, how are you?")),
                List.of(), null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), stream, stream, Map.of(),
                null);
    }

    @BeforeAll
    void start() throws ProviderException {
        shared.set(create(http));
    }

    @AfterAll
    void stop() {
        Provider provider = shared.getAndSet(null);
        if (provider != null) {
            provider.close();
        }
        http.close();
    }

    @Test
    void listsItsModelsWellFormedAndTheSameEachTime() throws Exception {
        List<ModelCard> cards = provider().models();

        assertThat(cards).extracting(ModelCard::id).doesNotHaveDuplicates().contains(model())
                .allSatisfy(id -> assertThat(id).isEqualTo(id.strip()));
        assertThat(cards).filteredOn(card -> card.id().equals(model()))
                .allSatisfy(card -> assertThat(card.capabilities()).contains(Capability.CHAT));
        assertThat(provider().models()).isEqualTo(cards);
    }

    @Test
    void answersWhole() throws Exception {
        assertProper(Answer.read(provider().chat(request(model(), false), TestAttempt.patient())));
    }

    @Test
    void answersInPieces() throws Exception {
        assertProper(Answer.read(provider().chat(request(model(), true), TestAttempt.patient())));
    }

    private static void assertProper(Answer answer) {
        assertThat(answer.text()).as("words of the answer").isNotBlank();
        assertThat(answer.finishes()).as("reasons for stopping").hasSize(1);
        Usage usage = answer.usage();
        assertThat(usage).as("count of tokens").isNotNull();
        if (usage != null) {
            assertThat(usage.promptTokens()).as("tokens read").isPositive();
            assertThat(usage.completionTokens()).as("tokens written").isPositive();
        }
        int finish = answer.events().indexOf(new ReplyEvent.Finish(answer.finishes().getFirst()));
        assertThat(answer.events().subList(finish + 1, answer.events().size())).as("what comes after the end")
                .allMatch(ReplyEvent.Accounting.class::isInstance);
    }

    @Test
    void refusesAModelThatItDoesNotHave() {
        Throwable thrown = catchThrowable(
                () -> Answer.read(provider().chat(request(NO_SUCH_MODEL, false), TestAttempt.patient())));

        assertThat(thrown).isInstanceOfSatisfying(ProviderException.class,
                e -> assertThat(e.category()).isEqualTo(FailureCategory.UNKNOWN_MODEL));
    }

    @Test
    void letsGoSoonWhenCancelledInTheMiddleOfAStream() throws Exception {
        Provider endless = createEndless(http);
        if (endless == null) {
            throw new TestAbortedException("createEndless gives nothing to cancel");
        }
        var attempt = TestAttempt.patient();
        try (endless) {
            ReplyStream stream = endless.chat(request(model(), true), attempt);
            assertThat(stream.next()).as("first event").isNotNull();
            Thread reader = Thread.startVirtualThread(() -> readOn(stream));
            attempt.cancel();

            assertThat(reader.join(soon())).as("reader has ended").isTrue();
            assertQuick("close", () -> {
                stream.close();
                stream.close();
                return true;
            });
        }
    }

    private static void readOn(ReplyStream stream) {
        try {
            ReplyEvent event = stream.next();
            while (event != null) {
                event = stream.next();
            }
        } catch (ProviderException | InterruptedException e) {
            // Cancelled: either is right, and so is an early end.
        }
    }

    @Test
    void givesUpAtTheDeadline() throws Exception {
        Provider silent = createSilent(http);
        if (silent == null) {
            throw new TestAbortedException("createSilent gives nothing to wait for");
        }
        try (silent) {
            assertQuick("giving up", () -> {
                Throwable thrown = catchThrowable(() -> Answer
                        .read(silent.chat(request(model(), false), TestAttempt.lasting(Duration.ofMillis(200)))));
                assertThat(thrown).isInstanceOfSatisfying(ProviderException.class,
                        e -> assertThat(e.category()).isEqualTo(FailureCategory.TIMEOUT));
                return true;
            });
        }
    }

    @Test
    void answersManyCallersAtOnce() throws Exception {
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Answer> call = () -> Answer
                    .read(provider().chat(request(model(), true), TestAttempt.patient()));
            for (var answer : callers.invokeAll(Collections.nCopies(CALLERS, call))) {
                assertProper(answer.get());
            }
        }
    }

    @Test
    void turnsTextsIntoVectorsOrSaysThatItCannot() throws Exception {
        String model = embeddingModel();
        var ask = new Embeddings.Request(model == null ? model() : model, List.of("one", "two"), null);
        if (model == null) {
            assertThat(catchThrowable(() -> provider().embed(ask, TestAttempt.patient())))
                    .isInstanceOf(ProviderException.class);
            return;
        }
        Embeddings answer = provider().embed(ask, TestAttempt.patient());

        assertThat(answer.vectors()).hasSize(2).allSatisfy(vector -> assertThat(vector).isNotEmpty());
        assertThat(answer.vectors()).extracting(vector -> vector.length)
                .containsOnly(answer.vectors().getFirst().length);
    }

    @Test
    void canBeProbed() throws Exception {
        var attempt = TestAttempt.lasting(Duration.ofSeconds(5));

        provider().probe(attempt);

        assertThat(attempt.remaining()).as("time left").isPositive();
    }

    @Test
    void closesTwiceAndLeavesNoThreadBehind() throws Exception {
        useOnce();
        Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());

        useOnce();

        Awaitility.await("threads of the provider have ended").pollInSameThread().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    var left = new HashSet<>(Thread.getAllStackTraces().keySet());
                    left.removeAll(before);
                    left.removeIf(ProviderContract::belongsToTheJdk);
                    assertThat(left).isEmpty();
                });
    }

    private void useOnce() throws ProviderException, InterruptedException {
        Provider provider = create(http);
        Answer.read(provider.chat(request(model(), false), TestAttempt.patient()));
        provider.close();
        provider.close();
    }

    private static boolean belongsToTheJdk(Thread thread) {
        String name = thread.getName();
        return name.startsWith("ForkJoinPool") || name.startsWith("VirtualThread-")
                || name.startsWith("CompletableFuture") || name.startsWith("process reaper")
                || name.startsWith("Attach ") || name.startsWith("Read-Poller")
                || name.startsWith("Write-Poller") || name.startsWith("MasterPoller");
    }

    private void assertQuick(String what, Callable<Boolean> action) throws Exception {
        long begin = System.nanoTime();
        action.call();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(what).isLessThan(soon());
    }

    private Provider provider() {
        Provider provider = shared.get();
        if (provider == null) {
            throw new IllegalStateException("the provider has been closed");
        }
        return provider;
    }
}
