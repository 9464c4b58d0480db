package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What lies in the rules folder: rules and decision tables under the four kinds, scenarios under `scenarios/` or beside the
/// rules in `*.scenarios.yaml`, word lists under `lexicon/`, and a manifest.
final class RuleFolder {
    private static final int DEPTH = 6;
    private static final int FILES = 2_000;
    private static final String SCENARIOS = "scenarios/";
    private static final String LEXICON = "lexicon/";
    private static final String MANIFEST = "manifest.yaml";

    private final Path folder;

    RuleFolder(Path folder) {
        this.folder = folder;
    }

    /// What tells cheaply whether a file is as it was.
    record Stamp(long size, FileTime modified, @Nullable Object key) {}

    /// What stands in a file, or why it can't be told.
    private sealed interface Bytes {
        record Read(byte[] bytes) implements Bytes {}

        record Unreadable(Problem problem) implements Bytes {}
    }

    /// Scenarios as their author wrote them.
    record ScenarioSource(String file, String text) {}

    /// @param hash of all files
    /// @param files all files as they are, by path relative to the folder
    record Contents(String hash, Map<String, byte[]> files, List<RuleSource> rules, List<ScenarioSource> scenarios,
            List<Problem> problems) {}

    /// The files that matter, by path relative to the folder.
    Map<String, Stamp> stamps() throws IOException {
        var stamps = new TreeMap<String, Stamp>();
        if (!Files.isDirectory(folder)) {
            return stamps;
        }
        try (Stream<Path> all = Files.walk(folder, DEPTH)) {
            for (Path path : (Iterable<Path>) all.filter(this::matters).limit(FILES + 1L)::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                stamps.put(name(path), new Stamp(attributes.size(), attributes.lastModifiedTime(),
                        attributes.fileKey()));
            }
        }
        return stamps;
    }

    private String name(Path path) {
        return folder.relativize(path).toString().replace('\\', '/');
    }

    private boolean matters(Path path) {
        String name = name(path);
        if (name.startsWith(".") || name.contains("/.")) {
            return false;
        }
        // what lies deeper in another folder is not in the wrong place, it is something else, a copy that a build made
        boolean rules = name.endsWith(".drl")
                && (Kind.of(name).isPresent() || name.indexOf('/') == name.lastIndexOf('/'));
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        boolean lexicon = name.startsWith(LEXICON) && (yaml || name.endsWith(".csv"));
        return (rules || table(name) || lexicon || name.equals(MANIFEST) || scenarios(name))
                && Files.isRegularFile(path);
    }

    /// A spreadsheet that is open in an office program has a file of its own beside it.
    private static boolean table(String name) {
        return Tables.table(name) && Kind.of(name).isPresent() && !name.contains("/~$");
    }

    private static boolean scenarios(String file) {
        boolean yaml = file.endsWith(".yaml") || file.endsWith(".yml");
        String stem = yaml ? file.substring(0, file.lastIndexOf('.')) : "";
        return yaml && (file.startsWith(SCENARIOS) || (stem.endsWith(".scenarios") && Kind.of(file).isPresent()));
    }

    /// Reads those files. One that has gone in the meantime is left out; the stamps have changed then.
    Contents read(Map<String, Stamp> stamps) {
        var files = new TreeMap<String, byte[]>();
        var problems = new ArrayList<Problem>();
        if (stamps.size() > FILES) {
            problems.add(Problem.of("", "the rules folder may have " + FILES + " files, it has more"));
        }
        stamps.forEach((file, stamp) -> {
            switch (bytes(file, stamp)) {
                case Bytes.Unreadable(Problem problem) -> problems.add(problem);
                case Bytes.Read(byte[] bytes) -> files.put(file, bytes);
            }
        });
        return contents(files, problems);
    }

    /// Sorts files by what they are.
    ///
    /// @param files by path relative to the folder
    /// @param problems found so far
    static Contents contents(Map<String, byte[]> files, List<Problem> problems) {
        var rules = new ArrayList<RuleSource>();
        var scenarios = new ArrayList<ScenarioSource>();
        files.forEach((file, bytes) -> {
            if (file.endsWith(".drl")) {
                text(file, bytes, problems).ifPresent(text -> rule(file, text, rules, problems));
            } else if (table(file)) {
                Kind.of(file).flatMap(kind -> Tables.read(file, kind, bytes, problems)).ifPresent(rules::add);
            } else if (scenarios(file)) {
                text(file, bytes, problems).ifPresent(text -> scenarios.add(new ScenarioSource(file, text)));
            }
        });
        if (rules.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.of("", "there are no rules in the rules folder"));
        }
        return new Contents(Digest.of(files), Collections.unmodifiableMap(files), rules, scenarios, problems);
    }

    private static void rule(String file, String text, List<RuleSource> rules, List<Problem> problems) {
        Kind.of(file).ifPresentOrElse(kind -> rules.add(RuleSource.of(file, kind, text)),
                () -> problems.add(Problem.of(file,
                        "a rule file belongs into one of the folders context, cost, load and alert")));
    }

    private static Optional<String> text(String file, byte[] bytes, List<Problem> problems) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
        } catch (CharacterCodingException e) {
            problems.add(Problem.of(file, "the file is not UTF-8"));
            return Optional.empty();
        }
    }

    private Bytes bytes(String file, Stamp stamp) {
        if (stamp.size() > SyntaxGate.FILE_LIMIT) {
            return new Bytes.Unreadable(Problem.of(file,
                    "a file may have " + SyntaxGate.FILE_LIMIT / 1024 + " KiB, split it"));
        }
        try {
            return new Bytes.Read(Files.readAllBytes(folder.resolve(file)));
        } catch (IOException e) {
            return new Bytes.Unreadable(Problem.of(file, "the file can't be read: " + e));
        }
    }
}
