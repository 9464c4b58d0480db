package dev.formulary.engine.boot;

import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.context.Lexicon;
import dev.formulary.engine.context.OwnWords;
import dev.formulary.engine.decision.Companion;
import dev.formulary.engine.decision.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets the lexicon of the crisis screen be checked with the rules and take effect with them. A rules folder without a
/// lexicon is refused: the screen is switched off by configuration and by nothing else.
final class LexiconCompanion implements Companion {
    private static final Logger LOG = LoggerFactory.getLogger(LexiconCompanion.class);
    private static final String FOLDER = "lexicon/";

    private final CrisisScreen screen;
    private final boolean required;
    private volatile @Nullable Last last;

    private LexiconCompanion(CrisisScreen screen, boolean required) {
        this.screen = screen;
        this.required = required;
    }

    /// For a gateway that serves; nothing when its screen is off.
    static List<Companion> of(CrisisScreen screen) {
        return screen.enabled() ? List.of(new LexiconCompanion(screen, true)) : List.of();
    }

    /// For looking at folders, among them such as have a part of a rule set only.
    static List<Companion> checking() {
        return Stream.concat(Stream.<Companion>of(new LexiconCompanion(new CrisisScreen(false), false)),
                WordsCompanion.checking()).toList();
    }

    @Override
    public Prepared prepare(Map<String, byte[]> files) {
        if (!required && files.keySet().stream().noneMatch(LexiconCompanion::lexicon)) {
            return new Prepared(List.of(), () -> {});
        }
        Lexicon.Read read = read(files);
        return new Prepared(read.problems().stream().map(problem -> new Problem(problem.file(), problem.line(),
                problem.column(), "", problem.message())).toList(), () -> use(read.lexicon()));
    }

    /// A rule is edited more often than the lexicon, which takes longer to read.
    private Lexicon.Read read(Map<String, byte[]> files) {
        Map<String, byte[]> words = new TreeMap<>(files);
        words.keySet().removeIf(file -> !lexicon(file));
        Last before = last;
        if (before != null && before.same(words)) {
            return before.read();
        }
        Lexicon.Read read = Lexicon.of(files);
        last = new Last(words, read);
        return read;
    }

    /// What was read last, and from what.
    private record Last(Map<String, byte[]> files, Lexicon.Read read) {
        boolean same(Map<String, byte[]> others) {
            return files.keySet().equals(others.keySet())
                    && files.keySet().stream().allMatch(file -> Arrays.equals(files.get(file), others.get(file)));
        }
    }

    private static boolean lexicon(String file) {
        return file.startsWith(FOLDER) && !file.equals(OwnWords.FILE);
    }

    private void use(Lexicon lexicon) {
        screen.use(lexicon);
        LOG.info("lexicon in use hash={} entries={}", lexicon.hash(), lexicon.entries());
    }
}
