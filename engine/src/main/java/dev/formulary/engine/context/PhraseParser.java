package dev.formulary.engine.context;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the patterns of the lexicon: words in a row, `a|b` for one of them, `{class}` for one of a class of words.csv, `?`
/// behind a part that may be missing, `..` for up to three words of any kind and `...` for up to six.
final class PhraseParser {
    private static final int MOST_PARTS = 14;
    private static final int SHORT_GAP = 3;
    private static final int LONG_GAP = 6;

    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, BitSet> classes;

    /// The pattern is not as it must be.
    static final class Wrong extends Exception {
        private final String text;

        Wrong(String text) {
            super(text, null, false, false);
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    PhraseParser(Map<String, BitSet> classes) {
        this.classes = classes;
    }

    /// The words that were met, by number.
    Map<String, Integer> numbers() {
        return numbers;
    }

    /// @return the number of a word, from 1, new or known
    int number(String written) throws Wrong {
        String word = Letters.word(written);
        if (word.isEmpty()) {
            throw new Wrong("'" + written + "' has no letter");
        }
        return numbers.computeIfAbsent(word, _ -> numbers.size() + 1);
    }

    /// The name of a class in a language.
    static String key(String language, String name) {
        return language + ':' + name;
    }

    List<Phrase.Part> parse(String pattern, String language) throws Wrong {
        var parts = new ArrayList<Phrase.Part>();
        for (String written : pattern.split("\\s+", -1)) {
            parts.add(part(written, language));
        }
        if (pattern.isBlank()) {
            throw new Wrong("the pattern is empty");
        }
        if (parts.size() > MOST_PARTS) {
            throw new Wrong("a pattern has at most " + MOST_PARTS + " parts, this one has " + parts.size());
        }
        if (open(parts.getFirst()) || open(parts.getLast())) {
            throw new Wrong("a pattern begins and ends with a word, not with a gap or a part that may be missing");
        }
        return List.copyOf(parts);
    }

    private static boolean open(Phrase.Part part) {
        return part.optional() || part.gap() > 0;
    }

    private Phrase.Part part(String written, String language) throws Wrong {
        if (written.equals("..") || written.equals("...")) {
            return new Phrase.Part(new BitSet(), false, written.length() == 2 ? SHORT_GAP : LONG_GAP);
        }
        boolean optional = written.endsWith("?");
        String body = optional ? written.substring(0, written.length() - 1) : written;
        var words = new BitSet();
        for (String choice : body.split("\\|", -1)) {
            if (choice.startsWith("{") && choice.endsWith("}")) {
                words.or(known(choice.substring(1, choice.length() - 1), language));
            } else {
                words.set(number(plain(choice, written)));
            }
        }
        return new Phrase.Part(words, optional, 0);
    }

    private BitSet known(String name, String language) throws Wrong {
        BitSet words = classes.get(key(language, name));
        if (words == null) {
            throw new Wrong("there is no class '" + name + "' for '" + language + "' in words.csv");
        }
        return words;
    }

    private static String plain(String choice, String written) throws Wrong {
        for (int i = 0; i < choice.length(); i++) {
            if ("{}?.,()[]\\^$+".indexOf(choice.charAt(i)) >= 0) {
                throw new Wrong("'" + choice.charAt(i) + "' in '" + written
                        + "' has no meaning there; a pattern has words, a|b, {class}, word?, .. and ...");
            }
        }
        return choice;
    }
}
