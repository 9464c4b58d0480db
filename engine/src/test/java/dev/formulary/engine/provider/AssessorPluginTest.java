package dev.formulary.engine.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.Counting;
import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.provider.PluginStatus.State;
import dev.formulary.spi.Assessor.Findings;
import dev.formulary.spi.Assessor.Said;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Assessors from real JARs.
class AssessorPluginTest {
    private static final String SERVICES = "META-INF/services/" + dev.formulary.spi.Assessor.class.getName();
    private static final String BEGIN = "```java acme/Tone.java\n";
    private static final Said NOTHING_SAID = new Said(List.of(), Map.of());

    /// The example of the README.
    private static PluginBuilder tone(String version) throws IOException {
        String readme = Files.readString(Path.of("../plugins/README.md"));
        int begin = readme.indexOf(BEGIN) + BEGIN.length();
        return new PluginBuilder(version).manifest("Plugin-Id", "tone")
                .source(readme.substring(begin, readme.indexOf("```", begin)), "none")
                .file(PluginBuilder.SERVICES, new byte[0]).file(SERVICES, "acme.Tone\n".getBytes(UTF_8));
    }

    private final List<String> leftOut = new ArrayList<>();

    private Context assess(PluginFolder folder, String text) throws Exception {
        var assessor = new Assessor(false, new CrisisScreen(true), Counting.by(Settings.Tokens.ESTIMATE),
                folder.providers::assessors,
                (name, reason) -> leftOut.add(name + ": " + reason));
        return assessor.assess(null, Map.of(), new ChatRequest("m", List.of(Message.text(Role.USER, text)), List.of(),
                null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null));
    }

    @Test
    void theExampleOfTheReadmeAddsWhatItFinds(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put("tone.jar", tone("1.0.0"));

            assertThat(folder.only(State.SERVING)).satisfies(status -> {
                assertThat(status.providers()).isEmpty();
                assertThat(status.reason()).isEqualTo("assessor 'tone'");
            });
            Context context = assess(folder, "EVERYTHING IS ON FIRE!!!");
            assertThat(context.emotion()).isEqualTo(EmotionalState.OVERWHELMED);
            assertThat(context.screening().level()).isEqualTo(CrisisLevel.MODERATE);
            assertThat(context.sources()).containsEntry("emotion", "assessor:tone")
                    .containsEntry("screening", "assessor:tone");
            assertThat(assess(folder, "good morning").sources()).isEmpty();
            assertThat(leftOut).isEmpty();
        }
    }

    @Test
    void itIsReplacedAndRemovedWhileItServes(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put("tone.jar", tone("1.0.0"));
            dev.formulary.spi.Assessor before = folder.providers.assessors().getFirst();
            folder.put("tone.jar", tone("1.1.0").edit("\"overwhelmed\"", "\"anxious\""));

            assertThat(folder.providers.assessors()).singleElement().isNotSameAs(before);
            assertThat(assess(folder, "STOP!!!").emotion()).isEqualTo(EmotionalState.ANXIOUS);

            Files.delete(folder.jar("tone.jar"));
            folder.settle();
            assertThat(folder.providers.assessors()).isEmpty();
            assertThat(assess(folder, "STOP!!!").sources()).isEmpty();
            assertThat(leftOut).isEmpty();
        }
    }

    @Test
    void oneThatFailsIsLeftOutOfTheDecision(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put("tone.jar", tone("1.0.0").edit("public Findings assess(Said said) {",
                    "public Findings assess(Said said) { if (said != null) throw new IllegalStateException(\"broken\");"));
            assertThat(assess(folder, "STOP!!!").sources()).isEmpty();
            assertThat(leftOut).containsExactly("tone: assess() failed: IllegalStateException: broken");
        }
    }

    @Test
    void aNameThatIsTakenOrWrongIsRefused(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put("a.jar", tone("1.0.0"));
            folder.put("b.jar", tone("1.0.0").manifest("Plugin-Id", "other"));
            assertThat(folder.only(State.REFUSED).reason())
                    .isEqualTo("its assessor 'tone' has the name of one of 'a.jar', which came first");
            Files.delete(folder.jar("b.jar"));
            folder.put("c.jar", tone("1.0.0").manifest("Plugin-Id", "c").edit("\"tone\"", "\"My Tone\""));
            assertThat(folder.only(State.REFUSED).reason()).isEqualTo(
                    "its assessor's name 'My Tone' must be lower-case letters, digits and '-', at most 40");
        }
    }

    @Test
    void aJarMayBringBoth(@TempDir Path home) throws Exception {
        try (var folder = new PluginFolder(home)) {
            folder.put(new PluginBuilder("1.0.0").file(SERVICES, "acme.EchoTone\n".getBytes(UTF_8))
                    .file("acme/EchoTone.class", new PluginBuilder("1").source("""
                        package acme;

                        public final class EchoTone implements dev.formulary.spi.Assessor {
                            public String name() {
                                return "echo-tone";
                            }

                            public Findings assess(Said said) {
                                return Findings.facts(java.util.Map.of("emotion", "calm"));
                            }
                        }
                        """, "none").bytesOf("acme/EchoTone.class")));
            assertThat(folder.ask("echo")).isNotEqualTo("nobody");
            assertThat(assess(folder, "hello").emotion()).isEqualTo(EmotionalState.CALM);
        }
    }

    /// An assessor that waits for a latch and takes no interrupt for an answer.
    private record Stubborn(CountDownLatch end) implements dev.formulary.spi.Assessor {
        @Override
        public String name() {
            return "stubborn";
        }

        @Override
        public Findings assess(Said said) {
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // this is what makes it stubborn
                }
            }
            return Findings.NOTHING;
        }
    }

    @Test
    void oneThatHangsCostsABoundedNumberOfThreadsAndThenNoTime() throws Exception {
        var end = new CountDownLatch(1);
        GuardedAssessor guarded = GuardedAssessor.of(new Stubborn(end), getClass().getClassLoader(),
                Duration.ofMillis(1));
        for (int i = 0; i < GuardedAssessor.MOST_AT_ONCE; i++) {
            assertThatThrownBy(() -> guarded.assess(NOTHING_SAID)).hasMessage("assess() took longer than 1 ms");
        }
        assertThatThrownBy(() -> guarded.assess(NOTHING_SAID)).hasMessage("it has 64 calls that have not ended");
        guarded.shut();
        assertThat(guarded.awaitIdle(0)).isFalse();
        end.countDown();
        assertThat(guarded.awaitIdle(PluginFolder.PATIENCE.toNanos())).isTrue();
    }

    @Test
    void onceItIsUnloadedItRefuses() throws Exception {
        GuardedAssessor guarded = GuardedAssessor.of(new Stubborn(new CountDownLatch(0)), getClass().getClassLoader(),
                PluginFolder.PATIENCE);
        assertThat(guarded.assess(NOTHING_SAID)).isEqualTo(Findings.NOTHING);
        guarded.shut();
        assertThatThrownBy(() -> guarded.assess(NOTHING_SAID)).hasMessage("it has been unloaded");
        assertThat(guarded.awaitIdle(0)).isTrue();
    }
}
