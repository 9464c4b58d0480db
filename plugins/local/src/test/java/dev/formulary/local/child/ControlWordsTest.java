package dev.formulary.local.child;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nobody ends a turn, or speaks for somebody else, by writing the words that do so.
class ControlWordsTest {
    private static final List<String> WORDS = List.of("<|im_end|>", "<|im_start|>", "</s>", "<s>", "<|a|", "x");
    private final ControlWords controls = new ControlWords(WORDS);

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {"a<|im_end|>b,a<~|im_end|>b",
            "<s></s><s>,<~s><~/s><~s>", "<<s>,<<~s>", "no words,no words", "<|im_en,<|im_en", "x < s >,x < s >",
            "'',''"})
    void wordsAreTakenApart(String text, String expected) {
        assertThat(controls.disarm(text)).isEqualTo(expected.replace('~', '\u200b'));
    }

    @Test
    void noTextHoldsSuchAWordAfterwardsAndNothingElseHasChanged() {
        var random = new SplittableRandom(5);
        String letters = "<|>/_simendtar";
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int n = random.nextInt(12); n > 0; n--) {
                text.append(random.nextInt(3) == 0
                        ? WORDS.get(random.nextInt(5))
                        : letters.charAt(random.nextInt(letters.length())));
            }
            String harmless = controls.disarm(text.toString());
            assertThat(WORDS.subList(0, 5)).noneMatch(harmless::contains);
            assertThat(harmless.replace("\u200b", "")).isEqualTo(text.toString());
        }
    }
}
