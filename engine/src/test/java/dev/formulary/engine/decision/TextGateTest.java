package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Characters that look different from what they are, and brackets that stand too deep in each other.
class TextGateTest {
    private static final String DEEP = "(((((((((((((((((";
    private static final String TOO_DEEP = "brackets may stand 16 deep in each other; write several conditions or several"
            + " rules";

    private static List<Problem> problems(String text) {
        var complaints = new Complaints(RuleSource.of("cost/a.drl", Kind.COST, text));
        TextGate.look(text, complaints);
        return complaints.all();
    }

    @ParameterizedTest
    @ValueSource(strings = {"((((((((((((((((x))))))))))))))))", "// " + DEEP, "/* " + DEEP + "\n" + DEEP + " */ (",
            "\"" + DEEP + "\"", "'" + DEEP + "'", "\"a\\\"" + DEEP + "\"", "\"\\\\\" (\"" + DEEP + "\")",
            "'\\'" + DEEP + "'", "()()()()()()()()()()()()()()()()()()()()", "))))((((((((((((((((",
            "\"'\" (( \"'\" ((((((((((((((", "a /" + " ((", "/* // */ ((((((((((((((((", "[{(([[{{(((((((("})
    void sixteenBracketsDeepIsFineAndTextsAndRemarksDoNotCount(String text) {
        assertThat(problems(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        DEEP                      | 1
        a#b#DEEP                  | 3
        // (((#DEEP               | 2
        "a" DEEP                  | 1
        "open#DEEP                | 2
        'a' /* b */ DEEP          | 1
        /* a#b */#DEEP            | 3
        /* // */ DEEP             | 1
        "\\\\" DEEP               | 1
        [{[{[{[{[{[{[{[{#(        | 2
        """)
    void theSeventeenthIsToldInItsLineOnce(String text, int line) {
        assertThat(problems(text.replace('#', '\n').replace("DEEP", DEEP + "((("))).singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(line);
                    assertThat(problem.message()).isEqualTo(TOO_DEEP);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u202e", "\u200b", "\ufeff", "\u0000", "\u007f", "\u2028", "\u2029", "\r", "\u000b"})
    void whatCanNotBeSeenIsRefusedInItsLine(String hidden) {
        assertThat(problems("a\nb " + hidden + "c")).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.message()).startsWith("the invisible character U+" + "%04X".formatted(
                    (int) hidden.charAt(0)));
        });
    }

    @Test
    void whatPeopleWriteIsFine() {
        assertThat(problems("rule \"ä😀\u200d\u200c\"\r\n\twhen // \u00e9\r\n")).isEmpty();
        assertThat(problems("a\n\\u0041")).singleElement().satisfies(problem -> {
            assertThat(problem.line()).isEqualTo(2);
            assertThat(problem.column()).isEqualTo(1);
            assertThat(problem.message()).isEqualTo("unicode escapes are not allowed, write the character itself");
        });
    }
}
