package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactDictionaryTest {

    private static Map<String, String> parse(String text) throws InvalidFactException {
        return FactDictionary.parse(text);
    }

    @Test
    void readsTokensStringsNumbersAndBooleans() throws Exception {
        assertThat(parse("need=crisis_intervention, zone=\"Wohn, \\\"Zimmer\\\" \\\\\",n=-4.5,clinician, paid=?0,a=?1"))
                .containsExactly(entry("need", "crisis_intervention"), entry("zone", "Wohn, \"Zimmer\" \\"),
                        entry("n", "-4.5"), entry("clinician", "true"), entry("paid", "false"), entry("a", "true"));
    }

    @Test
    void whiteSpaceIsAllowedAroundMembersOnly() throws Exception {
        assertThat(parse("  a=1 \t,\t b=2  ")).containsExactly(entry("a", "1"), entry("b", "2"));
        assertThat(parse("")).isEmpty();
        assertThat(parse("  ")).isEmpty();
    }

    @Test
    void parametersAreSkipped() throws Exception {
        assertThat(parse("risk=high;q=0.5;by=\"a;b\";sure, clinician;x=?1, b=2")).containsExactly(
                entry("risk", "high"), entry("clinician", "true"), entry("b", "2"));
    }

    @Test
    void theLastOfEqualNamesHolds() throws Exception {
        assertThat(parse("risk=low, need=mindfulness, risk=high")).containsOnly(entry("risk", "high"),
                entry("need", "mindfulness"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {"'need =x' | 6 | a comma", "'need= x' | 6 | a value",
            "'need=' | 6 | a value", "'Need=x' | 1 | a name in lower case", "'a=1,,b=2' | 5 | a name in lower case",
            "'a=1,' | 5 | a name after the comma", "'a=1 , ' | 7 | a name after the comma", "'a=1 b=2' | 5 | a comma",
            "'a=\"open' | 8 | a closing quotation mark", "'a=\"open\\' | 9 | a closing quotation mark",
            "'a=?2' | 4 | ?1 or ?0", "'a=1;=2' | 5 | a name in lower case", "'a=(b c)' | 6 | a comma",
            "'a=é' | 3 | a value"})
    void saysWhereItIsWrong(String text, int character, String expected) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidFactException.class)
                .hasMessage("the context is not a dictionary at character " + character + ": expected " + expected
                        + ", as in: need=crisis_intervention, risk=high")
                .extracting(e -> ((InvalidFactException) e).fact()).isEqualTo("X-Formulary-Context");
    }
}
