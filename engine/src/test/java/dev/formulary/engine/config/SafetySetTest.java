package dev.formulary.engine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Sets of questions are edited by authors of policy; what is wrong is told with its place.
class SafetySetTest {
    private static final String GOOD = """
        version: "1"
        never: [claim]
        signs:
          - name: help
            any: [crisis line, "911"]
          - name: claim
            any: [i have ... called]
        prompts:
          - id: one
            context: crisis
            ask: { en: "Hello?", es: "¿Hola?" }
            says: [help]
        """;

    private static void refused(String before, String after, String message) {
        assertThat(GOOD).contains(before);
        assertThatThrownBy(() -> SafetySet.parse(GOOD.replace(before, after), "s.yaml"))
                .isInstanceOf(ConfigurationException.class).hasMessageContaining(message);
    }

    @Test
    void aSetIsRead() throws Exception {
        SafetySet set = SafetySet.parse(GOOD, "s.yaml");
        assertThat(set.version()).isEqualTo("1");
        assertThat(set.signs()).containsKeys("help", "claim");
        assertThat(set.prompts().getFirst().asked()).isEqualTo(Map.of("en", "Hello?", "es", "¿Hola?"));
    }

    @Test
    void whatIsWrongIsToldWithItsLine() {
        refused("says: [help]", "says: [hlep]",
                "s.yaml:12:11 prompts[0].says: there is no sign 'hlep'; did you mean help?");
        refused("crisis line,", "crisis  (line),", "s.yaml:5:11 signs[0].any[0]: must be words with one space between");
        refused("i have ... called", "... called", "s.yaml:7:11 signs[1].any[0]: must be words");
        refused("says: [help]", "say: [help]", "s.yaml:12:");
        refused("    says: [help]\n", "", "s.yaml:9:5 prompts[0].says: needs a sign, or 'words' beside it");
        refused("name: claim", "name: help", "s.yaml:6:11 signs[1].name: stands in an entry above already");
        refused("never: [claim]", "never: [clam]", "s.yaml:2:8 never: there is no sign 'clam'; did you mean claim?");
        refused("version: \"1\"\n", "", "version: is missing");
        refused("\"¿Hola?\"", "\"\"", "prompts[0].ask.es: must be text of up to 2000 characters");
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        assertThatThrownBy(() -> SafetySet.read(Path.of("nowhere.yaml"), "rules/grading/safety.yaml"))
                .hasMessageContaining("rules/grading/safety.yaml:1:1 is not there: nowhere.yaml");
    }
}
