package dev.formulary.engine.context;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads and checks the files of the lexicon. One reader for one reading.
final class LexiconReader {
    private static final String FOLDER = "lexicon/";
    private static final String CLASSES = "words.csv";
    private static final String LABELLED = "labelled.csv";
    private static final String SPELLINGS = "spelling.csv";
    private static final int SHORTEST_GUARDED = 4;
    private static final String ALONE = "= ";
    private static final List<String> SIGN_COLUMNS = List.of("id", "language", "type", "level", "pattern", "note");
    private static final List<String> CUE_COLUMNS = List.of("id", "language", "pattern", "note");
    private static final List<String> CLASS_COLUMNS = List.of("class", "language", "words");
    private static final List<String> SPELLING_COLUMNS = List.of("word", "language", "also", "slips");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");
    private static final Pattern LANGUAGE = Pattern.compile("[a-z]{2,3}");

    private final List<LexiconProblem> problems = new ArrayList<>();
    private final Map<String, BitSet> classes = new HashMap<>();
    private final PhraseParser parser = new PhraseParser(classes);
    private final Map<String, String> ids = new HashMap<>();
    private final Map<String, String> spellings = new HashMap<>();
    private final Set<String> guarded = new LinkedHashSet<>();
    private final List<Phrase> phrases = new ArrayList<>();
    private String file = "";

