package dev.formulary.engine.decision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The files of a rule set, whether it is in order or not.
///
/// @param name what its reader calls it
/// @param hash content hash of the files, in hexadecimal
/// @param files by path relative to the rules folder
public record RuleFiles(String name, String hash, Map<String, byte[]> files) {

    /// @param files by path relative to the rules folder
    public RuleFiles(String name, Map<String, byte[]> files) {
        this(name, Digest.of(files), new TreeMap<>(files));
    }

    /// Those of a folder that belong to a rule set.
    ///
    /// @throws IOException when one can't be read; the message says which
    public static RuleFiles of(Path folder) throws IOException {
        var rules = new RuleFolder(folder);
        RuleFolder.Survey survey = rules.survey();
        RuleFolder.Contents contents = rules.read(survey);
        for (String file : survey.stamps().keySet()) {
            if (!contents.files().containsKey(file)) {
                throw new IOException(contents.problems().stream().filter(problem -> problem.file().equals(file))
                        .findFirst().map(Problem::toString).orElse(file + ": the file can't be read"));
            }
        }
        return new RuleFiles(folder.toString(), contents.hash(), contents.files());
    }
}
