package dev.formulary.engine.provider;

import static dev.formulary.engine.provider.PluginFolder.attempt;
import static dev.formulary.engine.provider.PluginFolder.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.provider.PluginFolder.CallerAttempt;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What calls see while plug-ins come, go and misbehave.
@Timeout(60)
class CallsTest {
    private static final String WAIT_FOR_CANCEL = """
        var letGo = new CountDownLatch(1);
        attempt.onCancel(letGo::countDown);
        letGo.await();
        throw new ProviderException(FailureCategory.CANCELLED, "cancelled " + attempt.cancelled());
        """;
    private final PluginFolder folder;
    private final Path home;

    CallsTest(@TempDir Path home) throws IOException {
        this.home = home;
        folder = new PluginFolder(home);
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    @Test
    void anAnswerUnderWayIsFinishedByTheVersionThatBeganIt() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        Lease lease = lease(folder);
        ReplyStream stream = lease.provider().chat(request(), attempt());
        lease.close();
        lease.close();

        folder.put(new PluginBuilder("2.0.0"));

        assertThat(folder.ask("echo")).isEqualTo("2.0.0 own");
        assertThat(folder.only(State.DRAINING).version()).isEqualTo("1.0.0");
        assertThat(stream.next()).isEqualTo(new ReplyEvent.Text("1.0.0"));
        assertThat(stream.next()).isEqualTo(new ReplyEvent.Text(" own"));
        stream.close();
        stream.close();
        await().until(() -> folder.providers.status().size() == 1);
    }

