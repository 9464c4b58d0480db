package dev.formulary.engine.context;

import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Screening;
import dev.formulary.spi.Assessor;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Asks the assessors that plug-ins bring, one after the other in the order of their names, and joins what they find with
/// what is known. They can only add and raise. Thread-safe.
final class Opinions {
    /// The facts that an assessor may add; consent, privacy, money and limits are for the caller alone to say.
    static final Set<String> MAY_ADD = Set.of("need", "risk", "emotion", "age", "task", "approach", "difficulty",
            "language", "zone");

    private static final int TURNS = 20;
    private static final int CHARACTERS = 4_000;
    private static final String RISK = "risk";

    private final Supplier<List<Assessor>> assessors;
    private final BiConsumer<String, String> leftOut;

    /// @param assessors those there are now; each bounded in time
    /// @param leftOut told the name of an assessor whose findings could not be used, and why
    Opinions(Supplier<List<Assessor>> assessors, BiConsumer<String, String> leftOut) {
        this.assessors = assessors;
        this.leftOut = leftOut;
    }

    /// What all found about signs of a crisis.
    ///
    /// @param by the source of the gravest sign
    record Crisis(CrisisLevel level, Set<CrisisType> types, List<String> signs, String by) {
        static final Crisis NONE = new Crisis(CrisisLevel.NONE, Set.of(), List.of(), "");

        /// The screening with these signs; never a lower one.
        Screening raise(Screening screening, Map<String, String> sources) {
            if (level == CrisisLevel.NONE) {
                return screening;
            }
            if (!screening.atLeast(level)) {
                sources.put("screening", by);
            }
            Set<CrisisType> all = new LinkedHashSet<>(screening.types());
            all.addAll(types);
            List<String> found = new ArrayList<>(screening.signs());
            found.addAll(signs);
            return new Screening(screening.atLeast(level) ? screening.level() : level, all, found,
                    screening.lexicon());
        }
    }

    /// Asks all of them.
    ///
    /// @param facts what was declared, by name; gets what they add
    /// @param sources where each fact comes from
    Crisis hear(ChatRequest request, OwnWords own, Map<String, String> facts, Map<String, String> sources) {
        List<Assessor> asked = assessors.get();
        if (asked.isEmpty()) {
            return Crisis.NONE;
        }
        var said = new Assessor.Said(turns(request), facts);
        Crisis crisis = Crisis.NONE;
        for (Assessor assessor : asked) {
            Assessor.Findings found = ask(assessor, said);
            String wrong = found == null ? "" : wrong(found, own);
            if (!wrong.isEmpty()) {
                leftOut.accept(assessor.name(), wrong);
            } else if (found != null) {
                String source = "assessor:" + assessor.name();
                found.facts().forEach((name, word) -> add(Vocabulary.name(name), plain(word), source, facts, sources));
                crisis = joined(crisis, found, source);
            }
        }
        return crisis;
    }

    private Assessor.@Nullable Findings ask(Assessor assessor, Assessor.Said said) {
        try {
            return assessor.assess(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (Exception e) {
            Assessor successor = successor(assessor);
            if (assessor.equals(successor)) {
                leftOut.accept(assessor.name(), String.valueOf(e.getMessage()));
                return null;
            }
            return successor == null ? null : ask(successor, said);
        }
    }

    /// Itself while it serves; one that was replaced or removed meanwhile has done nothing wrong.
    private @Nullable Assessor successor(Assessor assessor) {
        for (Assessor now : assessors.get()) {
            if (now.name().equals(assessor.name())) {
                return now;
            }
        }
        return null;
    }

    /// What is said, the last turns that have text.
    private static List<Assessor.Turn> turns(ChatRequest request) {
        var turns = new ArrayDeque<Assessor.Turn>();
        List<Message> messages = request.messages();
        for (int i = messages.size() - 1; i >= 0 && turns.size() < TURNS; i--) {
            String text = messages.get(i).plainText();
            if (!text.isEmpty()) {
                turns.addFirst(new Assessor.Turn(messages.get(i).role(),
                        text.substring(Math.max(0, text.length() - CHARACTERS))));
            }
        }
        return List.copyOf(turns);
    }

    /// Why its findings can't be used; empty when they can.
    private static String wrong(Assessor.Findings found, OwnWords own) {
        for (Map.Entry<String, String> fact : found.facts().entrySet()) {
            String name = Vocabulary.name(fact.getKey());
            if (!MAY_ADD.contains(name) && (Vocabulary.knows(name) || !own.know(name))) {
                return "it may not say the fact '" + shown(fact.getKey()) + "'";
            }
            if (!fits(name, fact.getValue(), own)) {
                return "its word for '" + name + "' is not in the vocabulary";
            }
        }
        for (String about : found.about()) {
            if (!Vocabulary.words("crisis").contains(plain(about))) {
                return "'" + shown(about) + "' is no kind of crisis; right ones are "
                        + String.join(", ", Vocabulary.words("crisis"));
            }
        }
        return "";
    }

    private static boolean fits(String name, String value, OwnWords own) {
        List<String> words = Vocabulary.words(name);
        return words.contains(plain(value)) || own.has(name, plain(value))
                || (words.isEmpty() && Vocabulary.knows(name) && value.length() <= Vocabulary.LONGEST_TEXT);
    }

    private static String shown(String written) {
        return written.length() <= Vocabulary.LONGEST_TEXT ? written : written.substring(0, Vocabulary.LONGEST_TEXT);
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replace('-', '_');
    }

    /// Only what nobody has said; a risk also when it is higher than that which was said.
    private static void add(String name, String word, String source, Map<String, String> facts,
            Map<String, String> sources) {
        String before = facts.get(name);
        if (before == null || (name.equals(RISK) && risk(word) > risk(before))) {
            facts.put(name, word);
            sources.put(name, source);
        }
    }

    /// A word that is none of ours is not lower than anything: it is left as the caller wrote it.
    private static int risk(String word) {
        int rank = Vocabulary.words(RISK).indexOf(plain(word));
        return rank < 0 ? Risk.values().length : rank;
    }

    private static Crisis joined(Crisis before, Assessor.Findings found, String source) {
        CrisisLevel level = CrisisLevel.valueOf(found.crisis().name());
        if (level == CrisisLevel.NONE) {
            return before;
        }
        Set<CrisisType> types = EnumSet.noneOf(CrisisType.class);
        types.addAll(before.types());
        found.about().forEach(about -> types.add(CrisisType.valueOf(plain(about).toUpperCase(Locale.ROOT))));
        List<String> signs = new ArrayList<>(before.signs());
        signs.add(source);
        boolean graver = !before.level().atLeast(level);
        return new Crisis(graver ? level : before.level(), types, signs, graver ? source : before.by());
    }
}
