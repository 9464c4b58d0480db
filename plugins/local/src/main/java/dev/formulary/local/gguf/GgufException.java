package dev.formulary.local.gguf;

/// A file is no GGUF file, or is cut or damaged. The message is one lower-case sentence without the file's name.
public final class GgufException extends Exception {
    GgufException(String message) {
        super(message);
    }
}
