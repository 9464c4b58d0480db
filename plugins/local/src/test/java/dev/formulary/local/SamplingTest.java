package dev.formulary.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.TestAttempt;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What temperature, `top_p` and the seed do to answers, with the real library and a model that draws its words.
class SamplingTest {
    private static final int SEEDS = 40;
    @TempDir
    static Path folder;

    @BeforeAll
    static void writeModel() {
        RealLibrary.files();
        Reciter.write(folder, "babbler", Babbler.model(128, 1));
    }

    @Test
    void aHigherTemperatureGivesMoreDifferentSentences() throws Exception {
        try (LocalProvider provider = new LocalCase(folder).provider()) {
            List<Integer> pairs = List.of(pairs(provider, 0.0, 1.0), pairs(provider, 0.2, 1.0),
                    pairs(provider, 0.7, 1.0), pairs(provider, 1.3, 1.0));

            assertThat(pairs).isSorted().doesNotHaveDuplicates();
            assertThat(pairs.getFirst()).as("pairs of words in one sentence that never changes").isEqualTo(6);
        }
    }

    @Test
    void aSmallerTopPGivesFewerDifferentSentences() throws Exception {
        try (LocalProvider provider = new LocalCase(folder).provider()) {
            List<Integer> pairs = List.of(pairs(provider, 1.0, 0.1), pairs(provider, 1.0, 0.5),
                    pairs(provider, 1.0, 0.8), pairs(provider, 1.0, 1.0));

            assertThat(pairs).isSorted().doesNotHaveDuplicates();
        }
    }

    @Test
    void theSameSeedSaysTheSameAndOtherSeedsDoNot() throws Exception {
        try (LocalProvider provider = new LocalCase(folder).provider()) {
            assertThat(sentence(provider, 1.0, 1.0, 5L)).isEqualTo(sentence(provider, 1.0, 1.0, 5L));
            Set<String> different = new HashSet<>();
            for (long seed = 0; seed < SEEDS; seed++) {
                different.add(sentence(provider, 1.0, 1.0, seed));
            }
            assertThat(different).hasSizeGreaterThan(SEEDS / 2);
        }
    }

    @Test
    void wordsComeAsOftenAsTheirProbabilitiesSay() throws Exception {
        try (LocalProvider provider = new LocalCase(folder).provider()) {
            var openers = new TreeMap<String, Integer>();
            int drawn = 400;
            for (long seed = 0; seed < drawn; seed++) {
                openers.merge(sentence(provider, 1.0, 1.0, seed).strip().split(" ", 2)[0], 1, Integer::sum);
            }
            // eight openers are as likely: chi-square with 7 degrees of freedom is below 24.3 but once in a thousand
            double expected = drawn / 8.0;
            double chiSquare = openers.values().stream()
                    .mapToDouble(count -> (count - expected) * (count - expected) / expected).sum();
            assertThat(openers).hasSize(8);
            assertThat(chiSquare).as(openers.toString()).isLessThan(24.3);
        }
    }

    /// How many different pairs of neighbouring words are in the first sentences of all seeds.
    private static int pairs(LocalProvider provider, double temperature, double topP) throws Exception {
        Set<String> pairs = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            String[] words = sentence(provider, temperature, topP, seed).replace(".", " .").strip().split(" ", -1);
            for (int i = 0; i + 1 < words.length; i++) {
                pairs.add(words[i] + " " + words[i + 1]);
            }
        }
        return pairs.size();
    }

    private static String sentence(LocalProvider provider, @Nullable Double temperature, Double topP, Long seed)
            throws Exception {
        var sampling = new ChatRequest.Sampling(temperature, topP, 7, seed, null, List.of());
        StringBuilder text = new StringBuilder();
        try (ReplyStream stream = provider.chat(LocalCase.request("babbler", "hi", sampling), TestAttempt.patient())) {
            for (ReplyEvent event = stream.next(); event != null; event = stream.next()) {
                if (event instanceof ReplyEvent.Text(String piece)) {
                    text.append(piece);
                }
            }
        }
        return text.toString();
    }
}
