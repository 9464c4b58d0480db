package dev.formulary.engine.context;

/// Something wrong in the lexicon.
///
/// @param file relative to the rules folder, with slashes
/// @param line from 1, or 0 when the whole file is meant
/// @param column from 1, or 0 when the whole line is meant
/// @param message what is wrong and what would be right
public record LexiconProblem(String file, int line, int column, String message) {}
