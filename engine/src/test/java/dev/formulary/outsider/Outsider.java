package dev.formulary.outsider;

import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.LocalBroker;

/// A broker that says what it sees.
public final class Outsider implements LocalBroker.Maker {
    @Override
    public LocalBroker start(BrokerTerms terms) {
        String sees = sees("io.vertx.core.Vertx") ? "with vertx" : "without vertx";
        return () -> System.setProperty("outsider", "closed, " + sees);
    }

    private static boolean sees(String type) {
        try {
            Class.forName(type, false, Outsider.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
