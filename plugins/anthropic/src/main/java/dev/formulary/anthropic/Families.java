package dev.formulary.anthropic;

import dev.formulary.anthropic.Traits.Sampling;
import dev.formulary.anthropic.Traits.Thinking;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The table `families.tsv`: what is assumed of a model whose vendor does not tell. Immutable.
final class Families {
    private static final String TABLE = "families.tsv";
    private static final String OTHERS = "*";
    private static final String NAME = "claude-";
    private static final int COLUMNS = 10;
    private static final Map<String, Traits> FAMILIES = read();

    private Families() {}

    /// What is assumed of a model, also where its id has something in front, as in `vendor/claude-…`.
    static Traits of(String model) {
        String id = model.toLowerCase(Locale.ROOT).replace('.', '-').replace('@', '-');
        int start = id.indexOf(NAME);
        String best = OTHERS;
        for (String family : FAMILIES.keySet()) {
            boolean fits = start >= 0 && id.startsWith(family, start) && family.length() > best.length();
            best = fits ? family : best;
        }
        Traits traits = FAMILIES.get(best);
        if (traits == null) {
            throw new IllegalStateException(TABLE + " has no line for '" + best + "'");
        }
        return traits;
    }

    private static Map<String, Traits> read() {
        try (InputStream table = Families.class.getResourceAsStream(TABLE)) {
            if (table == null) {
                throw new IllegalStateException(TABLE + " is missing from the JAR");
            }
            var families = new LinkedHashMap<String, Traits>();
            String text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
            text.lines().filter(line -> !line.isBlank() && !line.startsWith("#")).forEach(line -> {
                String[] cells = line.split("\t", -1);
                families.put(cells[0], traits(cells, line));
            });
            return families;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Traits traits(String[] cells, String line) {
        if (cells.length != COLUMNS) {
            throw new IllegalStateException(TABLE + ": not " + COLUMNS + " columns: " + line);
        }
        List<String> efforts = cells[9].equals("-") ? List.of() : List.of(cells[9].split(",", -1));
        return new Traits(Integer.parseInt(cells[1]), Integer.parseInt(cells[2]),
                Thinking.valueOf(cells[3].toUpperCase(Locale.ROOT)), cells[4].equals("yes"),
                Sampling.valueOf(cells[5].toUpperCase(Locale.ROOT)), cells[6].equals("yes"), cells[7].equals("yes"),
                cells[8].equals("yes"), efforts);
    }
}