    @Test
    void aLeaseAloneKeepsItsVersionToo() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        try (Lease lease = lease(folder)) {
            folder.put(new PluginBuilder("2.0.0"));

            try (ReplyStream stream = lease.provider().chat(request(), attempt())) {
                assertThat(stream.next()).isEqualTo(new ReplyEvent.Text("1.0.0"));
            }
        }
        await().until(() -> folder.providers.status().size() == 1);
    }

    @Test
    void whatIsStillUnderWayWhenTheDrainIsOverIsCut(@TempDir Path other) throws Exception {
        try (var impatient = new PluginFolder(other, PluginFolder.ANY, Duration.ofMillis(50))) {
            impatient.put(new PluginBuilder("1.0.0").edit("/* next */", WAIT_FOR_CANCEL.replace("\n", " ")
                    .replace("letGo.await(); throw", "letGo.await(); if (true) throw")));
            try (Lease lease = lease(impatient); ReplyStream stream = lease.provider().chat(request(), attempt())) {
                var reader = CompletableFuture.supplyAsync(() -> category(stream::next), Thread::startVirtualThread);
                impatient.put(new PluginBuilder("2.0.0"));

                assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(FailureCategory.CUT);
            }
            assertThat(impatient.ask("echo")).isEqualTo("2.0.0 own");
            await().until(() -> impatient.providers.status().size() == 1);
        }
    }

    @Test
    void aPluginThatMindsNoCancellationIsInterruptedAndDoesNotHoldUpTheUnloading(@TempDir Path other)
            throws Exception {
        try (var impatient = new PluginFolder(other, PluginFolder.ANY, Duration.ofMillis(50))) {
            impatient.put(new PluginBuilder("1.0.0").edit("/* chat */",
                    "if (true) { new CountDownLatch(1).await(); }").edit("/* close */",
                            "new Object() { void go() {"
                                    + " try { new CountDownLatch(1).await(); } catch (InterruptedException e) { } } }.go();"));
            try (Lease lease = lease(impatient)) {
                var caller = CompletableFuture.supplyAsync(
                        () -> category(() -> lease.provider().chat(request(), attempt())), Thread::startVirtualThread);
                Files.delete(impatient.jar("echo.jar"));
                impatient.settle();

                assertThat(caller.get(20, TimeUnit.SECONDS)).isEqualTo(FailureCategory.CUT);
                await().atMost(PluginFolder.PATIENCE).until(() -> impatient.providers.status().isEmpty());
                assertThat(category(() -> lease.provider().chat(request(), attempt())))
                        .isEqualTo(FailureCategory.CUT);
            }
        }
    }

    @Test
    void theCallersCancellationReachesThePlugin() throws Exception {
        folder.put(new PluginBuilder("1.0.0").edit("/* chat */",
                WAIT_FOR_CANCEL.replace("\n", " ").replace("letGo.await(); throw", "letGo.await(); if (true) throw")));
        CallerAttempt attempt = attempt();
        try (Lease lease = lease(folder)) {
            var caller = CompletableFuture.supplyAsync(
                    () -> catchThrowableOfType(ProviderException.class,
                            () -> lease.provider().chat(request(), attempt)),
                    Thread::startVirtualThread);
            attempt.cancel();

            assertThat(caller.get(20, TimeUnit.SECONDS)).hasMessage("cancelled true")
                    .extracting(ProviderException::category).isEqualTo(FailureCategory.CANCELLED);
        }
    }

    @Test
    void whateverPluginCodeThrowsBecomesAFailureOfTheCall() throws Exception {
        folder.put(new PluginBuilder("1").edit("/* chat */", "if (true) throw new NoClassDefFoundError(\"acme/Gone\");")
                .edit("/* methods */", """
                    public Embeddings embed(Embeddings.Request request, Attempt attempt) {
                        return request.texts().isEmpty() ? null : embed(request, attempt);
                    }
                    public void probe(Attempt attempt) {
                        throw new IllegalStateException("secret");
                    }
                    """));
        try (Lease lease = lease(folder)) {
            Provider provider = lease.provider();
            ClassLoader before = Thread.currentThread().getContextClassLoader();

            assertThat(failure(() -> provider.chat(request(), attempt()))).hasMessage(
                    "the plug-in failed with NoClassDefFoundError");
            assertThat(failure(() -> provider.embed(texts("x"), attempt()))).hasMessage(
                    "the plug-in failed with StackOverflowError");
            assertThat(failure(() -> provider.embed(texts(), attempt())).category())
                    .isEqualTo(FailureCategory.MALFORMED);
            assertThat(failure(() -> {
                provider.probe(attempt());
                return true;
            })).hasMessageNotContaining("secret");
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(before);
        }
    }

    @Test
    void anAnswerThatIsNothingIsMalformed() throws Exception {
        folder.put(new PluginBuilder("1").edit("/* chat */", "if (true) return null;"));
        try (Lease lease = lease(folder)) {
            assertThat(category(() -> lease.provider().chat(request(), attempt())))
                    .isEqualTo(FailureCategory.MALFORMED);
        }
    }

    @Test
    void errorsOnClosingAnAnswerOrAProviderStayInside() throws Exception {
        folder.put(new PluginBuilder("1").edit("/* close answer */", "throw new IllegalStateException(\"closing\");")
                .edit("/* close */", "throw new IllegalStateException(\"closing\");"));

        assertThat(folder.ask("echo")).isEqualTo("1 own");
        folder.put(new PluginBuilder("2"));

        assertThat(folder.ask("echo")).isEqualTo("2 own");
        await().until(() -> folder.providers.status().size() == 1);
    }

    @Test
    void aLeaseThatHasBeenClosedIsOfNoUseOnceItsVersionHasGone() throws Exception {
        folder.put(new PluginBuilder("1"));
        Lease lease = lease(folder);
        lease.close();
        folder.put(new PluginBuilder("2"));
        await().until(() -> folder.providers.status().size() == 1);

        assertThat(category(() -> lease.provider().chat(request(), attempt()))).isEqualTo(FailureCategory.CUT);
    }

    @Test
    void theProviderOfALeaseIsNotClosedByItsUser() throws Exception {
        folder.put(new PluginBuilder("1").edit("/* close */", "Answer.closed = true;")
                .edit("    private int said;", "    private int said;\n    static volatile boolean closed;")
                .edit("/* next */", "if (closed) throw new IllegalStateException();"));
        try (Lease lease = lease(folder)) {
            lease.provider().close();
            assertThat(lease.provider().models()).hasSize(1);
        }

        assertThat(folder.ask("echo")).isEqualTo("1 own");
        assertThat(home.resolve("work")).isNotEmptyDirectory();
    }

    private static Embeddings.Request texts(String... texts) {
        return new Embeddings.Request("parrot", List.of(texts), null);
    }

    private static Lease lease(PluginFolder folder) {
        return Objects.requireNonNull(folder.providers.acquire("echo"));
    }

    private static ProviderException failure(Callable<?> call) {
        return catchThrowableOfType(ProviderException.class, call::call);
    }

    private static FailureCategory category(Callable<?> call) {
        return failure(call).category();
    }
}
