package dev.formulary.engine.facts;

/// How bad it is, in rising order.
public enum Severity {
    INFO, WARNING, CRITICAL, EMERGENCY
}
