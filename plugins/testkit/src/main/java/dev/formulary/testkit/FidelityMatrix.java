package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.spi.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/// The published table of what becomes of each wish: a Markdown file with a line a wish and a column a client or provider. Each
/// column is checked by whoever it is about, so the table is what is so.
public final class FidelityMatrix {
    private final Map<String, List<String>> lines = new LinkedHashMap<>();
    private final List<String> columns;

    /// @param file holds one table whose first column is headed `wish`
    /// @throws IOException when it can't be read
    public FidelityMatrix(Path file) throws IOException {
        for (String line : Files.readAllLines(file)) {
            List<String> cells = cells(line);
            if (!cells.isEmpty() && !cells.getFirst().matches("-+")) {
                lines.put(cells.getFirst(), cells.subList(1, cells.size()));
            }
        }
        columns = lines.getOrDefault("wish", List.of());
    }

    private static List<String> cells(String line) {
        return line.startsWith("|")
                ? Arrays.stream(line.substring(1).split("\\|", -1)).map(String::strip).filter(cell -> !cell.isEmpty())
                        .toList()
                : List.of();
    }

    /// The cells of one column, by wish.
    public Map<String, String> column(String name) {
        int at = columns.indexOf(name);
        assertThat(at).as("the column '%s' of the table", name).isNotNegative();
        Map<String, String> column = new LinkedHashMap<>();
        lines.forEach((wish, cells) -> {
            if (!wish.equals("wish")) {
                column.put(wish, cells.get(at));
            }
        });
        return column;
    }

    /// A table of what becomes of each wish, in Markdown, for a provider's own page.
    ///
    /// @param columns who writes what is sent, by the heads of their columns, in order
    /// @throws AssertionError when a wish is dropped in silence
    public static String table(List<Wish> wishes, SequencedMap<String, Wish.Writer> columns) {
        List<String> lines = new ArrayList<>();
        lines.add("| wish | " + String.join(" | ", columns.keySet()) + " |");
        lines.add("|---".repeat(columns.size() + 1) + "|");
        for (Wish wish : wishes) {
            lines.add("| " + wish.name() + " | " + String.join(" | ", columns.values().stream()
                    .map(writer -> wish.in(writer).name().toLowerCase(Locale.ROOT)).toList()) + " |");
        }
        return String.join("\n", lines);
    }

    /// Asks a provider for everything, and compares with what the table says.
    ///
    /// @param column the provider's column
    /// @param provider asks a server that answers anything
    /// @param model who is asked
    /// @throws InterruptedException when the thread is interrupted while waiting
    public void assertColumn(String column, Provider provider, String model) throws InterruptedException {
        Map<String, String> asked = new LinkedHashMap<>();
        for (Wish wish : Wish.all(model)) {
            asked.put(wish.name(), wish.of(provider).name().toLowerCase(Locale.ROOT));
        }
        List<String> expected = new ArrayList<>();
        asked.forEach((wish, outcome) -> expected.add(wish + ": " + outcome));
        assertThat(column(column).entrySet()).extracting(cell -> cell.getKey() + ": " + cell.getValue())
                .as("the column '%s' of the table", column).isEqualTo(expected);
    }
}
