package dev.formulary.engine.route;

/// A file of the inbox of which nothing can be answered.
final class BadInput extends Exception {
    private static final long serialVersionUID = 1L;

    private final long line;
    private final int column;

    /// @param line where, from 1; 0 when that has no meaning
    /// @param column where in the line, from 1; 0 when that has no meaning
    BadInput(String message, long line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    long line() {
        return line;
    }

    int column() {
        return column;
    }
}
