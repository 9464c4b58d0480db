package dev.formulary.engine.context;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the authors of a rule set add to the vocabulary in `lexicon/vocabulary.csv`: more words for facts that there are, such
/// as another need, and facts of their own. Never changes.
public final class OwnWords {
    /// Relative to the rules folder.
    public static final String FILE = "lexicon/vocabulary.csv";
    static final OwnWords NONE = new OwnWords(Map.of());

    private static final List<String> COLUMNS = List.of("fact", "word", "note");
    private static final Pattern FACT = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_]{0,63}");
    private static final int MOST = 500;

    private final Map<String, Set<String>> words;

    private OwnWords(Map<String, Set<String>> words) {
        this.words = words;
    }

    /// @param problems when there are any, the words must not be used
    public record Read(OwnWords words, List<LexiconProblem> problems) {}

    /// Reads them.
    ///
    /// @param files all files of the rules folder, by path relative to it; without `lexicon/vocabulary.csv` there are none
    public static Read of(Map<String, byte[]> files) {
        byte[] bytes = files.get(FILE);
        if (bytes == null) {
            return new Read(NONE, List.of());
        }
        var problems = new ArrayList<LexiconProblem>();
        Map<String, Set<String>> words = new TreeMap<>();
        List<CsvRows.Row> rows = CsvRows.read(FILE, bytes, COLUMNS, problems);
        if (rows.size() > MOST) {
            problems.add(new LexiconProblem(FILE, 0, 0, "there may be " + MOST + " rows, there are " + rows.size()));
        }
        rows.forEach(row -> add(row, words, problems));
        return new Read(new OwnWords(words), problems);
    }

    private static void add(CsvRows.Row row, Map<String, Set<String>> words, List<LexiconProblem> problems) {
        String fact = row.text(0);
        String word = row.text(1);
        String wrong = wrong(fact, word);
        if (wrong.isEmpty() && !words.computeIfAbsent(fact, _ -> new TreeSet<>()).add(word)) {
            wrong = "'" + fact + "' has the word '" + word + "' in a row above already";
        }
        if (!wrong.isEmpty()) {
            problems.add(new LexiconProblem(FILE, row.line(), 1, wrong));
        }
    }

    private static String wrong(String fact, String word) {
        if (!FACT.matcher(fact).matches()) {
            return "a fact is written in lower-case letters, digits and '-', not '" + fact + "'";
        }
        if (!WORD.matcher(word).matches()) {
            return "a word is written in lower-case letters, digits and '_', not '" + word + "'";
        }
        if (Vocabulary.knows(fact) && !Vocabulary.takesWords(fact)) {
            return "the fact '" + fact + "' does not take words";
        }
        return Vocabulary.words(fact).contains(word) ? "'" + fact + "' has the word '" + word + "' already" : "";
    }

    /// Whether they have words for that fact.
    boolean know(String fact) {
        return words.containsKey(fact);
    }

    /// Whether they have that word for that fact.
    boolean has(String fact, String word) {
        return words.getOrDefault(fact, Set.of()).contains(word);
    }

    /// The facts that have words here.
    Collection<String> facts() {
        return words.keySet();
    }

    /// Takes those facts out that are said in these words.
    ///
    /// @param facts what the caller declared, by name; gets smaller
    /// @throws InvalidFactException when a fact of ours has a value that is neither ours nor the gateway's
    Map<String, String> takeFrom(Map<String, String> facts) throws InvalidFactException {
        if (words.isEmpty()) {
            return Map.of();
        }
        Map<String, String> taken = new HashMap<>();
        for (Iterator<Map.Entry<String, String>> each = facts.entrySet().iterator(); each.hasNext();) {
            Map.Entry<String, String> fact = each.next();
            Set<String> ours = words.get(fact.getKey());
            if (ours != null) {
                String word = fact.getValue().toLowerCase(Locale.ROOT).replace('-', '_');
                if (ours.contains(word)) {
                    taken.put(fact.getKey(), word);
                    each.remove();
                } else if (!Vocabulary.words(fact.getKey()).contains(word)) {
                    throw Vocabulary.unknownWord(fact.getKey(), fact.getValue(),
                            Stream.concat(Vocabulary.words(fact.getKey()).stream(), ours.stream()).toList());
                }
            }
        }
        return taken;
    }
}
