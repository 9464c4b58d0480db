package dev.formulary.testkit;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;

/// The contract of a provider that asks a server over HTTP: say how each of three servers behaves and how the provider is made.
/// It closes the servers.
public abstract class ServedProviderContract extends ProviderContract {
    private final VendorServer answering;
    private final VendorServer endless;
    private final VendorServer silent;

    /// @param answering answers at once, and knows one model
    /// @param endless begins each stream and then goes on for five seconds or more
    /// @param silent takes a request and never answers
    protected ServedProviderContract(VendorServer answering, VendorServer endless, VendorServer silent) {
        this.answering = answering;
        this.endless = endless;
        this.silent = silent;
    }

    /// Makes a provider that asks the server at that address.
    ///
    /// @throws ProviderException when it can't be made; the test fails
    protected abstract Provider at(String baseUrl, HttpTransport transport) throws ProviderException;

    @AfterAll
    void closeVendors() {
        List.of(answering, endless, silent).forEach(VendorServer::close);
    }

    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        return at(answering.baseUrl(), transport);
    }

    @Override
    protected Provider createEndless(HttpTransport transport) throws ProviderException {
        return at(endless.baseUrl(), transport);
    }

    @Override
    protected Provider createSilent(HttpTransport transport) throws ProviderException {
        return at(silent.baseUrl(), transport);
    }
}
