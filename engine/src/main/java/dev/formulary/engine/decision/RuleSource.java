package dev.formulary.engine.decision;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// One rule file as its author wrote it, or the rules that a decision table says.
///
/// @param file relative to the rules folder, with slashes
/// @param text what stands in it; for a table the rules of its rows, each on the line of its row
/// @param sha SHA-256 of path and text, in hexadecimal
/// @param warnings what its author should know and what does not refuse it
record RuleSource(String file, Kind kind, String text, String sha, List<Problem> warnings) {
    RuleSource {
        warnings = List.copyOf(warnings);
    }

    static RuleSource of(String file, Kind kind, String text) {
        // some editors put a mark in front that says nothing in UTF-8
        String rules = text.startsWith("\ufeff") ? text.substring(1) : text;
        return new RuleSource(file, kind, rules, Digest.of(file, rules), List.of());
    }

    static RuleSource table(String file, Kind kind, String text, List<Problem> warnings) {
        return new RuleSource(file, kind, text, Digest.of(file, text), warnings);
    }

    /// The lines that its author wrote; none when the text was made of a table, of which only the line is right.
    List<String> lines() {
        return Tables.table(file) ? List.of() : text.lines().toList();
    }

    /// Every file is a package of its own, so that it can be compiled alone. The hash keeps `a-b` and `a_b` apart.
    String packageName() {
        String stem = file.substring(0, file.lastIndexOf('.'));
        return Vocabulary.RULES + stem.replaceAll("\\W", "_") + "_" + Digest.of(file).substring(0, 8);
    }

    /// What the compiler reads: the header stands on the author's first line, so that line numbers stay right.
    String drl() {
        return header() + text;
    }

    String header() {
        return Vocabulary.header(packageName());
    }

    /// Where the compiler expects the file.
    String path() {
        return "src/main/resources/" + packageName().replace('.', '/') + "/rules.drl";
    }

    int bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
