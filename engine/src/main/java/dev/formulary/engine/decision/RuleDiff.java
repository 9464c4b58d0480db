package dev.formulary.engine.decision;

import dev.formulary.engine.decision.RuleChange.Difference;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What is different between two rule sets. Immutable. Its components are the members of the JSON document.
///
/// @param before the set from which it is told
/// @param files by path
/// @param rules by id
/// @param rows rows of tables, by file and id; one without an id by its cells
/// @param words entries of the lexicon, by file and id
/// @param scenarios by file and name
/// @param texts the lines that are different, file by file
public record RuleDiff(Side before, Side after, Difference files, Difference rules, Difference rows, Difference words,
        Difference scenarios, List<FileText> texts) {

    /// One of the two sets.
    ///
    /// @param hash content hash, in hexadecimal
    public record Side(String name, String hash) {}

    /// What is different within a file.
    public record FileText(String file, List<Hunk> hunks) {}

    /// Lines that stand together.
    ///
    /// @param before number of the first line there, from 1
    /// @param after number of the first line there, from 1
    /// @param lines each begins with `-` when it went, with `+` when it came, with a blank when it stayed
    public record Hunk(int before, int after, List<String> lines) {

        /// As the head of a place in the unified format.
        public String head() {
            return "@@ -" + range(before, '-') + " +" + range(after, '+') + " @@";
        }

        private String range(int first, char sign) {
            long count = lines.stream().filter(line -> line.charAt(0) == ' ' || line.charAt(0) == sign).count();
            return (count == 0 ? first - 1 : first) + "," + count;
        }
    }

    /// Compares two sets, whether they are in order or not.
    public static RuleDiff of(RuleFiles before, RuleFiles after) {
        Difference files = RuleDelta.files(before.files(), after.files());
        RuleParts then = RuleParts.of(before.files());
        RuleParts now = RuleParts.of(after.files());
        List<FileText> texts = Stream.of(files.added(), files.changed(), files.removed()).flatMap(List::stream).sorted()
                .map(file -> new FileText(file, LineDiff.hunks(lines(before, file), lines(after, file)))).toList();
        return new RuleDiff(new Side(before.name(), before.hash()), new Side(after.name(), after.hash()), files,
                RuleDelta.of(then.rules(), now.rules()), RuleDelta.of(then.rows(), now.rows()),
                RuleDelta.of(then.words(), now.words()), RuleDelta.of(then.scenarios(), now.scenarios()),
                List.copyOf(texts));
    }

    private static List<String> lines(RuleFiles set, String file) {
        byte[] bytes = set.files().get(file);
        return bytes == null ? List.of() : new ArrayList<>(RuleParts.lines(file, bytes));
    }

    /// Whether nothing is different.
    public boolean same() {
        return files.size() == 0;
    }
}
