package dev.formulary.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeamTest {
    /// No word begins with the whole of another, and none repeats its own beginning.
    private static final List<String> WORDS = List.of("the", "quick", "brown", "Fuchs", "springt", "über", "Łódź",
            "naïve", "e\u0301tude", "don't", "über-groß", "she", "walks", "home", "\uD83D\uDE00",
            "\uD83D\uDC68\u200D\uD83D\uDC69\u200D\uD83D\uDC67", "\uD83C\uDDE9\uD83C\uDDEA", "Привет", "мир", "once",
            "more.", "(perhaps)", "“Yes,”", "42", "7,5", "*bold*", "и", "jump,", "well:", "always;", "never?",
            "good!");
    private static final List<String> GAPS = List.of(" ", " ", " ", " ", "\n", "\n\n", " ");

    private static String sentence(Random random) {
        List<String> words = new ArrayList<>(WORDS);
        Collections.shuffle(words, random);
        var text = new StringBuilder();
        for (String word : words.subList(0, 4 + random.nextInt(16))) {
            text.append(text.isEmpty() ? "" : GAPS.get(random.nextInt(GAPS.size()))).append(word);
        }
        return text.toString();
    }

    /// Cut into pieces as they may come, through graphemes but not through characters.
    private static List<String> pieces(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(6));
            if (end < text.length() && Character.isLowSurrogate(text.charAt(end))) {
                end++;
            }
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    private static String joined(String said, String second, boolean expected, Random random) {
        var seam = new Seam(said, expected);
        var all = new StringBuilder(said);
        for (String piece : pieces(second, random)) {
            all.append(seam.accept(piece));
        }
        return all.append(seam.end()).toString();
    }

    /// Where the last words of a text begin, the last of which may be incomplete.
    private static int lastWords(String said, int count) {
        int at = said.stripTrailing().length();
        for (int word = 0; word < count && at > 0; word++) {
            at = said.substring(0, at).stripTrailing().length();
            while (at > 0 && !Character.isWhitespace(said.charAt(at - 1))) {
                at--;
            }
        }
        return at;
    }

    /// How a faithful model goes on.
    private enum Way {
        EXACTLY {
            @Override
            String second(String whole, int cut, Random random) {
                return whole.substring(cut);
            }
        },
        EXACTLY_BY_ITSELF {
            @Override
            String second(String whole, int cut, Random random) {
                return whole.substring(cut);
            }

            @Override
            boolean expected() {
                return false;
            }
        },
        /// As models do that were given the text without the blanks at its end.
        BY_ITSELF_WITH_BLANKS {
            @Override
            String second(String whole, int cut, Random random) {
                return whole.substring(whole.substring(0, cut).stripTrailing().length());
            }

            @Override
            boolean expected() {
                return false;
            }
        },
        WITH_THE_LAST_WORDS {
            @Override
            String second(String whole, int cut, Random random) {
                return whole.substring(lastWords(whole.substring(0, cut), 1 + random.nextInt(4)));
            }
        },
        WITH_THE_LAST_WORDS_BEHIND_A_BLANK {
            @Override
            String second(String whole, int cut, Random random) {
                return " " + whole.substring(lastWords(whole.substring(0, cut), 2 + random.nextInt(3)));
            }
        },
        ALL_ANEW {
            @Override
            String second(String whole, int cut, Random random) {
                return whole;
            }
        },
        ALL_ANEW_BEHIND_A_BLANK {
            @Override
            String second(String whole, int cut, Random random) {
                return "\n" + whole;
            }
        };

        /// @param cut where the whole text was cut
        abstract String second(String whole, int cut, Random random);

        boolean expected() {
            return true;
        }
    }

    /// Blanks are no words: where a text is cut among several, fewer or more may stand there.
    private static String words(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void noWordIsMissingOrThereTwiceWhereverItWasCut(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 40; i++) {
            String whole = sentence(random);
            for (int cut = 1; cut < whole.length(); cut++) {
                if (Character.isLowSurrogate(whole.charAt(cut))) {
                    continue;
                }
                for (Way way : Way.values()) {
                    String said = whole.substring(0, cut);
                    boolean oneWord = lastWords(said, 2) == lastWords(said, 1);
                    if (oneWord && way.name().endsWith("BEHIND_A_BLANK")) {
                        continue;
                    }
                    String second = way.second(whole, cut, random);
                    assertThat(words(joined(said, second, way.expected(), random)))
                            .as("%s, cut '%s' and went on '%s'", way, said, second).isEqualTo(words(whole));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, value = {
            // a new word that begins like the last one, and the last one gone on with
            "I have a,' amazing dog',true,I have a amazing dog", "I have a,about two,true,I have about two",
            "I have a ,amazing dog,true,I have a amazing dog",
            // what a model writes that goes on by itself
            "ha ha ,ha ha!,false,ha ha ha ha!", "tick tack tick ,tack tick tack,false,tick tack tick tack tick tack",
            "one two three four,two three four five,false,one two three four five",
            // letters of scripts without blanks begin words everywhere
            "私は毎日学校,学校に行きます,true,私は毎日学校に行きます", "私は毎日学,校に行きます,true,私は毎日学校に行きます",
            // neither the end of a word nor a mark is a word
            "Well.,...,true,Well....", "I don't,' think so',true,I don't think so",
            // an opening mark that is left out
            "he said “Yes,Yes I do,true,he said “Yes I do", "## Head,Head lines,true,## Head lines"})
    void onlyWholeWordsAreRepetitions(String said, String second, boolean expected, String whole) {
        for (int seed = 0; seed < 5; seed++) {
            assertThat(joined(said, second, expected, new Random(seed))).isEqualTo(whole);
        }
    }

    @Test
    void whatRepeatsNothingIsNotHeldBack() {
        var seam = new Seam("Once upon a time", true);
        assertThat(seam.accept(" ")).isEmpty();
        assertThat(seam.accept("there")).isEqualTo(" there");
        assertThat(seam.open()).isFalse();
        assertThat(seam.accept(" was")).isEqualTo(" was");
        assertThat(seam.end()).isEmpty();
    }

    @Test
    void whatMayBeARepetitionIsHeldBackUntilItIsNone() {
        var seam = new Seam("She went home and then she went", true);
        assertThat(seam.accept("she ")).isEmpty();
        assertThat(seam.accept("went")).as("the last word may be a longer one").isEmpty();
        assertThat(seam.accept(" out")).isEqualTo(" out");
    }

    @Test
    void anotherAnswerIsNotPutBehindTheFirst() {
        var seam = new Seam("Let us begin with a short walk by the sea, and then", true);
        assertThat(seam.accept("Let us begin with a short walk by the ")).isEmpty();
        assertThat(seam.accept("river.")).isEmpty();
        assertThat(seam.anew()).isTrue();
        assertThat(seam.end()).isEmpty();
        assertThat(seam.accept("more")).isEmpty();
    }

    @Test
    void aRefrainOfAModelThatGoesOnByItselfIsNoOtherAnswer() {
        String refrain = "Let us begin with a short walk by the ";
        assertThat(joined(refrain + "sea.\n", refrain + "river.", false, new Random(1)))
                .isEqualTo(refrain + "sea.\n" + refrain + "river.");
    }

    @Test
    void nothingWasSaidOrNothingComes() {
        assertThat(joined("", "all of it", true, new Random(1))).isEqualTo("all of it");
        assertThat(joined("  ", " all", true, new Random(1)).strip()).isEqualTo("all");
        assertThat(joined("all of it", "", true, new Random(1))).isEqualTo("all of it");
        assertThat(joined("all of it", " ", true, new Random(1))).isEqualTo("all of it ");
    }

    @Test
    void aLongTextOfEqualWordsIsNotComparedForEver() {
        String said = "na ".repeat(80_000);
        var seam = new Seam(said, true);
        var all = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            all.append(seam.accept("na "));
        }
        all.append(seam.end());
        assertThat(all.length()).isLessThanOrEqualTo(6_000);
    }
}
