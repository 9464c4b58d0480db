package dev.formulary.openai;

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
        var lines = new ArrayList<String>();
        lines.add("| wish | " + String.join(" | ", Dialects.names()) + " |");
        lines.add("|---".repeat(Dialects.ALL.size() + 1) + "|");
        List<List<Fidelity.Row>> columns = Dialects.ALL.stream().map(Fidelity::of).toList();
        for (int row = 0; row < columns.getFirst().size(); row++) {
            var line = new StringBuilder("| ").append(columns.getFirst().get(row).feature()).append(" |");
            for (List<Fidelity.Row> column : columns) {
                line.append(' ').append(column.get(row).behaviour().name().toLowerCase(Locale.ROOT)).append(" |");
            }
            lines.add(line.toString());
        }
        return String.join("\n", lines);
    }
}
