package dev.formulary.engine.decision;

/// What is known about a rule when it fires.
///
/// @param id from `@id`, unique in a set
/// @param name what stands behind `rule`, unique in a file
/// @param owner from `@owner`, may be empty
/// @param reason from `@reason`
/// @param file relative to the rules folder
/// @param line where the rule begins
record RuleInfo(String id, String name, String owner, String reason, Kind kind, String file, int line) {}
