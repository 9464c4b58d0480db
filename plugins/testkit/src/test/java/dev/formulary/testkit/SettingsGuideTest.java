package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderFactory;
import dev.formulary.spi.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsGuideTest {
    private record Kind(String kind, List<Setting> settings) implements ProviderFactory {
        @Override
        public Provider create(ProviderContext context) {
            throw new UnsupportedOperationException("nobody asks it");
        }
    }

    private static final Kind PARROT = new Kind("parrot", List.of(
            Setting.of("cage", Setting.Type.URL, null, "Where it lives.").mandatory(),
            Setting.number("words", Setting.Type.WHOLE, 1, 100, "10", "How many it knows."),
            Setting.number("age", Setting.Type.NUMBER, 0.5, Double.POSITIVE_INFINITY, "1", "Its years."),
            Setting.choice("mood", List.of("gay", "grim"), "gay", "How it speaks: gay|grim."),
            Setting.of("key", Setting.Type.SECRET, null, "Its key.")));
    private static final String SECTION = """
        ## `parrot`

        | setting | what it takes | without it | what it is |
        |---|---|---|---|
        | `cage` | an address | it must be given | Where it lives. |
        | `words` | a whole number from 1 to 100 | 10 | How many it knows. |
        | `age` | a number from 0.5 | 1 | Its years. |
        | `mood` | `gay`, `grim` | gay | How it speaks: gay\\|grim. |
        | `key` | a secret, such as `${NAME}` | nothing | Its key. |
        """;

    @Test
    void aPageIsMadeOfWhatIsDeclared() {
        String page = SettingsGuide.with("# Settings\n", PARROT);

        assertThat(page).isEqualTo("# Settings\n\n" + SECTION);
        String both = SettingsGuide.with(page, new Kind("swift", List.of()));
        assertThat(SettingsGuide.with(both, PARROT)).isEqualTo(both);
    }

    @Test
    void aSectionThatSaysWhatIsNoLongerSoIsFound(@TempDir Path folder) throws Exception {
        Path page = Files.writeString(folder.resolve("SETTINGS.md"),
                "# Settings\n\n" + SECTION + "\n## `swift`\n\nx\n");
        SettingsGuide.assertTold(page, PARROT);

        var changed = new Kind("parrot", PARROT.settings().subList(1, 3));
        assertThatThrownBy(() -> SettingsGuide.assertTold(page, changed)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("the section on 'parrot'").hasMessageContaining("formulary.guide=write");
    }
}
