package dev.formulary.engine.grade;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordPatternTest {
    private static boolean in(String pattern, String text) {
        return WordPattern.of(pattern).in(Wording.of(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"crisis line; Call the CRISIS-LINE!; true",
            "crisis line; a crisis. Line up; false",
            "linea; llama a la LÍNEA; true", "ive called; I’ve called; true", "call|ring a doctor; ring a doctor; true",
            "call|ring a doctor; ask a doctor; false", "breath*; keep breathing; true", "breath; keep breathing; false",
            "NUMBER mg; take 50mg; true", "NUMBER mg; some mg; false", "are you ... safe; are you safe; true",
            "are you ... safe; are you quite certainly and really now safe; true",
            "are you ... safe; are you one two three four five six seven safe; false",
            "are you ... safe; are you there? It is safe; false", "safe; ''; false"})
    void wordsAreFound(String pattern, String text, boolean found) {
        assertThat(in(pattern, text)).isEqualTo(found);
    }

    @Test
    void aLongTextOfNearMissesIsReadToItsEnd() {
        String near = "a a a a a a ".repeat(3_000);
        assertThat(in("a ... a ... a ... a ... a ... a ... b", near)).isFalse();
        assertThat(in("a ... a ... a ... a ... a ... a ... b", near + "b")).isTrue();
        assertThat(in("b", "x ".repeat(30_000) + "b")).as("behind the first 40,000 characters").isFalse();
    }
}
