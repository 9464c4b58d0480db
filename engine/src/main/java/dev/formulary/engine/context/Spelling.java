package dev.formulary.engine.context;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// How a word is misspelt: by a slip of the fingers, or as it sounds. What is made here is looked up like any word, so that
/// reading a text costs nothing more.
final class Spelling {
    /// Letters and pairs that sound or look alike in English or Spanish; the first may be written as the second.
    private static final Map<String, String[]> ALIKE = Map.ofEntries(Map.entry("c", new String[]{"s", "k", "z"}),
            Map.entry("s", new String[]{"c", "z"}), Map.entry("z", new String[]{"s", "c"}),
            Map.entry("k", new String[]{"c", "q"}), Map.entry("qu", new String[]{"k", "q", "c"}),
            Map.entry("v", new String[]{"b"}), Map.entry("b", new String[]{"v"}), Map.entry("ll", new String[]{"y"}),
            Map.entry("y", new String[]{"i", "ll"}), Map.entry("i", new String[]{"y", "e"}),
            Map.entry("e", new String[]{"i", "a"}), Map.entry("a", new String[]{"e"}),
            Map.entry("g", new String[]{"j"}), Map.entry("j", new String[]{"g"}), Map.entry("ph", new String[]{"f"}),
            Map.entry("h", new String[]{""}), Map.entry("x", new String[]{"ks"}), Map.entry("o", new String[]{"a"}));
    private static final int LONG_ENOUGH = 6;

    private Spelling() {}

    /// A word with one slip: a letter left out (not the first) or doubled, two swapped, or one written as it sounds; long
    /// words also with two that are written as they sound.
    ///
    /// @param word folded, as [Letters#word] gives it
    static Set<String> slips(String word) {
        Set<String> slips = new HashSet<>();
        for (int i = 0; i < word.length(); i++) {
            String before = word.substring(0, i);
            String after = word.substring(i + 1);
            char letter = word.charAt(i);
            slips.add(before + letter + letter + after);
            if (i > 0) {
                slips.add(before + after);
                slips.add(before.substring(0, i - 1) + letter + word.charAt(i - 1) + after);
            }
        }
        Set<String> sounds = sounds(word);
        slips.addAll(sounds);
        if (word.length() >= LONG_ENOUGH) {
            sounds.forEach(each -> slips.addAll(sounds(each)));
        }
        slips.remove(word);
        return slips;
    }

    private static Set<String> sounds(String word) {
        Set<String> sounds = new HashSet<>();
        ALIKE.forEach((written, others) -> {
            for (int at = word.indexOf(written); at >= 0; at = word.indexOf(written, at + 1)) {
                for (String other : others) {
                    sounds.add(word.substring(0, at) + other + word.substring(at + written.length()));
                }
            }
        });
        return sounds;
    }
}
