package dev.formulary.engine.context;

import java.util.HashMap;
import java.util.Map;

/// Tells the language of a text by its small words: English, Spanish, German, French, Portuguese and Italian. It is unsure,
/// and says nothing, when there are fewer than three such words or no language is well ahead.
final class Language {
    private static final String[] TAGS = {"en", "es", "de", "fr", "pt", "it"};
    private static final String[] WORDS = {
            "the and is are was to of in that it you for with my have this do not what be on can me your would how dont"
                    + " im at from will about there they please but we she he his her should could like an or as if thanks hello help need",
            "el la los las de que y en un una es no por con para mi se lo me como pero su al del está estoy muy qué más"
                    + " cuando tengo quiero hay yo puedo esta este porque cómo le te son ser gracias hola ayuda necesito puedes",
            "der die das und ist nicht ich ein eine zu mit den von auf für im es sich wie mein meine dem du aber wir auch"
                    + " habe kann was sind war mir bitte als an noch nach wird danke hallo hilfe kannst",
            "le la les de et est un une je que pour dans pas des en du mon ma ce qui avec sur au vous plus ne me suis"
                    + " sont mais il elle nous comment ai cette être très ça quoi merci bonjour aide besoin peux",
            "o a os as de que e em um uma é não por com para meu minha se eu como mas do da no na está estou muito mais"
                    + " você quando tenho quero seu isso são ao foi ser obrigado obrigada olá preciso ajuda",
            "il la lo gli le di che e in un una è non per con mi si io come ma del della sono questo più ho anche mio mia"
                    + " alla nel cosa perché quando vorrei posso ti su da grazie ciao aiuto ho puoi"};
    private static final int LOOKED_AT = 1_500;
    private static final int FEWEST = 3;
    private static final double AHEAD = 1.25;
    /// For each number of a word the languages that have it, as bits.
    private static final int[] BITS;
    private static final WordTable TABLE;

    static {
        Map<String, Integer> numbers = new HashMap<>();
        int most = 0;
        for (String words : WORDS) {
            most += words.split(" ", -1).length;
        }
        BITS = new int[most + 1];
        for (int language = 0; language < WORDS.length; language++) {
            for (String word : WORDS[language].split(" ", -1)) {
                int number = numbers.computeIfAbsent(word, _ -> numbers.size() + 1);
                BITS[number] |= 1 << language;
            }
        }
        TABLE = new WordTable(numbers);
    }

    private Language() {}

    /// A BCP 47 tag, or empty when unsure.
    static String of(String text) {
        int length = Math.min(text.length(), LOOKED_AT);
        var points = new double[TAGS.length];
        int found = 0;
        long hash = WordTable.SEED;
        boolean inWord = false;
        for (int i = 0; i <= length; i++) {
            char c = i < length ? text.charAt(i) : ' ';
            if (Character.isLetter(c)) {
                hash = WordTable.add(hash, Character.toLowerCase(c));
                inWord = true;
            } else if (inWord && !Letters.inner(c)) {
                int bits = BITS[TABLE.number(hash)];
                found += bits == 0 ? 0 : 1;
                score(bits, points);
                hash = WordTable.SEED;
                inWord = false;
            }
        }
        return found < FEWEST ? "" : winner(points);
    }

    /// A word that many languages have says little.
    private static void score(int bits, double[] points) {
        if (bits != 0) {
            double share = 1.0 / Integer.bitCount(bits);
            for (int i = 0; i < points.length; i++) {
                points[i] += (bits >> i & 1) * share;
            }
        }
    }

    private static String winner(double[] points) {
        int first = 0;
        double second = 0;
        for (int i = 1; i < points.length; i++) {
            if (points[i] > points[first]) {
                second = points[first];
                first = i;
            } else {
                second = Math.max(second, points[i]);
            }
        }
        return points[first] >= 2 && points[first] >= AHEAD * second ? TAGS[first] : "";
    }
}
