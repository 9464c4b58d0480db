package dev.formulary.engine.decision;

import java.nio.charset.StandardCharsets;

/// One rule file as its author wrote it.
///
/// @param file relative to the rules folder, with slashes
/// @param text what stands in it
/// @param sha SHA-256 of path and text, in hexadecimal
record RuleSource(String file, Kind kind, String text, String sha) {

    static RuleSource of(String file, Kind kind, String text) {
        // some editors put a mark in front that says nothing in UTF-8
        String rules = text.startsWith("\ufeff") ? text.substring(1) : text;
        return new RuleSource(file, kind, rules, Digest.of(file, rules));
    }

    /// Every file is a package of its own, so that it can be compiled alone. The hash keeps `a-b` and `a_b` apart.
    String packageName() {
        String stem = file.substring(0, file.length() - ".drl".length());
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
