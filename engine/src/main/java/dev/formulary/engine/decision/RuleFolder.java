package dev.formulary.engine.decision;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
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
    /// Files and folders, read or not: all of them are walked through each time somebody looks.
    private static final int ENTRIES = 20_000;
    /// Files of which it is told that nothing reads them.
    private static final int STRAYS = 50;
    private static final byte[] TOO_LARGE = new byte[SyntaxGate.FILE_LIMIT + 1];
    private static final Duration SETTLED = Duration.ofMillis(30);
    private static final String SCENARIOS = "scenarios/";
    private static final String LEXICON = "lexicon/";
    private static final String MANIFEST = "manifest.yaml";

    private final Path folder;

    RuleFolder(Path folder) {
        this.folder = folder;
    }

    /// What tells cheaply whether a file is as it was.
    record Stamp(long size, FileTime modified, @Nullable Object key) {}

    /// What lies in the folder, without having looked into it.
    ///
    /// @param stamps of the files that matter, by path relative to the folder
    /// @param problems files that are refused for what they are
    /// @param warnings files that nothing reads, though somebody may think so
    record Survey(Map<String, Stamp> stamps, List<Problem> problems, List<Problem> warnings) {

        /// Whether a file was written so lately that it may not be complete.
        boolean unsettled(Instant now) {
            return stamps.values().stream().map(stamp -> stamp.modified().toInstant())
                    .anyMatch(modified -> !modified.isAfter(now) && modified.isAfter(now.minus(SETTLED)));
        }
    }

    /// What stands in a file, or why it can't be told.
    private sealed interface Bytes {
        record Read(byte[] bytes) implements Bytes {}

        record Unreadable(Problem problem) implements Bytes {}
    }

    /// Scenarios as their author wrote them.
    record ScenarioSource(String file, String text) {}

    /// @param hash of all files
    /// @param files all files as they are, by path relative to the folder
    /// @param warnings what does not keep the folder from serving
    record Contents(String hash, Map<String, byte[]> files, List<RuleSource> rules, List<ScenarioSource> scenarios,
            List<Problem> problems, List<Problem> warnings) {}

    /// Looks at names and sizes only.
    Survey survey() throws IOException {
        var stamps = new TreeMap<String, Stamp>();
        var problems = new ArrayList<Problem>();
        var warnings = new ArrayList<Problem>();
        if (!Files.isDirectory(folder)) {
            return new Survey(stamps, problems, warnings);
        }
        Path real = folder.toRealPath();
        int entries = 0;
        try (Stream<Path> all = Files.walk(real, DEPTH)) {
            for (Path path : (Iterable<Path>) all.limit(ENTRIES + 1L)::iterator) {
                String name = real.relativize(path).toString().replace('\\', '/');
                if (!name.isEmpty() && !name.startsWith(".") && !name.contains("/.") && stamps.size() <= FILES) {
                    entry(real, path, name, stamps, problems, warnings);
                }
                entries++;
            }
        }
        if (entries > ENTRIES) {
            problems.add(Problem.of("", "the rules folder may hold " + ENTRIES + " files and folders in all, it holds "
                    + "more; is it the right one?"));
        }
        return new Survey(stamps, problems, warnings.stream().sorted(Comparator.comparing(Problem::file))
                .limit(STRAYS).toList());
    }

    private static void entry(Path real, Path path, String name, Map<String, Stamp> stamps, List<Problem> problems,
            List<Problem> warnings) throws IOException {
        boolean link = Files.isSymbolicLink(path);
        if (Files.isDirectory(path)) {
            if (link) {
                warnings.add(stray(name, "the folder is a link, and nothing reads what lies behind it; "
                        + "put the files themselves here"));
            }
        } else if (!matters(name)) {
            StrayFiles.of(name).ifPresent(message -> warnings.add(stray(name, message)));
        } else if (!Files.isRegularFile(path)) {
            warnings.add(stray(name, link
                    ? "the link leads to no file that can be read"
                    : "this is no file that can be read, but a pipe or a device"));
        } else if (link && !path.toRealPath().startsWith(real)) {
            problems.add(Problem.of(name, "the link leads out of the rules folder; put the file itself here"));
        } else {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            stamps.put(name, new Stamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()));
        }
    }

    private static Problem stray(String file, String message) {
        return Problem.of(file, message).coded("unread-file");
    }

    /// Whether a file of that name is read.
    private static boolean matters(String name) {
        // what lies deeper in another folder is not in the wrong place, it is something else, a copy that a build made
        boolean rules = name.endsWith(".drl")
                && (Kind.of(name).isPresent() || name.indexOf('/') == name.lastIndexOf('/'));
        boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
        boolean lexicon = name.startsWith(LEXICON) && (yaml || name.endsWith(".csv"));
        return rules || table(name) || lexicon || name.equals(MANIFEST) || scenarios(name);
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
    Contents read(Survey survey) {
        var files = new TreeMap<String, byte[]>();
        var problems = new ArrayList<>(survey.problems());
        if (survey.stamps().size() > FILES) {
            problems.add(Problem.of("", "the rules folder may have " + FILES + " files, it has more"));
            return new Contents(Digest.of(survey.stamps().toString()), Map.of(), List.of(), List.of(), problems,
                    survey.warnings());
        }
        survey.stamps().forEach((file, stamp) -> {
            switch (bytes(file, stamp)) {
                case Bytes.Unreadable(Problem problem) -> problems.add(problem);
                case Bytes.Read(byte[] bytes) -> files.put(file, bytes);
            }
        });
        Contents contents = contents(files, problems);
        return new Contents(contents.hash(), contents.files(), contents.rules(), contents.scenarios(),
                contents.problems(), survey.warnings());
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
        return new Contents(Digest.of(files), Collections.unmodifiableMap(files), rules, scenarios, problems,
                List.of());
    }

    private static void rule(String file, String text, List<RuleSource> rules, List<Problem> problems) {
        Kind.of(file).ifPresentOrElse(kind -> rules.add(RuleSource.of(file, kind, text)),
                () -> problems
                        .add(Problem.of(file, "a rule file belongs into one of the folders context, cost, load and "
                                + "alert; " + StrayFiles.of(file).orElse(""))));
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
        try {
            byte[] bytes = stamp.size() > SyntaxGate.FILE_LIMIT ? TOO_LARGE : start(folder.resolve(file));
            return bytes.length > SyntaxGate.FILE_LIMIT
                    ? new Bytes.Unreadable(Problem.of(file,
                            "a file may have " + SyntaxGate.FILE_LIMIT / 1024 + " KiB, split it"))
                    : new Bytes.Read(bytes);
        } catch (IOException e) {
            return new Bytes.Unreadable(Problem.of(file, "the file can't be read: " + e));
        }
    }

    /// What a file tells of its size need not be so.
    private static byte[] start(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return in.readNBytes(TOO_LARGE.length);
        }
    }
}
