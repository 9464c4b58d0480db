package dev.formulary.engine.grade;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The words of a text in order: in lower case, without accents and apostrophes, digits apart from letters. The end of a
/// sentence is a word of its own, [#END], that no pattern names.
final class Wording {
    static final String END = ".";
    private static final int LONGEST = 40_000;
    private static final Pattern UNHEARD = Pattern.compile("\\p{M}|['\u2019\u02BC`]");
    private static final Pattern WORD = Pattern.compile("\\p{L}++|\\p{N}++|[.!?;:\\n\u00BF\u00A1]");

    private Wording() {}

    /// The words of the first 40,000 characters.
    static List<String> of(String text) {
        String plain = UNHEARD.matcher(Normalizer.normalize(text.substring(0, Math.min(text.length(), LONGEST)),
                Normalizer.Form.NFKD)).replaceAll("").toLowerCase(Locale.ROOT);
        return WORD.matcher(plain).results().map(MatchResult::group)
                .map(word -> Character.isLetterOrDigit(word.codePointAt(0)) ? word : END).toList();
    }
}
