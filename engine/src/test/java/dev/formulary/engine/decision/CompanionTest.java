package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompanionTest {
    @TempDir
    Path folder;

    private final List<String> active = new ArrayList<>();
    private final Companion words = files -> {
        String text = new String(files.getOrDefault("lexicon/words.csv", new byte[0]), StandardCharsets.UTF_8);
        return new Companion.Prepared(text.isEmpty() ? List.of(Problem.of("lexicon/words.csv", "is empty")) : List.of(),
                () -> active.add(text));
    };

    @Test
    void takesEffectWithTheRulesOrNotAtAll() throws Exception {
        Rules.put(folder, "context/a.drl", Rules.rule("a", "Call()", "decision.keepFree();"));
        Rules.put(folder, "lexicon/words.csv", "one");
        try (var policy = new Policy(folder, Rules.SETTINGS, null, _ -> {}, List.of(words))) {
            assertThat(policy.load().accepted()).isTrue();
            String hash = policy.report().hash();
            Rules.put(folder, "lexicon/words.csv", "");
            assertThat(policy.load().problems()).extracting(Problem::toString)
                    .containsExactly("lexicon/words.csv is empty");
            Rules.put(folder, "lexicon/words.csv", "two");
            assertThat(policy.load().hash()).isNotEqualTo(hash);
        }
        assertThat(active).containsExactly("one", "two");
    }

    @Test
    void aFolderThatIsOnlyTriedChangesNothing() throws Exception {
        Rules.put(folder, "context/a.drl", Rules.rule("a", "Call()", "decision.keepFree();"));
        Files.createDirectories(folder.resolve("lexicon"));
        Files.writeString(folder.resolve("lexicon/words.csv"), "one");

        assertThat(Ruling.of(folder, List.of(words)).ruling()).isNotNull();
        assertThat(active).isEmpty();
    }

    @Test
    void copiesThatABuildMadeAreNoRules() throws Exception {
        Rules.put(folder, "context/a.drl", Rules.rule("a", "Call()", "decision.keepFree();"));
        Rules.put(folder, "target/classes/rules/context/a.drl", Rules.rule("a", "Call()", "decision.keepFree();"));
        assertThat(Policy.check(folder).problems()).isEmpty();
        Rules.put(folder, "privacy/b.drl", Rules.rule("b", "Call()", "decision.keepFree();"));
        assertThat(Policy.check(folder).problems()).singleElement().asString()
                .startsWith("privacy/b.drl a rule file belongs into one of the folders");
    }
}
