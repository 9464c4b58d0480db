package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Screening;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// With a small lexicon of its own: what is read how, and what is wrong where.
class LexiconTest {
    private static final String SIGNS = "id,language,type,level,pattern,note\n";
    private static final String CUES = "id,language,pattern,note\n";
    static final Map<String, String> SMALL = files("words.csv",
            "class,language,words\nfirst,en,i im me my myself\nboundary,en,and but\npresent,en,want\n",
            "signs.csv",
            SIGNS + "die,en,suicidal_ideation,high,want to? die,\n"
                    + "kill,en,suicidal_ideation,high,kill|killing myself,\n"
                    + "pills,en,suicidal_ideation,critical,took .. all .. pills,\n"
                    + "sad,en,severe_depression,moderate,hopeless,\n" + "named,en,suicidal_ideation,low,suicide,\n"
                    + "es,es,suicidal_ideation,high,quiero morir,\n" + "slang,en,suicidal_ideation,high,= kms,\n",
            "imminent.csv", CUES + "tonight,en,tonight,\n", "idiom.csv", CUES + "squad,en,suicide squad,\n",
            "fiction.csv", CUES + "story,en,write .. story,\n", "quotation.csv", CUES + "says,en,says,\n",
            "third-person.csv", CUES + "friend,en,my friend,\n", "negation.csv", CUES + "not,en,not|dont,\n",
            "past.csv", CUES + "ago,en,years ago,\nused,en,used to,\n", "joking.csv", CUES + "lol,en,lol|😂,\n",
            "affirmation.csv", CUES + "only,en,not only,\n");
    private static final Lexicon LEXICON = lexicon(SMALL);

