package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What lies in the rules folder: rules under the four kinds, scenarios under `scenarios/`.
final class RuleFolder {
    private static final int DEPTH = 6;
    private static final int FILES = 2_000;
    private static final String SCENARIOS = "scenarios/";

    private final Path folder;

    RuleFolder(Path folder) {
        this.folder = folder;
    }

    /// What tells cheaply whether a file is as it was.
    record Stamp(long size, FileTime modified, @Nullable Object key) {}

    /// A file's text, or why there is none.
    private sealed interface Text {
        record Read(String text) implements Text {}

        record Unreadable(Problem problem) implements Text {}
    }

    /// Scenarios as their author wrote them.
    record ScenarioSource(String file, String text) {}

    /// @param hash of all files
    record Contents(String hash, List<RuleSource> rules, List<ScenarioSource> scenarios, List<Problem> problems) {}

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
        boolean rules = name.endsWith(".drl");
        boolean scenarios = name.startsWith(SCENARIOS) && (name.endsWith(".yaml") || name.endsWith(".yml"));
        return (rules || scenarios) && Files.isRegularFile(path);
    }

    /// Reads those files. One that has gone in the meantime is left out; the stamps have changed then.
    Contents read(Map<String, Stamp> stamps) {
        var rules = new ArrayList<RuleSource>();
        var scenarios = new ArrayList<ScenarioSource>();
        var problems = new ArrayList<Problem>();
        var hashed = new ArrayList<String>();
        if (stamps.size() > FILES) {
            problems.add(Problem.of("", "the rules folder may have " + FILES + " files, it has more"));
        }
        for (Map.Entry<String, Stamp> entry : stamps.entrySet()) {
            String file = entry.getKey();
            switch (text(file, entry.getValue())) {
                case Text.Unreadable(Problem problem) -> problems.add(problem);
                case Text.Read(String text) -> {
                    hashed.add(file);
                    hashed.add(text);
                    if (file.endsWith(".drl")) {
                        Kind.of(file).ifPresentOrElse(kind -> rules.add(RuleSource.of(file, kind, text)),
                                () -> problems.add(Problem.of(file,
                                        "a rule file belongs into one of the folders context, cost, load and alert")));
                    } else {
                        scenarios.add(new ScenarioSource(file, text));
                    }
                }
            }
        }
        if (rules.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.of("", "there are no rules in the rules folder"));
        }
        return new Contents(Digest.of(hashed.toArray(String[]::new)), rules, scenarios, problems);
    }

    private Text text(String file, Stamp stamp) {
        if (stamp.size() > SyntaxGate.FILE_LIMIT) {
            return new Text.Unreadable(Problem.of(file,
                    "a file may have " + SyntaxGate.FILE_LIMIT / 1024 + " KiB, split it"));
        }
        try {
            return new Text.Read(Files.readString(folder.resolve(file)));
        } catch (CharacterCodingException e) {
            return new Text.Unreadable(Problem.of(file, "the file is not UTF-8"));
        } catch (IOException e) {
            return new Text.Unreadable(Problem.of(file, "the file can't be read: " + e));
        }
    }
}
