package dev.formulary.engine.facts;

/// How soon a call must be served; `X-Formulary-Priority`. From the most to the least urgent.
public enum Priority {
    URGENT, INTERACTIVE, NORMAL, BATCH
}
