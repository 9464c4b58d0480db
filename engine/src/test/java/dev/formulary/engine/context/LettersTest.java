package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LettersTest {
    @ParameterizedTest
    @ValueSource(ints = {0xAD, 0x200B, 0x200F, 0x2060, 0x2064, 0xFEFF, 0xFE00, 0xFE0F, 0x300, 0x36F})
    void leavesNoTrace(int c) {
        assertThat(Letters.traceless((char) c)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xAC, 0xAE, 0x200A, 0x2010, 0x205F, 0x2065, 0xFEFE, 0xFF00, 0xFDFF, 0xFE10, 0x2FF, 0x370, 'a',
            ' '})
    void leavesATrace(int c) {
        assertThat(Letters.traceless((char) c)).isFalse();
    }

    @ParameterizedTest(name = "{0} is read as {1}")
    @CsvSource({"A,a", "é,e", "Ñ,n", "ø,o", "Ø,o", "ß,s", "ł,l", "ı,i", "Ω,ω", "ɐ,ɐ", "7,7", "Ż,z"})
    void isFolded(char written, char letter) {
        assertThat(Letters.fold(written)).isEqualTo(letter);
    }

    @Test
    void whatIsNoLetterIsNone() {
        for (char c : " _-.'*€“\u2028\u3001".toCharArray()) {
            assertThat(Letters.fold(c)).as("%x", (int) c).isEqualTo((char) 0);
        }
    }

    @Test
    void someSignsStandForLettersOrInsideWords() {
        for (char c : "013457@$!".toCharArray()) {
            assertThat(Letters.leet(c)).isTrue();
        }
        for (char c : "2689a#%".toCharArray()) {
            assertThat(Letters.leet(c)).isFalse();
        }
        for (char c : "'’‘`´*".toCharArray()) {
            assertThat(Letters.inner(c)).isTrue();
        }
        assertThat(Letters.inner('-')).isFalse();
    }

    @Test
    void otherShapesOfLettersBecomePlainAndPlainTextIsLeftAlone() {
        String plain = "it’s “fine” – áé";
        assertThat(Letters.plain(plain)).isSameAs(plain);
        assertThat(Letters.plain("ｄｉｅ")).isEqualTo("die");
        assertThat(Letters.plain("x⁰")).isEqualTo("x0");
        assertThat(Letters.plain("①")).isEqualTo("1");
        assertThat(Letters.plain("\u1D48")).isEqualTo("d");
        assertThat(Letters.word("D'O-é!")).isEqualTo("doe");
        assertThat(Letters.word("😂")).isEqualTo("😂");
    }

    @ParameterizedTest(name = "{0}, reading {1}: {2}")
    @CsvSource({"k1ll,0,kill", "d0n7,0,dont", "@$!3457,0,asieast", "hellooo,1,hello", "hellooo,2,helloo", "aab,1,aab",
            "d1eee,3,die", "k111,4,klll", "su1c1de,0,suicide"})
    void aDisguiseHasManyReadings(String word, int reading, String read) {
        assertThat(Letters.reading(word, reading)).isEqualTo(read);
    }

    @Test
    void readingsComeToAnEnd() {
        assertThat(Letters.reading("k1ll", 4)).isNotNull();
        assertThat(Letters.reading("k1ll", 5)).isNull();
    }
}
