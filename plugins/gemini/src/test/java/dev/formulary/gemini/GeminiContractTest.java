package dev.formulary.gemini;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ServedProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;

class GeminiContractTest extends ServedProviderContract {
    private static final String FRAME = GeminiCase.recorded("text").frames().getFirst();

    GeminiContractTest() {
        super(GeminiCase.vendor(),
                VendorServer.bare().always(GeminiCase.STREAM,
                        VendorReply.events(VendorReply.Ending.STALL, FRAME, FRAME)),
                VendorServer.bare().always(GeminiCase.WHOLE, VendorReply.hang()));
    }

    @Override
    protected Provider at(String baseUrl, HttpTransport transport) throws ProviderException {
        return new GeminiFactory().create(new TestContext("gemini",
                Map.of("base-url", baseUrl, "api-key", GeminiCase.KEY), transport));
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
