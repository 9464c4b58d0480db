package dev.formulary.engine.facts;

/// Why a decision is as it is: one thing that one rule said.
///
/// @param rule the rule's id; `engine` for what the gateway itself requires
/// @param verb what was said, for example `forbid`
/// @param subject about what: a model, a label, a parameter with its value; may be empty
/// @param text the rule's reason
/// @param file the rule's file, relative to the rules folder; empty for `engine`
/// @param line the rule's line in it, 0 for `engine`
public record Reason(String rule, String verb, String subject, String text, String file, int line) {}