    Lexicon.Read read(Map<String, byte[]> all) {
        var files = new TreeMap<String, byte[]>();
        all.forEach((path, bytes) -> {
            if (path.startsWith(FOLDER) && !path.equals(OwnWords.FILE)) {
                files.put(path.substring(FOLDER.length()), bytes);
            }
        });
        if (!files.containsKey(Frame.SIGN.file())) {
            problems.add(new LexiconProblem(FOLDER + Frame.SIGN.file(), 0, 0, "the file is missing; without it nothing"
                    + " is screened, which only the setting 'screening: {enabled: false}' may say"));
        }
        rows(files, CLASSES, CLASS_COLUMNS).forEach(this::words);
        rows(files, SPELLINGS, SPELLING_COLUMNS).forEach(this::spelling);
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            Frame.of(each.getKey()).ifPresentOrElse(frame -> phrases(frame, files), () -> unknown(each.getKey()));
        }
        return new Lexicon.Read(problems.isEmpty()
                ? lexicon(hash(files))
                : new Lexicon("", new WordTable(Map.of()),
                        List.of(), new Lexicon.Grammar(Map.of(), Map.of(), Map.of()), 0),
                problems);
    }

    private List<CsvRows.Row> rows(Map<String, byte[]> files, String name, List<String> columns) {
        file = FOLDER + name;
        byte[] bytes = files.get(name);
        return bytes == null ? List.of() : CsvRows.read(file, bytes, columns, problems);
    }

    private void unknown(String name) {
        if (!List.of(CLASSES, SPELLINGS, LABELLED).contains(name)) {
            problems.add(new LexiconProblem(FOLDER + name, 0, 0, "there is no such file in the lexicon; right ones are "
                    + Arrays.stream(Frame.values()).map(Frame::file).filter(each -> !each.isEmpty())
                            .collect(Collectors.joining(", "))
                    + ", " + CLASSES + ", " + SPELLINGS + ", " + LABELLED));
        }
    }

    private void words(CsvRows.Row row) {
        if (!named(row, 0) || !language(row, 1)) {
            return;
        }
        var words = new BitSet();
        for (String word : row.text(2).split("\\s+", -1)) {
            try {
                words.set(parser.number(word));
            } catch (PhraseParser.Wrong e) {
                complain(row, 2, e.text());
            }
        }
        if (classes.putIfAbsent(PhraseParser.key(row.text(1), row.text(0)), words) != null) {
            complain(row, 0, "the class '" + row.text(0) + "' is there twice for '" + row.text(1) + "'");
        }
    }

    private void spelling(CsvRows.Row row) {
        String slips = row.text(3);
        if (!language(row, 1)) {
            return;
        }
        if (!slips.isEmpty() && !slips.equals("yes")) {
            complain(row, 3, "slips must be 'yes' or empty, not '" + slips + "'");
        }
        if (slips.equals("yes") && Letters.word(row.text(0)).length() < SHORTEST_GUARDED) {
            complain(row, 0, "'" + row.text(0) + "' is too short to be told with a slip, it must have "
                    + SHORTEST_GUARDED + " letters");
        }
        try {
            parser.number(row.text(0));
            String word = Letters.word(row.text(0));
            for (String other : row.text(2).isEmpty() ? new String[0] : row.text(2).split("\\s+", -1)) {
                spellings.put(Letters.word(other), word);
            }
            if (slips.equals("yes")) {
                guarded.add(word);
            }
        } catch (PhraseParser.Wrong e) {
            complain(row, 0, e.text());
        }
    }

    private void phrases(Frame frame, Map<String, byte[]> files) {
        boolean sign = frame == Frame.SIGN;
        for (CsvRows.Row row : rows(files, frame.file(), sign ? SIGN_COLUMNS : CUE_COLUMNS)) {
            boolean named = named(row, 0);
            boolean spoken = language(row, 1);
            boolean right = unique(row) && named && spoken;
            if (sign) {
                Optional<CrisisType> type = constant(row, 2, CrisisType.class, null);
                Optional<CrisisLevel> level = constant(row, 3, CrisisLevel.class, CrisisLevel.NONE);
                if (right && type.isPresent() && level.isPresent()) {
                    phrase(row, 4, frame, level.get(), type.get());
                }
            } else if (right) {
                phrase(row, 2, frame, CrisisLevel.NONE, null);
            }
        }
    }

    private boolean unique(CsvRows.Row row) {
        String before = ids.putIfAbsent(row.text(0), file + ':' + row.line());
        if (before != null) {
            complain(row, 0, "the id '" + row.text(0) + "' is taken by " + before
                    + ", ids are unique in the lexicon");
        }
        return before == null;
    }

    private boolean named(CsvRows.Row row, int field) {
        return fits(row, field, NAME, "lower-case letters, digits and hyphens, at most 64");
    }

    private boolean language(CsvRows.Row row, int field) {
        return fits(row, field, LANGUAGE, "a language such as en or es");
    }

    private boolean fits(CsvRows.Row row, int field, Pattern pattern, String right) {
        boolean fits = pattern.matcher(row.text(field)).matches();
        if (!fits) {
            complain(row, field, "'" + row.text(field) + "' must be " + right);
        }
        return fits;
    }

    private <E extends Enum<E>> Optional<E> constant(CsvRows.Row row, int field, Class<E> type, @Nullable E but) {
        List<E> right = Arrays.stream(type.getEnumConstants()).filter(each -> each != but).toList();
        String wanted = row.text(field).toUpperCase(Locale.ROOT);
        Optional<E> found = right.stream().filter(each -> each.name().equals(wanted)).findFirst();
        if (found.isEmpty()) {
            complain(row, field, "there is no " + SIGN_COLUMNS.get(field) + " '" + row.text(field)
                    + "'; right ones are " + right.stream().map(each -> each.name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", ")));
        }
        return found;
    }

    private void phrase(CsvRows.Row row, int field, Frame frame, CrisisLevel level, @Nullable CrisisType type) {
        try {
            String pattern = row.text(field);
            boolean alone = pattern.startsWith(ALONE);
            List<Phrase.Part> parts = parser.parse(alone ? pattern.substring(ALONE.length()) : pattern, row.text(1));
            phrases.add(new Phrase(row.text(0), row.text(1), frame, level, type, parts, 0, alone));
        } catch (PhraseParser.Wrong e) {
            complain(row, field, e.text());
        }
    }

    private void complain(CsvRows.Row row, int field, String message) {
        problems.add(new LexiconProblem(file, row.line(), row.fields().get(field).column(), message));
    }

    private Lexicon lexicon(String hash) {
        int words = parser.numbers().size();
        var uses = new int[words + 1];
        for (Phrase phrase : phrases) {
            phrase.parts().forEach(part -> part.words().stream().forEach(word -> uses[word]++));
        }
        List<Phrase> anchored = phrases.stream().map(phrase -> new Phrase(phrase.id(), phrase.language(),
                phrase.frame(), phrase.level(), phrase.type(), phrase.parts(), rarest(phrase.parts(), uses),
                phrase.alone())).toList();
        return new Lexicon(hash, new WordTable(spelt(), guarded), anchored, new Lexicon.Grammar(reserved("first"),
                reserved("boundary"), reserved("present")), words);
    }

    /// All words with their numbers, and those that are misspelt with the number of the right one. A word of the lexicon is
    /// never taken for a slip of another; what could be a slip of two is one of that which stands higher up.
    private Map<String, Integer> spelt() {
        Map<String, Integer> numbers = new HashMap<>(parser.numbers());
        spellings.forEach((other, word) -> numbers.putIfAbsent(other, parser.numbers().get(word)));
        for (String word : guarded) {
            Spelling.slips(word).forEach(slip -> numbers.putIfAbsent(slip, parser.numbers().get(word)));
        }
        return numbers;
    }

    /// The part whose words the fewest entries use: the fewer entries begin at a word, the fewer are tried.
    private static int rarest(List<Phrase.Part> parts, int[] uses) {
        int rarest = 0;
        int fewest = Integer.MAX_VALUE;
        for (int i = 0; i < parts.size(); i++) {
            Phrase.Part part = parts.get(i);
            int sum = part.words().stream().map(word -> uses[word]).sum();
            if (!part.optional() && part.gap() == 0 && sum < fewest) {
                fewest = sum;
                rarest = i;
            }
        }
        return rarest;
    }

    /// The words of a class, by language.
    private Map<String, BitSet> reserved(String name) {
        return classes.entrySet().stream().filter(each -> each.getKey().endsWith(':' + name))
                .collect(Collectors.toMap(each -> each.getKey().substring(0, each.getKey().indexOf(':')),
                        Map.Entry::getValue));
    }

    private static String hash(Map<String, byte[]> files) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, bytes) -> {
                if (!name.equals(LABELLED)) {
                    digest.update((name + '\n' + bytes.length + '\n').getBytes(StandardCharsets.UTF_8));
                    digest.update(bytes);
                }
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
