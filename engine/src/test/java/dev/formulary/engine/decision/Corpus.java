package dev.formulary.engine.decision;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/// The rule files of the test resources, and what hostile ones try to do: set a property, create a file.
final class Corpus {
    /// Hostile rules set it when they run.
    static final String CANARY = "formulary.canary";
    private static final Path CANARY_FILE = Path.of("canary");

    private Corpus() {}

    /// @param name of the file
    record Entry(String name, String text) {
        /// The first line: what is expected.
        String expectation() {
            return text.lines().findFirst().orElse("").replaceFirst("^// ", "");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// @param folder `hostile` or `benign`
    static List<Entry> of(String folder) {
        try (Stream<Path> files = Files
                .list(Path.of(Objects.requireNonNull(Corpus.class.getResource(folder)).toURI()))) {
            var entries = new ArrayList<Entry>();
            for (Path file : files.sorted().toList()) {
                entries.add(new Entry(file.getFileName().toString(), Files.readString(file)));
            }
            return entries;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static List<Problem> problems(RuleSource source) {
        return new RuleCompiler(new CompiledStore(null)).compile(List.of(source)).problems();
    }

    /// Lets rules that passed decide, which must end.
    static Findings run(RuleSource source, Map<String, byte[]> classes) {
        var file = new CompiledFile("", SyntaxGate.look(source).rules(), Vocabulary.FACT_NAMES,
                Vocabulary.FACT_NAMES, classes);
        var ruleSet = new RuleSet("", List.of(new RuleBase.Part(source.file(), file, Engine.model(file), source)));
        return ruleSet.deliberate(Rules.question(Rules.candidate("home/a"), Rules.candidate("cloud/b")),
                Rehearsal.BOUNDS, true);
    }

    /// Whether forbidden code has run, since it was asked the last time.
    static boolean canarySang() {
        boolean sang = System.clearProperty(CANARY) != null;
        try {
            return Files.deleteIfExists(CANARY_FILE) || sang;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
