package dev.formulary.engine.context;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Screening;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The signs of a crisis and what says how they are meant, compiled. Immutable.
public final class Lexicon {
    private static final int MOST_SIGNS = 20;

    private final String hash;
    private final WordTable table;
    private final Phrase[][] signs;
    private final Phrase[][] frames;
    private final Grammar grammar;
    private final int entries;

    /// What a language's frames look at beside their own entries.
    ///
    /// @param first words by which somebody speaks of themselves, by language
    /// @param boundary words that begin another clause, by language
    /// @param present words that say that something is so now, by language
    record Grammar(Map<String, BitSet> first, Map<String, BitSet> boundary, Map<String, BitSet> present) {}

    Lexicon(String hash, WordTable table, List<Phrase> phrases, Grammar grammar, int words) {
        this.hash = hash;
        this.table = table;
        this.grammar = grammar;
        entries = phrases.size();
        signs = index(phrases.stream().filter(phrase -> phrase.frame() == Frame.SIGN).toList(), words);
        frames = index(phrases.stream().filter(phrase -> phrase.frame() != Frame.SIGN).toList(), words);
    }

    /// A lexicon, or what is wrong with it.
    ///
    /// @param lexicon has no entries when there are problems
    public record Read(Lexicon lexicon, List<LexiconProblem> problems) {
        public Read {
            problems = List.copyOf(problems);
        }
    }

    /// Reads the files under `lexicon/`.
    ///
    /// @param files all files of the rules folder, by path relative to it, with slashes
    public static Read of(Map<String, byte[]> files) {
        return new LexiconReader().read(files);
    }

    /// The content hash of its files, in hexadecimal.
    public String hash() {
        return hash;
    }

    /// How many signs and frames it knows.
    public int entries() {
        return entries;
    }

    private static Phrase[][] index(List<Phrase> phrases, int words) {
        var lists = new ArrayList<List<Phrase>>();
        for (int i = 0; i <= words; i++) {
            lists.add(new ArrayList<>());
        }
        for (Phrase phrase : phrases) {
            phrase.parts().get(phrase.anchor()).words().stream().forEach(word -> lists.get(word).add(phrase));
        }
        return lists.stream().map(list -> list.toArray(Phrase[]::new)).toArray(Phrase[][]::new);
    }

    /// What these texts of one person show.
    Screening screen(List<String> texts) {
        return screening(texts.stream().map(this::read).toList());
    }

    /// What these readings of texts of one person show together.
    Screening screening(List<List<Reading.Meaning>> readings) {
        var level = CrisisLevel.NONE;
        Set<CrisisType> types = EnumSet.noneOf(CrisisType.class);
        Set<String> found = new LinkedHashSet<>();
        for (List<Reading.Meaning> reading : readings) {
            for (Reading.Meaning meaning : reading) {
                level = meaning.level().atLeast(level) ? meaning.level() : level;
                types.add(meaning.type());
                if (found.size() < MOST_SIGNS) {
                    found.add(meaning.sign());
                }
            }
        }
        return new Screening(level, types, List.copyOf(found), hash);
    }

    /// What one text says.
    List<Reading.Meaning> read(String text) {
        Utterance said = Utterance.of(text, table);
        List<Phrase.Hit> hits = hits(said, signs);
        return hits.isEmpty() ? List.of() : new Reading(said, hits(said, frames), grammar).meanings(hits);
    }

    private static List<Phrase.Hit> hits(Utterance said, Phrase[][] index) {
        List<Phrase.Hit> hits = List.of();
        for (int at = 0; at < said.count(); at++) {
            for (Phrase phrase : index[said.word(at)]) {
                Phrase.Hit hit = phrase.match(said, at);
                if (hit != null) {
                    hits = hits.isEmpty() ? new ArrayList<>() : hits;
                    hits.add(hit);
                }
            }
        }
        return hits;
    }
}
