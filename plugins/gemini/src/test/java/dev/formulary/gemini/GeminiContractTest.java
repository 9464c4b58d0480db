package dev.formulary.gemini;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

class GeminiContractTest extends ProviderContract {
    private final List<VendorServer> vendors = new ArrayList<>();

    private Provider ask(VendorServer vendor, HttpTransport transport) throws ProviderException {
        vendors.add(vendor);
        return new GeminiFactory().create(new TestContext("gemini",
                Map.of("base-url", vendor.baseUrl(), "api-key", GeminiCase.KEY), transport));
    }

    @AfterAll
    void closeVendors() {
        vendors.forEach(VendorServer::close);
    }

    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        return ask(GeminiCase.vendor(), transport);
    }

    @Override
    protected Provider createEndless(HttpTransport transport) throws ProviderException {
        String frame = GeminiCase.recorded("text").frames().getFirst();
        return ask(VendorServer.bare().always(GeminiCase.STREAM,
                VendorReply.events(VendorReply.Ending.STALL, frame, frame)), transport);
    }

    @Override
    protected Provider createSilent(HttpTransport transport) throws ProviderException {
        return ask(VendorServer.bare().always(GeminiCase.WHOLE, VendorReply.hang()), transport);
    }

    @Override
    protected String model() {
        return GeminiCase.MODEL;
    }

    @Override
    protected String embeddingModel() {
        return GeminiCase.EMBEDDING_MODEL;
    }
}
