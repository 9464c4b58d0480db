package dev.formulary.engine.facts;

/// What a call's content consists of.
public enum Modality {
    TEXT, IMAGE, AUDIO, FILE
}
