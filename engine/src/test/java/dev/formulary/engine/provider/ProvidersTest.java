package dev.formulary.engine.provider;

import static dev.formulary.engine.provider.PluginFolder.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.formulary.engine.provider.PluginStatus.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProvidersTest {
    private final PluginFolder folder;

    ProvidersTest(@TempDir Path home) throws IOException {
        folder = new PluginFolder(home);
    }

    @AfterEach
    void stop() {
        folder.close();
    }

    @Test
    void aJarPutIntoTheFolderServesUnderItsKindWithoutConfiguration() throws Exception {
        assertThat(folder.ask("echo")).isEqualTo("nobody");

        folder.put(new PluginBuilder("1.0.0"));

        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        assertThat(folder.providers.cards()).containsOnlyKeys("echo");
        PluginStatus status = folder.only(State.SERVING);
        assertThat(status.file()).isEqualTo("echo.jar");
        assertThat(status.version()).isEqualTo("1.0.0");
        assertThat(status.sha256()).hasSize(64);
        assertThat(status.reason()).isEmpty();
        assertThat(status.providers()).containsExactly(new PluginStatus.ProviderStatus("echo", "echo", 1, null));
        assertThat(folder.events).extracting(PluginEvent::kind).containsExactly(PluginEvent.Kind.SERVING);
    }

    @Test
    void everyEntryOfAKindIsAProvider(@TempDir Path home) throws Exception {
        try (var two = new PluginFolder(home, entry("left", "echo", Map.of()), entry("right", "echo", Map.of()),
                entry("other", "no-such-kind", Map.of()))) {
            two.put(new PluginBuilder("1.0.0"));

            assertThat(two.ask("left")).isEqualTo("1.0.0 own");
            assertThat(two.ask("right")).isEqualTo("1.0.0 own");
            assertThat(two.ask("echo")).isEqualTo("nobody");
            assertThat(two.ask("other")).isEqualTo("nobody");
        }
    }

    @Test
    void aFileServesAtTheStartWithoutAWaitWhenItIsOld(@TempDir Path home) throws Exception {
        Path jar = Files.createDirectories(home.resolve("plugins")).resolve("echo.jar");
        new PluginBuilder("1.0.0").into(jar);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));

        try (var started = new PluginFolder(home)) {
            assertThat(started.ask("echo")).isEqualTo("1.0.0 own");
        }
    }

    @Test
    void replacingUnderLoadFailsNoCallAndLeavesNoGap() throws Exception {
        folder.put(new PluginBuilder("0"));
        var stop = new AtomicBoolean();
        var answered = new AtomicInteger();
        Set<String> wrong = ConcurrentHashMap.newKeySet();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 16; i++) {
                callers.execute(() -> askUntil(stop, answered, wrong));
            }
            for (int version = 1; version <= 10; version++) {
                int before = answered.get();
                folder.put(new PluginBuilder(Integer.toString(version)));
                await().pollDelay(Duration.ofMillis(10)).until(() -> answered.get() > before + 100);
            }
            stop.set(true);
        }

        assertThat(wrong).isEmpty();
        assertThat(folder.ask("echo")).isEqualTo("10 own");
        await().until(() -> folder.providers.status().size() == 1);
    }

    private void askUntil(AtomicBoolean stop, AtomicInteger answered, Set<String> wrong) {
        while (!stop.get()) {
            try {
                String answer = folder.ask("echo");
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

    @Test
    void aSlowCopyIsReadOnlyOnceItIsComplete() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        byte[] next = new PluginBuilder("2.0.0").bytes();

        try (OutputStream out = Files.newOutputStream(folder.jar("echo.jar"))) {
            for (int i = 0; i < 10; i++) {
                out.write(next, next.length * i / 10, next.length * (i + 1) / 10 - next.length * i / 10);
                out.flush();
                assertThat(folder.look(100)).as("wants to be called again").isTrue();
                assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
            }
        }
        folder.settle();

        assertThat(folder.ask("echo")).isEqualTo("2.0.0 own");
        assertThat(folder.events).extracting(PluginEvent::kind).doesNotContain(PluginEvent.Kind.REFUSED);
    }

    @Test
    void touchingAFileChangesNothing() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        var cards = folder.providers.cards();

        Files.setLastModifiedTime(folder.jar("echo.jar"), FileTime.from(Instant.now().plusSeconds(5)));
        folder.settle();

        assertThat(folder.events).hasSize(1);
        assertThat(folder.providers.cards()).isSameAs(cards);
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
    }

    @Test
    void halfAJarOverAGoodOneKeepsTheGoodOneServingUntilAWholeOneComes() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        byte[] next = new PluginBuilder("2.0.0").bytes();

        Files.write(folder.jar("echo.jar"), Arrays.copyOf(next, next.length / 2));
        folder.settle();

        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        assertThat(folder.only(State.SERVING).version()).isEqualTo("1.0.0");
        assertThat(folder.only(State.REFUSED).reason()).startsWith("the file is not a whole JAR");

        Files.write(folder.jar("echo.jar"), next);
        folder.settle();
        assertThat(folder.ask("echo")).isEqualTo("2.0.0 own");
        await().untilAsserted(() -> assertThat(folder.providers.status()).hasSize(1));
    }

    @Test
    void aBadVersionIsNotTriedAgainAndThePreviousOneMayComeBack() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        folder.put(
                new PluginBuilder("2.0.0").edit("/* create */", "if (true) throw new IllegalStateException(\"no\");"));
        assertThat(folder.only(State.REFUSED).reason())
                .isEqualTo("the provider 'echo' can't be made: create() failed: IllegalStateException: no");
        assertThat(folder.only(State.REFUSED).version()).isEqualTo("2.0.0");

        folder.look(5_000);
        Files.setLastModifiedTime(folder.jar("echo.jar"), FileTime.from(Instant.now().plusSeconds(9)));
        folder.settle();
        assertThat(folder.events).extracting(PluginEvent::kind).containsOnlyOnce(PluginEvent.Kind.REFUSED);

        folder.put(new PluginBuilder("1.0.0"));
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        assertThat(folder.providers.status()).hasSize(1);
        assertThat(folder.events).extracting(PluginEvent::kind).containsOnlyOnce(PluginEvent.Kind.SERVING);
    }

    @Test
    void aDeletedFileIsRetiredOnceItHasStayedAwayForHalfASecond() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        Files.delete(folder.jar("echo.jar"));

        assertThat(folder.look(100)).isTrue();
        assertThat(folder.look(400)).isTrue();
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        folder.look(100);

        assertThat(folder.ask("echo")).isEqualTo("nobody");
        assertThat(folder.providers.cards()).isEmpty();
        await().untilAsserted(() -> assertThat(folder.providers.status()).isEmpty());
        assertThat(folder.events).extracting(PluginEvent::kind).containsExactly(PluginEvent.Kind.SERVING,
                PluginEvent.Kind.UNLOADED);
    }

    @Test
    void aFileThatIsDeletedAndComesBackAtOnceIsReplacedWithoutAGap() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        Files.delete(folder.jar("echo.jar"));
        folder.look(300);
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");

        folder.put(new PluginBuilder("2.0.0"));

        assertThat(folder.ask("echo")).isEqualTo("2.0.0 own");
    }

    @Test
    void aSecondFileForTheSamePluginWaitsUntilTheFirstHasGone() throws Exception {
        folder.put("echo-1.jar", new PluginBuilder("1.0.0"));
        folder.put("echo-2.jar", new PluginBuilder("2.0.0"));
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        assertThat(folder.only(State.REFUSED).reason())
                .isEqualTo("its Plugin-Id 'echo' is that of 'echo-1.jar', which came first");

        Files.delete(folder.jar("echo-1.jar"));
        while (folder.look(100)) {
            assertThat(folder.ask("echo")).endsWith(" own");
        }

        assertThat(folder.ask("echo")).isEqualTo("2.0.0 own");
    }

    @Test
    void twoPluginsCannotShareAKindOrAProvidersName(@TempDir Path home) throws Exception {
        try (var named = new PluginFolder(home, entry("echo", "other", Map.of()))) {
            named.put("a.jar", new PluginBuilder("1.0.0"));
            named.put("b.jar", new PluginBuilder("1.0.0").manifest("Plugin-Id", "second"));
            named.put("c.jar", new PluginBuilder("1.0.0").manifest("Plugin-Id", "third").kind("other"));

            assertThat(named.providers.status()).extracting(PluginStatus::reason).containsExactly("",
                    "its kind of provider 'echo' is that of 'a.jar', which came first",
                    "its provider 'echo' has the name of one of 'a.jar', which came first; give it an entry with another"
                            + " 'id'");
        }
    }

    @Test
    void ofTwoThatComeTogetherTheFirstByNameServes() throws Exception {
        new PluginBuilder("2.0.0").into(folder.jar("b.jar"));
        new PluginBuilder("1.0.0").into(folder.jar("a.jar"));
        folder.settle();

        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
        assertThat(folder.only(State.REFUSED).file()).isEqualTo("b.jar");
    }

    @Test
    void aFolderThatCannotBeReadLeavesWhatServes() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        Path aside = folder.plugins.resolveSibling("aside");
        Files.move(folder.plugins, aside);

        assertThat(folder.look(2_000)).isFalse();
        assertThat(folder.look(2_000)).isFalse();
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");

        Files.move(aside, folder.plugins);
        folder.settle();
        assertThat(folder.ask("echo")).isEqualTo("1.0.0 own");
    }

    @Test
    void theWorkFolderHoldsOnlyWhatIsInUse() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));
        folder.put(new PluginBuilder("2.0.0"));
        await().until(() -> folder.providers.status().size() == 1);
        folder.put(new PluginBuilder("3.0.0").manifest("Plugin-Id", null));

        assertThat(folder.work).isDirectoryContaining("glob:**/" + folder.only(State.SERVING).sha256() + ".jar");
        assertThat(folder.work.toFile().list()).hasSize(1);
    }

    @Test
    void afterClosingThereIsNoProviderAndNothingIsLoadedAnyMore() throws Exception {
        folder.put(new PluginBuilder("1.0.0"));

        folder.close();

        assertThat(folder.ask("echo")).isEqualTo("nobody");
        assertThat(folder.look(2_000)).isFalse();
        assertThat(folder.events).extracting(PluginEvent::kind).endsWith(PluginEvent.Kind.UNLOADED);
    }

    @Test
    void aListenerThatFailsDoesNoHarm(@TempDir Path home) throws Exception {
        new PluginBuilder("1.0.0").into(Files.createDirectories(home.resolve("plugins")).resolve("echo.jar"));
        try (var providers = new Providers(home.resolve("plugins"), home.resolve("work"), List.of(), PluginFolder.ANY,
                (_, _) -> {
                    throw new UnsupportedOperationException();
                }, _ -> {
                    throw new IllegalStateException("listener");
                }, () -> CardCatalogue.EMPTY)) {
            await().pollInterval(Duration.ofMillis(50)).until(() -> !providers.reconcile());

            assertThat(providers.cards()).containsOnlyKeys("echo");
        }
    }
}
