package dev.formulary.engine.decision;

import dev.formulary.engine.config.Nearest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Tells of a file in the rules folder that nothing reads where it would be read. Notes and pictures that lie beside the
/// rules, hidden files, and what builds leave are meant to lie there.
final class StrayFiles {
    private static final Pattern RULES = Pattern
            .compile("(.+?)\\.(drl|csv|xlsx|xls|ods|ya?ml)(\\.txt)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern QUIET = Pattern.compile(
            ".*(\\.(md|adoc|txt|svg|png|jpe?g|gif|pdf|html|bak|orig|rej|tmp|part|swp)|~|/~\\$[^/]*)|(.*/)?licen[cs]e",
            Pattern.CASE_INSENSITIVE);
    /// Folders of projects whose rules are one part of them.
    private static final Set<String> BUILDS = Set.of("target", "build", "src", "out", "node_modules");
    /// What models are graded by; it is no part of what decides.
    private static final String GRADING = "grading";
    private static final List<String> KINDS = Arrays.stream(Kind.values()).map(Kind::folder).toList();
    private static final List<String> FOLDERS = Stream
            .concat(KINDS.stream(), Stream.of("scenarios", "lexicon", GRADING))
            .toList();

    private StrayFiles() {}

    /// What to tell about a file that nothing reads; nothing when that is as it should be.
    ///
    /// @param name relative to the rules folder, with slashes
    static Optional<String> of(String name) {
        int slash = name.indexOf('/');
        String top = slash < 0 ? "" : name.substring(0, slash);
        Matcher file = RULES.matcher(name.substring(name.lastIndexOf('/') + 1));
        if (BUILDS.contains(top) || (top.equals(GRADING) && name.endsWith(".yaml"))) {
            return Optional.empty();
        }
        if (!file.matches()) {
            return FOLDERS.contains(top) && !QUIET.matcher(name).matches()
                    ? Optional.of("nothing reads this file; " + (KINDS.contains(top)
                            ? "rules end in .drl, tables in .csv or .xlsx, scenarios beside them in .scenarios.yaml"
                            : "the files of " + top + "/ end in " + (top.equals("lexicon") ? ".csv" : ".yaml")))
                    : Optional.empty();
        }
        return name.contains("/~$") ? Optional.empty() : Optional.of("nothing reads this file; " + right(top, file));
    }

    private static String right(String top, Matcher file) {
        String stem = file.group(1);
        String ending = file.group(2).toLowerCase(Locale.ROOT).replace("yml", "yaml");
        if (ending.equals("xls") || ending.equals("ods")) {
            return "save it as " + folder(top, KINDS) + stem + ".xlsx or .csv";
        }
        if (!ending.equals("yaml")) {
            return "rename it to " + folder(top, top.startsWith("lex") ? FOLDERS : KINDS) + stem + "." + ending;
        }
        if (stem.equalsIgnoreCase("manifest")) {
            return "rename it to manifest.yaml";
        }
        boolean beside = KINDS.contains(top);
        return "rename it to scenarios/" + stem + ".yaml" + (beside
                ? " or " + top + "/" + stem.replaceFirst("[._-]?scenarios?$", "") + ".scenarios.yaml"
                : "");
    }

    /// The folder that is meant, with a slash.
    private static String folder(String top, List<String> folders) {
        String nearest = Nearest.to(top, folders);
        return nearest == null || top.isEmpty()
                ? "one of the folders " + String.join(", ", KINDS) + ", for example " + KINDS.get(1) + "/"
                : nearest + "/";
    }
}
