package dev.formulary.engine.chores;

/// Home Assistant did not do what it was asked; the message is for whoever set it up.
final class HouseException extends Exception {
    HouseException(String message) {
        super(message, null, false, false);
    }
}
