package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.CrisisLevel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How far each frame reaches: to the word, and not one further.
class ReadingTest {
    private static final String CUES = "id,language,pattern,note\n";
    private static final String WORDS = """
        class,language,words
        first,en,i
        boundary,en,and
        present,en,now
        """;
    private static final String SIGNS = """
        id,language,type,level,pattern,note
        die,en,suicidal_ideation,high,die,
        sad,en,severe_depression,moderate,sad,
        world,en,suicidal_ideation,high,live in this? world,
        far,en,suicidal_ideation,high,live in my old dark cell,
        pills,en,suicidal_ideation,critical,pills,
        morir,es,suicidal_ideation,high,morir,
        """;
    private static final Map<String, String> FRAMES = Map.of("imminent", "tonight", "fiction", "story", "quotation",
            "says",
            "third-person", "friend", "negation", "not", "past", "ago", "joking", "lol", "affirmation", "not only");
    private static final Lexicon LEXICON = lexicon();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Lexicon lexicon() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("lexicon/words.csv", bytes(WORDS));
        files.put("lexicon/signs.csv", bytes(SIGNS));
        files.put("lexicon/idiom.csv", bytes(CUES + "laugh,en,die of,\nin,en,live in,\n"));
        FRAMES.forEach((frame, words) -> files.put("lexicon/" + frame + ".csv",
                bytes(CUES + "a-" + frame + ",en," + words + ",\n")));
        Lexicon.Read read = Lexicon.of(files);
        assertThat(read.problems()).isEmpty();
        return read.lexicon();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        die                          | HIGH
        not die                      | MODERATE
        not a b c d die              | MODERATE
        not a b c d e die            | HIGH
        not, die                     | HIGH
        not a, b die                 | HIGH
        not (die)                    | HIGH
        not: die                     | HIGH
        not; die                     | HIGH
        not and die                  | HIGH
        not. die                     | HIGH
        die not                      | HIGH
        not morir                    | HIGH
        not only die                 | HIGH
        not sad                      | NONE
        die of cold                  | NONE
        live in this world           | HIGH
        live in world                | HIGH
        live in my old dark cell     | NONE
        friend die                   | LOW
        friend, die                  | LOW
        friend; die                  | HIGH
        friend and die               | HIGH
        friend i die                 | HIGH
        die friend                   | HIGH
        friend pills                 | MODERATE
        friend. die                  | HIGH
        story die                    | LOW
        story i die                  | LOW
        story and i die              | HIGH
        story and i a die            | HIGH
        story and i a b die          | LOW
        story; i die                 | HIGH
        die story                    | HIGH
        says "die"                   | LOW
        says. "die"                  | LOW
        says. a. "die"               | MODERATE
        "die" says                   | LOW
        says die                     | HIGH
        “die”                        | MODERATE
        «die»                        | MODERATE
        "a" die                      | HIGH
        "die                         | HIGH
        "sad"                        | MODERATE
        ago die                      | MODERATE
        ago a b die                  | MODERATE
        ago and a die                | HIGH
        ago a now die                | HIGH
        ago now die                  | MODERATE
        die ago                      | MODERATE
        die and ago                  | HIGH
        ago. a b die                 | HIGH
        sad ago                      | LOW
        die lol                      | MODERATE
        lol die                      | MODERATE
        die. lol                     | MODERATE
        die. a b lol                 | MODERATE
        die. a b c lol               | HIGH
        lol. die                     | HIGH
        die tonight                  | CRITICAL
        die. tonight                 | HIGH
        sad tonight                  | MODERATE
        not die tonight              | MODERATE
        die...                       | HIGH
        friend... die                | LOW
        friend! die                  | HIGH
        friend – die                 | LOW
        not – die                    | HIGH
        d i e                        | HIGH
        d.i.e                        | HIGH
        a d i e                      | HIGH
        d i. e                       | NONE
        d*e                          | NONE
        """)
    void reachesSoFar(String text, CrisisLevel level) {
        assertThat(LEXICON.screen(List.of(text)).level()).isEqualTo(level);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
        friend\\ndie     | LOW
        friend\\n\\ndie  | HIGH
        friend\\na\\ndie | LOW
        not\\ndie        | HIGH
        """)
    void anEmptyLineEndsASentenceAndALineIsAComma(String text, CrisisLevel level) {
        assertThat(LEXICON.screen(List.of(text.replace("\\n", "\n"))).level()).isEqualTo(level);
    }
}
