package dev.formulary.engine.broker;

import java.io.IOException;

/// A broker that serves until it is closed.
public interface LocalBroker extends AutoCloseable {
    /// Ends all connections and writes down what is to last.
    @Override
    void close();

    /// What the JARs of a broker have to bring, as a service.
    interface Maker {
        /// Starts a broker and waits until it listens.
        ///
        /// @throws IOException when it can't start, saying what is wrong
        LocalBroker start(BrokerTerms terms) throws IOException;
    }
}
