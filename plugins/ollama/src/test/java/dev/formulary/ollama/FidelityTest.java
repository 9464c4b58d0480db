package dev.formulary.ollama;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FidelityTest {

    @Test
    void theReadmeSaysWhatBecomesOfEveryWish() throws IOException {
        String table = table();
        assertThat(Files.readString(Path.of("README.md"))).as("the table of README.md must be:\n%s", table)
                .contains(table);
    }

    private static String table() {
        var lines = new ArrayList<>(List.of("| wish | a model that thinks | one that does not |", "|---|---|---|"));
        List<Fidelity.Row> thinking = Fidelity.of(true);
        List<Fidelity.Row> other = Fidelity.of(false);
        for (int row = 0; row < thinking.size(); row++) {
            lines.add("| " + thinking.get(row).feature() + " | " + word(thinking.get(row)) + " | "
                    + word(other.get(row)) + " |");
        }
        return String.join("\n", lines);
    }

    private static String word(Fidelity.Row row) {
        return row.behaviour().name().toLowerCase(Locale.ROOT);
    }
}
