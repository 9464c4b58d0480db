package dev.formulary.engine.provider;

import static dev.formulary.engine.provider.PluginFolder.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.config.Settings.ProviderEntry;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.ReplyStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Another configuration of providers while they serve.
@Timeout(60)
class ReconfigurationTest {
    @TempDir
    private Path home;
    private PluginFolder folder;

    @BeforeEach
    void serve() throws Exception {
        folder = new PluginFolder(home, entry("first", "echo", Map.of("word", "one")));
        folder.put(speaking());
        assertThat(folder.ask("first")).isEqualTo("one own");
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    /// A plug-in that answers with its setting `word`, refuses the word `bad` and can't list its models under `mute`.
    private static PluginBuilder speaking() {
        return new PluginBuilder("1.0.0").edit("/* create */", """
            if ("bad".equals(context.settings().get("word"))) {
                throw new ProviderException(FailureCategory.CONFIGURATION, "'word' must not be bad");
            }
            """).edit("/* models */", """
            if ("mute".equals(context.settings().get("word"))) {
                throw new ProviderException(FailureCategory.AUTH, "no entry");
            }
            """).edit("return new Answer(attempt);", "return new Answer(attempt, context.settings());")
                .edit("Answer(Attempt attempt) {", "Answer(Attempt attempt, Map<String, Object> settings) {\n"
                        + "word = String.valueOf(settings.get(\"word\"));")
                .edit("private int said;", "private int said; private final String word;")
                .edit("new ReplyEvent.Text(new LateClass().version())", "new ReplyEvent.Text(word)");
    }

    private List<String> configure(ProviderEntry... entries) throws InterruptedException {
        List<String> problems = folder.providers.configure(List.of(entries));
        folder.settle();
        return problems;
    }

    @Test
    void aProviderIsChangedAddedAndRemoved() throws Exception {
        assertThat(configure(entry("first", "echo", Map.of("word", "uno")),
                entry("second", "echo", Map.of("word", "due")))).isEmpty();
        assertThat(folder.ask("first")).isEqualTo("uno own");
        assertThat(folder.ask("second")).isEqualTo("due own");

        assertThat(configure(entry("second", "echo", Map.of("word", "due")))).isEmpty();
        assertThat(folder.ask("first")).isEqualTo("nobody");
        assertThat(folder.ask("second")).isEqualTo("due own");
        assertThat(folder.providers.cards()).containsOnlyKeys("second");
    }

    @Test
    void whatCannotBeMadeChangesNothing() throws Exception {
        assertThat(configure(entry("first", "echo", Map.of("word", "uno")),
                entry("second", "echo", Map.of("word", "bad"))))
                .containsExactly("the provider 'second' can't be made: 'word' must not be bad");
        assertThat(folder.ask("first")).isEqualTo("one own");
        assertThat(folder.ask("second")).isEqualTo("nobody");
    }

    @Test
    void whatThePluginsFolderBringsLaterFollowsTheConfigurationOfNow() throws Exception {
        configure(entry("first", "echo", Map.of("word", "uno")), entry("other", "late", Map.of("word", "tre")));
        folder.put("late.jar", speaking().kind("late").manifest("Plugin-Id", "late"));
        assertThat(folder.ask("other")).isEqualTo("tre own");
    }

    @Test
    void aPluginThatWasRefusedIsTriedAgain(@TempDir Path other) throws Exception {
        try (var broken = new PluginFolder(other, entry("first", "echo", Map.of("word", "bad")))) {
            broken.put(speaking());
            assertThat(broken.only(State.REFUSED).reason()).contains("'word' must not be bad");

            assertThat(broken.providers.configure(List.of(entry("first", "echo", Map.of("word", "good"))))).isEmpty();
            broken.settle();
            assertThat(broken.ask("first")).isEqualTo("good own");
        }
    }

    @Test
    void aNameThatAnotherPluginHasIsRefused() throws Exception {
        folder.put("late.jar", speaking().kind("late").manifest("Plugin-Id", "late"));
        assertThat(folder.ask("late")).isEqualTo("null own");
        assertThat(configure(entry("first", "echo", Map.of("word", "uno")), entry("late", "echo", Map.of())))
                .singleElement().asString()
                .startsWith("echo.jar: its provider 'late' has the name of one of 'late.jar'");
        assertThat(folder.ask("first")).isEqualTo("one own");
    }

    @Test
    void whereTheNewOneCannotListItsModelsThoseOfBeforeAreThere() throws Exception {
        assertThat(configure(entry("first", "echo", Map.of("word", "mute")))).isEmpty();
        assertThat(folder.providers.cards().get("first")).extracting("id").containsExactly("parrot");
        assertThat(folder.ask("first")).isEqualTo("mute own");
    }

    @Test
    void theSameConfigurationTouchesNothing() throws Exception {
        int events = folder.events.size();
        assertThat(configure(new ProviderEntry("first", "echo", 7, Map.of("word", "one"), Map.of("", "f:9:9"))))
                .isEmpty();
        assertThat(folder.events).hasSize(events);
    }

    @Test
    void anAnswerThatHasBegunEndsAsItBegan() throws Exception {
        try (Lease lease = Objects.requireNonNull(folder.providers.acquire("first"));
                ReplyStream stream = lease.provider().chat(PluginFolder.request(), PluginFolder.attempt())) {
            stream.next();
            configure(entry("first", "echo", Map.of("word", "uno")));
            assertThat(folder.ask("first")).isEqualTo("uno own");
            assertThat(stream.next()).isNotNull();
        }
        await().until(() -> folder.providers.status().size() == 1);
    }

    @Test
    void changingUnderLoadFailsNoCall() throws Exception {
        var stop = new AtomicBoolean();
        var answered = new AtomicInteger();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        try (ExecutorService callers = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < 4; i++) {
                callers.execute(() -> askUntil(stop, answered, wrong));
            }
            try {
                for (int version = 1; version <= 5; version++) {
                    int before = answered.get();
                    ProviderEntry next = entry("first", "echo", Map.of("word", "w" + version));
                    // a busy machine may take longer than a plug-in has; then it is refused, and nothing was harmed
                    await().atMost(PluginFolder.PATIENCE).until(() -> configure(next).isEmpty());
                    await().until(() -> answered.get() > before + 50);
                }
            } finally {
                stop.set(true);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(folder.ask("first")).isEqualTo("w5 own");
    }

    private void askUntil(AtomicBoolean stop, AtomicInteger answered, Set<String> wrong) {
        while (!stop.get()) {
            try {
                String answer = folder.ask("first");
                if (answer.endsWith(" own")) {
                    answered.incrementAndGet();
                } else {
                    wrong.add(answer);
                }
            } catch (Exception e) {
                wrong.add(e.toString());
            }
        }
    }
}
