package dev.formulary.broker;

import dev.formulary.engine.broker.BrokerTerms;
import dev.formulary.engine.broker.LocalBroker;
import java.io.IOException;

/// How the engine finds this broker.
public final class ArtemisMaker implements LocalBroker.Maker {
    @Override
    public LocalBroker start(BrokerTerms terms) throws IOException {
        return new ArtemisBroker(terms);
    }
}
