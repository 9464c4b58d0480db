package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.CrisisLevel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpellingTest {
    private static final String SIGNS = """
        id,language,type,level,pattern,note
        s,en,suicidal_ideation,high,think about suicide,
        d,en,suicidal_ideation,high,want to die,
        v,es,suicidal_ideation,high,no quiero vivir,
        o,en,suicidal_ideation,low,olive,
        """;
    private static final String SPELLINGS = """
        word,language,also,slips
        suicide,en,sewerslide,yes
        want,en,wnat wan,
        vivir,es,,yes
        alive,en,,yes
        """;

    private static Lexicon.Read read(String spellings) {
        Map<String, byte[]> files = new HashMap<>();
        files.put("lexicon/signs.csv", SIGNS.getBytes(StandardCharsets.UTF_8));
        files.put("lexicon/spelling.csv", spellings.getBytes(StandardCharsets.UTF_8));
        return Lexicon.of(files);
    }

    private static CrisisLevel level(String text) {
        return read(SPELLINGS).lexicon().screen(List.of(text)).level();
    }

    @ParameterizedTest
    @ValueSource(strings = {"think about suicide", "think about suicid", "think about sucide", "think about siucide",
            "think about suiicide", "think about suiside", "think about su*c*de", "think about s**cide",
            "think about sewerslide", "think about su1c1de", "think about s.u.i.c.i.d.e", "think about s u i c i d e",
            "think about s-u-i-c-i-d-e", "wnat to die", "wan to die", "no quiero bivir", "no quiero vivr"})
    void isReadAsWhatIsMeant(String text) {
        assertThat(level(text)).isEqualTo(CrisisLevel.HIGH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"think about uicide", "think about sui", "think about s******", "think about *******",
            "think about suiciding", "whant to die", "I want. To die", "no quiero beber", "think about sucde"})
    void isNotReadAsSomethingElse(String text) {
        assertThat(level(text)).isEqualTo(CrisisLevel.NONE);
    }

    @Test
    void aWordOfTheLexiconIsNoSlipOfAnother() {
        assertThat(Spelling.slips("alive")).contains("elive", "aalive", "laive", "alve").doesNotContain("alive");
        assertThat(level("olive")).isEqualTo(CrisisLevel.LOW);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {"suicide,en,,perhaps|slips must be 'yes' or empty, not 'perhaps'",
            "die,en,,yes|'die' is too short to be told with a slip, it must have 4 letters",
            "suicide,english,,yes|'english' must be a language such as en or es", "...,en,x,|'...' has no letter"})
    void aMistakeIsToldWithItsLine(String row, String message) {
        assertThat(read("word,language,also,slips\n" + row + "\n").problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("lexicon/spelling.csv");
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.message()).isEqualTo(message);
        });
    }
}
