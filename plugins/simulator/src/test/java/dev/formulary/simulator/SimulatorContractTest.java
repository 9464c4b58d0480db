package dev.formulary.simulator;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestContext;
import java.util.Map;

class SimulatorContractTest extends ProviderContract {
    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        return create(transport, Map.of("first-token-ms", 0, "tokens-per-second", 0));
    }

    @Override
    protected Provider createEndless(HttpTransport transport) throws ProviderException {
        return create(transport, Map.of("first-token-ms", 0, "tokens-per-second", 1));
    }

    @Override
    protected Provider createSilent(HttpTransport transport) throws ProviderException {
        return create(transport, Map.of("error", "hang", "error-rate", 1));
    }

    private static Provider create(HttpTransport transport, Map<String, Object> settings) throws ProviderException {
        return new SimulatorFactory().create(new TestContext("simulator", settings, transport));
    }

    @Override
    protected String model() {
        return "echo-small";
    }

    @Override
    protected String embeddingModel() {
        return "embed";
    }
}
