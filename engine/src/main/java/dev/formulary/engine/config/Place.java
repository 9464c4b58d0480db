package dev.formulary.engine.config;

/// A place in the file, both counted from 1.
record Place(int line, int column) {
    static final Place START = new Place(1, 1);
}
