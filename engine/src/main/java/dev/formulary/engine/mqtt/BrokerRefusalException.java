package dev.formulary.engine.mqtt;

/// The broker does not take a message, and would not take it another time.
public final class BrokerRefusalException extends Exception {
    private static final long serialVersionUID = 1L;

    BrokerRefusalException(String why, Throwable cause) {
        super(why, cause);
    }
}
