package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Mixes the corpus at random. Whatever comes out of it, no forbidden code runs, nothing hangs and nothing breaks.
/// `-Dfuzz.texts=100000 -Dfuzz.builds=5000 -Dfuzz.seed=7` makes it longer.
class CorpusFuzzTest {
    private static final int TEXTS = Integer.getInteger("fuzz.texts", 3_000);
    private static final int BUILDS = Integer.getInteger("fuzz.builds", 60);
    private static final long SEED = Long.getLong("fuzz.seed", 20_261_121);
    private static final Pattern TOKEN = Pattern.compile("\\w+|\\s+|\"[^\"\\n]{0,80}\"|.", Pattern.DOTALL);

    private final Random random = new Random(SEED);
    private final List<List<String>> files = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private int builds;
    private int failures;

    private List<String> mutant() {
        var tokens = new ArrayList<>(any(files));
        if (random.nextInt(4) == 0) {
            List<String> other = any(files);
            tokens.subList(random.nextInt(tokens.size()), tokens.size()).clear();
            tokens.addAll(other.subList(random.nextInt(other.size()), other.size()));
        }
        for (int i = random.nextInt(4); i > 0 && tokens.size() > 2; i--) {
            int at = random.nextInt(tokens.size());
            switch (random.nextInt(5)) {
                case 0 -> tokens.remove(at);
                case 1 -> tokens.add(at, tokens.get(random.nextInt(tokens.size())));
                case 2 -> tokens.set(at, any(words));
                case 3 -> tokens.add(at, any(words));
                default -> Collections.swap(tokens, at, random.nextInt(tokens.size()));
            }
        }
        return tokens;
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    @Test
    void noMixtureOfTheCorpusRunsForbiddenCodeOrBreaksTheGates() {
        for (String folder : List.of("hostile", "benign")) {
            for (Corpus.Entry entry : Corpus.of(folder)) {
                List<String> tokens = TOKEN.matcher(entry.text()).results().map(MatchResult::group).toList();
                files.add(tokens.subList(0, Math.min(400, tokens.size())));
                words.addAll(files.getLast());
            }
        }
        for (int i = 0; i < TEXTS; i++) {
            RuleSource source = RuleSource.of("cost/fuzz.drl", Kind.COST, String.join("", mutant()));
            boolean passed = SyntaxGate.look(source).problems().isEmpty();
            // sometimes as if the first gate were not there
            if (builds < BUILDS && (passed || random.nextInt(60) == 0)) {
                build(source);
            }
            assertThat(Corpus.canarySang()).as(source.text()).isFalse();
        }
        assertThat(builds).isEqualTo(BUILDS);
        assertThat(failures).isLessThan(BUILDS);
    }

    private void build(RuleSource source) {
        builds++;
        try {
            Map<String, byte[]> classes = DrlBuild.run(Map.of(source.path(), source.drl())).classes();
            if (!classes.isEmpty() && BytecodeGate.look(classes).isEmpty()
                    && classes.keySet().stream().anyMatch(BytecodeGate::isModel)) {
                Corpus.run(source, classes);
            }
        } catch (RuntimeException | StackOverflowError e) {
            // the compiler itself may fail, which is told by RuleCompiler
            failures++;
        }
    }
}
