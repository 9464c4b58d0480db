package dev.formulary.engine.schema;

/// A schema that answers can't be checked against; the message says why, for its author.
public final class InvalidSchemaException extends Exception {
    InvalidSchemaException(String message) {
        super(message, null, false, false);
    }
}
