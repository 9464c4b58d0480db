package dev.formulary.engine.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Budget;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Host;
import dev.formulary.spi.Capability;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How an explanation reads the facts that a rule names, and writes their values.
class FactValuesTest {
    private static final Candidate MODEL = Rules.candidate("x/a", Set.of(Capability.CHAT, Capability.AUDIO), 6.5, 0, 0,
            Candidate.Vitals.UNKNOWN, "crisis");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        id                       | x/a
        quality                  | 6.5
        free                     | true
        vitals.calls             | 0
        card.capabilities        | [AUDIO, CHAT]
        labelled("crisis")       | true
        labelled("other")        | false
        labelled(label)          |
        can(Capability.AUDIO)    | true
        can(VISION)              | false
        can(Capability.FLY)      |
        labelled                 |
        nothing                  |
        toString                 |
        hashCode                 |
        vitals.nothing           | Vitals[breaker=CLOSED, errorRate=-1.0, calls=0, firstByteMs=-1, latencyMs=-1, inFlight=0, limitLeft=-1, limitSeconds=-1,…
        id.length                | x/a
        """)
    void aPathIsReadAsFarAsItIsOfTheVocabulary(String path, @Nullable String value) {
        assertThat(FactValues.read(MODEL, path)).isEqualTo(value);
    }

    @Test
    void numbersAreArgumentsToo() {
        var host = new Host(0.9, 0.2, 1, 0.1, 2);
        assertThat(FactValues.read(host, "busierThan(0.5)")).isEqualTo("true");
        assertThat(FactValues.read(host, "busierThan(0.95)")).isEqualTo("false");
        assertThat(FactValues.read(host, "busierThan(much)")).isNull();
        assertThat(FactValues.read(Rules.question(MODEL).continuity(), "crisisWithin(60)")).isEqualTo("NONE");
        assertThat(FactValues.read(Rules.call("auto", false), "session")).isEqualTo("nothing");
        assertThat(FactValues.read(Rules.call("auto", false), "session.length")).isEqualTo("nothing");
    }

    @Test
    void valuesAreWrittenAsPeopleReadThem() {
        assertThat(FactValues.show(null)).isEqualTo("nothing");
        assertThat(FactValues.show("")).isEqualTo("\"\"");
        assertThat(FactValues.show(List.of(2.0, 1.25))).isEqualTo("[1.25, 2]");
        assertThat(FactValues.show("x".repeat(120))).isEqualTo("x".repeat(120));
        assertThat(FactValues.show("x".repeat(121))).isEqualTo("x".repeat(120) + "…");
        assertThat(FactValues.number(0.1 + 0.2)).isEqualTo("0.3");
        assertThat(FactValues.number(-3)).isEqualTo("-3");
        assertThat(FactValues.number(2e13)).as("bytes of memory").isEqualTo("20000000000000");
        assertThat(FactValues.number(1e15)).isEqualTo("1.0E15");
        assertThat(FactValues.number(9e14)).isEqualTo("900000000000000");
    }

    @Test
    void whatThereMayBeManyOfIsNamedWithItsId() {
        assertThat(FactValues.name(MODEL)).isEqualTo("Candidate[x/a]");
        assertThat(FactValues.name(new Budget("day", "total", 0, 0, 1, Instant.EPOCH))).isEqualTo("Budget[day]");
        assertThat(FactValues.name(Rules.call("auto", false))).isEqualTo("Call");
        List<Object> facts = List.of(MODEL, Rules.call("auto", false));
        assertThat(FactValues.ofType(facts, "Candidate")).containsExactly(MODEL);
        assertThat(FactValues.ofType(facts, "Host")).isEmpty();
    }
}
