package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.decision.Policy;
import dev.formulary.engine.decision.Problem;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.spi.ChatRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LexiconCompanionTest {
    private static final String HEADER = "id,language,type,level,pattern,note\n";
    private static final Settings.Policy SETTINGS = new Settings.Policy(false, 1_000, Duration.ofSeconds(1));

    @TempDir
    Path folder;

    private final CrisisScreen screen = new CrisisScreen(true);

    @BeforeEach
    void rules() throws IOException {
        Files.createDirectories(folder.resolve("cost"));
        Files.writeString(folder.resolve("cost/a.drl"),
                "rule \"a\"\n@id(\"a\") @reason(\"a\")\nwhen\n    Call()\nthen\n    decision.keepFree();\nend\n");
    }

    private void signs(String rows) throws IOException {
        Files.createDirectories(folder.resolve("lexicon"));
        Files.writeString(folder.resolve("lexicon/signs.csv"), HEADER + rows);
    }

    private CrisisLevel level(String text) throws Exception {
        var request = new ChatRequest("m", List.of(ChatRequest.Message.text(ChatRequest.Role.USER, text)), List.of(),
                null, ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null);
        return new Assessor(false, screen).assess(null, Map.of(), request).screening().level();
    }

    @Test
    void theLexiconTakesEffectWithTheRulesAndABrokenOneChangesNothing() throws Exception {
        signs("a,en,self_harm,high,one thing,\n");
        try (var policy = new Policy(folder, SETTINGS, null, _ -> {}, LexiconCompanion.of(screen))) {
            assertThat(policy.load().accepted()).isTrue();
            assertThat(level("one thing")).isEqualTo(CrisisLevel.HIGH);

            signs("a,en,self_harm,highest,another thing,\n");
            assertThat(policy.load().problems()).extracting(Problem::toString).containsExactly(
                    "lexicon/signs.csv:2:16 there is no level 'highest'; right ones are low, moderate, high, critical");
            assertThat(level("one thing")).isEqualTo(CrisisLevel.HIGH);

            signs("a,en,self_harm,critical,another thing,\n");
            assertThat(policy.load().problems()).isEmpty();
            assertThat(level("one thing")).isEqualTo(CrisisLevel.NONE);
            assertThat(level("another thing")).isEqualTo(CrisisLevel.CRITICAL);

            Files.delete(folder.resolve("lexicon/signs.csv"));
            assertThat(policy.load().problems()).extracting(Problem::file).containsExactly("lexicon/signs.csv");
            assertThat(level("another thing")).isEqualTo(CrisisLevel.CRITICAL);
        }
    }

    @Test
    void aGatewayWithoutTheScreenNeedsNoLexicon() {
        assertThat(LexiconCompanion.of(new CrisisScreen(false))).isEmpty();
    }

    @Test
    void checkingAFolderLooksAtItsLexiconIfItHasOne() throws Exception {
        assertThat(Policy.check(folder, LexiconCompanion.checking()).problems()).isEmpty();
        signs("a,en,self_harm,high,{nothing},\n");
        assertThat(Assembly.ruleCheck().check(folder, null).report().problems()).extracting(Problem::toString)
                .containsExactly("lexicon/signs.csv:2:21 there is no class 'nothing' for 'en' in words.csv");
    }
}