    private static Map<String, String> files(String... namesAndTexts) {
        var texts = new HashMap<String, String>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            texts.put(namesAndTexts[i], namesAndTexts[i + 1]);
        }
        return texts;
    }

    private static Map<String, byte[]> files(Map<String, String> texts) {
        var files = new HashMap<String, byte[]>();
        texts.forEach((name, text) -> files.put("lexicon/" + name, text.getBytes(StandardCharsets.UTF_8)));
        return files;
    }

    static Lexicon lexicon(Map<String, String> texts) {
        Lexicon.Read read = Lexicon.of(files(texts));
        assertThat(read.problems()).isEmpty();
        return read.lexicon();
    }

    private static List<String> problems(String name, String text) {
        var texts = new HashMap<>(SMALL);
        texts.put(name, text);
        return Lexicon.of(files(texts)).problems().stream().map(problem -> problem.file() + ':' + problem.line() + ':'
                + problem.column() + ' ' + problem.message()).toList();
    }

    private static Screening screen(String text) {
        return LEXICON.screen(List.of(text));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        I want to die                                   | HIGH     | die
        i want die                                      | HIGH     | die
        I WANT TO DIEEEEE                               | HIGH     | die
        I w4nt to d1e                                   | HIGH     | die
        I want to k i l l myself                        | HIGH     | kill
        I am ki\u200Blling my\u00ADself                 | HIGH     | kill
        Ｉ ｗａｎｔ ｔｏ ｄｉｅ                         | HIGH     | die
        I wánt to die                                   | HIGH     | die
        I want to die tonight                           | CRITICAL | die:imminent
        I want to die. See you tonight                  | HIGH     | die
        took really all of my pills                     | CRITICAL | pills
        I do not want to die                            | MODERATE | die:negated
        Not only do I want to die                       | HIGH     | die
        not sad, only I do not want to die              | MODERATE | die:negated
        No, I do not. I want to die                     | HIGH     | die
        not that, I want to die                         | HIGH     | die
        I do not sleep and I want to die                | HIGH     | die
        I am not hopeless                               | NONE     |
        hopeless years ago                              | LOW      | sad:past
        years ago I went killing myself                 | MODERATE | kill:past
        years ago we met, now I want to die             | HIGH     | die
        I used to want to die                           | MODERATE | die:past
        my friend want to die                           | LOW      | die:other
        my friend took all the pills                    | MODERATE | pills:other
        my friend knows that I want to die              | HIGH     | die
        write me a story of killing myself              | LOW      | kill:fiction
        I write a story and I want to die               | HIGH     | die
        Anna says "I want to die"                       | LOW      | die:quotation
        I thought "I want to die"                       | MODERATE | die:quoted
        I thought "I want to die                        | HIGH     | die
        I want to die lol                               | MODERATE | die:joking
        I want to die. 😂                               | MODERATE | die:joking
        Suicide Squad                                   | NONE     |
        suicide                                         | LOW      | named
        no lol, quiero morir                            | HIGH     | es
        kms, bye                                        | HIGH     | slang
        a key of the KMS is made                        | NONE     |
        want. to die                                    | NONE     |
        want to... die                                  | HIGH     | die
        """)
    void meansWhatItSays(String text, CrisisLevel level, @Nullable String sign) {
        Screening screening = screen(text.replace("\\u200B", "\u200B").replace("\\u00AD", "\u00AD"));
        assertThat(screening.level()).isEqualTo(level);
        assertThat(screening.signs()).isEqualTo(sign == null ? List.of() : List.of(sign));
    }

    @Test
    void tellsTypesAndTheLexiconButNoWords() {
        Screening screening = LEXICON.screen(List.of("I feel hopeless", "I want to die"));
        assertThat(screening.types()).containsExactlyInAnyOrder(CrisisType.SEVERE_DEPRESSION,
                CrisisType.SUICIDAL_IDEATION);
        assertThat(screening.signs()).containsExactly("sad", "die");
        assertThat(screening.lexicon()).isEqualTo(LEXICON.hash()).hasSize(64);
        assertThat(screen("hello").lexicon()).isEqualTo(LEXICON.hash());
    }

    @Test
    void anotherContentIsAnotherHashButTheLabelledSentencesAreNot() {
        var other = new HashMap<>(SMALL);
        other.put("labelled.csv", "anything");
        assertThat(lexicon(other).hash()).isEqualTo(LEXICON.hash());
        other.put("joking.csv", CUES);
        assertThat(lexicon(other).hash()).isNotEqualTo(LEXICON.hash());
        assertThat(LEXICON.entries()).isEqualTo(17);
    }

    @Test
    void problemsSayFileLineAndColumn() {
        assertThat(problems("signs.csv", SIGNS + "a,en,sadness,high,x,\n")).containsExactly(
                "lexicon/signs.csv:2:6 there is no type 'sadness'; right ones are self_harm, suicidal_ideation,"
                        + " substance_abuse, domestic_violence, eating_disorder, panic_attack, severe_depression");
        assertThat(problems("signs.csv", SIGNS + "a,en,self_harm,none,x,\n")).containsExactly(
                "lexicon/signs.csv:2:16 there is no level 'none'; right ones are low, moderate, high, critical");
        assertThat(problems("past.csv", CUES + "\n# note\ntonight,en,x,\n")).containsExactly(
                "lexicon/past.csv:4:1 the id 'tonight' is taken by lexicon/imminent.csv:2, ids are unique in the"
                        + " lexicon");
        assertThat(problems("past.csv", CUES + "A b,english,x,\n")).containsExactly(
                "lexicon/past.csv:2:1 'A b' must be lower-case letters, digits and hyphens, at most 64",
                "lexicon/past.csv:2:5 'english' must be a language such as en or es");
        assertThat(problems("past.csv", "id,pattern\n")).containsExactly(
                "lexicon/past.csv:1:1 the first row must be 'id,language,pattern,note'");
        assertThat(problems("past.csv", CUES + "a,en,x\n")).containsExactly(
                "lexicon/past.csv:2:1 a row has 4 fields (id, language, pattern, note), this one has 3;"
                        + " a text with a comma stands in double quotes");
        assertThat(problems("past.csv", CUES + "a,en,\"x,y\n")).containsExactly(
                "lexicon/past.csv:2:6 the double quotes of this field do not end before the next comma");
        assertThat(problems("pats.csv", "")).singleElement().asString()
                .startsWith("lexicon/pats.csv:0:0 there is no such file in the lexicon; right ones are signs.csv, ");
        assertThat(problems("words.csv", "class,language,words\na,en,x\na,en,%\n")).containsExactly(
                "lexicon/words.csv:3:6 '%' has no letter",
                "lexicon/words.csv:3:1 the class 'a' is there twice for 'en'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '"', textBlock = """
        {wnat} it ~ there is no class 'wnat' for 'en' in words.csv
        .. x ~ a pattern begins and ends with a word, not with a gap or a part that may be missing
        x y? ~ a pattern begins and ends with a word, not with a gap or a part that may be missing
        a(b) c ~ '(' in 'a(b)' has no meaning there; a pattern has words, a|b, {class}, word?, .. and ...
        a b c d e f g h i j k l m n o ~ a pattern has at most 14 parts, this one has 15
        """)
    void badPatternsAreRefusedWithTheReason(String pattern, String message) {
        assertThat(problems("past.csv", CUES + "a,en,\"" + pattern + "\",\n"))
                .containsExactly("lexicon/past.csv:2:6 " + message);
    }

    @Test
    void withoutSignsThereIsNoLexicon() {
        Lexicon.Read read = Lexicon.of(Map.of("context/a.drl", new byte[0]));
        assertThat(read.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.file()).isEqualTo("lexicon/signs.csv");
            assertThat(problem.message()).contains("screening: {enabled: false}");
        });
        assertThat(read.lexicon().screen(List.of("I want to die")).level()).isEqualTo(CrisisLevel.NONE);
        assertThat(Lexicon.of(Map.of("lexicon/signs.csv", new byte[]{(byte) 0xff})).problems()).singleElement()
                .extracting(LexiconProblem::message).isEqualTo("the file is not UTF-8");
    }

    @Test
    void anyTextCanBeRead() {
        var random = new Random(5);
        String[] pieces = {"want ", "to ", "die", "k ", "\"", "“", "”", ". ", "...", "\n", "\n\n", "😂", "\uD83D", "1",
                "$",
                "'", "*", "all ", "took ", "pills ", "é", "ﬁ", "漢", "\u0301", " "};
        for (int round = 0; round < 2_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(60); i > 0; i--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            assertThat(screen(text.toString()).lexicon()).isEqualTo(LEXICON.hash());
        }
    }
}
