package dev.formulary.engine.facts;

/// An alert that a rule asks for.
///
/// @param rule the rule's id
/// @param code which alert
/// @param message what happened
public record Notice(String rule, Severity severity, String code, String message) {}
