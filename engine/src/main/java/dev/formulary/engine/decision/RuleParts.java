package dev.formulary.engine.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a rule set consists of, each part by a name that it keeps when something else changes, with what it says. A file that
/// can't be read has no parts.
///
/// @param rules by id
/// @param rows of tables, by file and id; a row without an id by what stands in it
/// @param words entries of the lexicon, by file and id
/// @param scenarios by file and name, and what a file has as `defaults`
record RuleParts(Map<String, String> rules, Map<String, String> rows, Map<String, String> words,
        Map<String, String> scenarios) {
    private static final String LEXICON = "lexicon/";
    /// What names an entry of a word list; where there is none of these, all of it does.
    private static final List<List<String>> NAMES = List.of(List.of("id"), List.of("class", "language"),
            List.of("fact", "word"));
    private static final int LONGEST = 100;

    static RuleParts of(Map<String, byte[]> files) {
        var parts = new RuleParts(RuleDelta.texts(files), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
        files.forEach((file, bytes) -> {
            if (file.startsWith(LEXICON) && file.endsWith(".csv")) {
                table(file, bytes, parts.words);
            } else if (Tables.table(file) && Kind.of(file).isPresent()) {
                table(file, bytes, parts.rows);
            }
        });
        for (RuleFolder.ScenarioSource source : RuleFolder.contents(files, new ArrayList<>()).scenarios()) {
            scenarios(source, parts.scenarios);
        }
        return parts;
    }

    /// The rows of a table or word list as they are, one for each line of the file.
    static TableGrid grid(String file, byte[] bytes) {
        var problems = new TableProblems(file);
        return Tables.sheet(file) ? TableSheet.read(bytes, problems) : TableCsv.read(bytes, problems);
    }

    private static void table(String file, byte[] bytes, Map<String, String> into) {
        List<TableGrid.Row> rows = grid(file, bytes).rows().stream().filter(row -> !row.remark() && !row.blank())
                .toList();
        List<String> header = rows.isEmpty() ? List.of() : rows.getFirst().cells();
        List<String> names = NAMES.stream().filter(header::containsAll).findFirst().orElse(List.of());
        for (TableGrid.Row row : rows.stream().skip(1).toList()) {
            var says = new TreeMap<String, String>();
            for (int i = 0; i < header.size(); i++) {
                if (!row.cell(i).isEmpty()) {
                    says.put(header.get(i), row.cell(i));
                }
            }
            String name = names.stream().map(says::get).filter(java.util.Objects::nonNull)
                    .collect(Collectors.joining(" "));
            into.put(file + " " + (name.isEmpty() ? all(row) : name), says.toString());
        }
    }

    private static String all(TableGrid.Row row) {
        String all = String.join(",", row.cells());
        return all.length() <= LONGEST ? all : all.substring(0, LONGEST) + "… (" + Digest.of(all).substring(0, 8) + ")";
    }

    private static void scenarios(RuleFolder.ScenarioSource source, Map<String, String> into) {
        try {
            JsonNode root = YamlTree.read(source.text()).root();
            if (root.has("defaults")) {
                into.put(source.file() + " defaults", root.path("defaults").toString());
            }
            root.path("scenarios").forEach(scenario -> into.merge(
                    source.file() + " '" + scenario.path("name").asText() + "'", scenario.toString(),
                    (one, other) -> one + "\n" + other));
        } catch (JsonProcessingException e) {
            // the lines of the file tell what is different
        }
    }

    /// The lines that a reader of the file sees; of a workbook its rows.
    static List<String> lines(String file, byte[] bytes) {
        if (!Tables.sheet(file)) {
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        }
        var lines = new ArrayList<String>();
        for (TableGrid.Row row : grid(file, bytes).rows()) {
            while (lines.size() < row.line() - 1) {
                lines.add("");
            }
            lines.add(String.join(",", row.cells()));
        }
        return lines;
    }
}
