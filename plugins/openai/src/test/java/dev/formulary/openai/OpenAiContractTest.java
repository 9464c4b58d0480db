package dev.formulary.openai;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

class OpenAiContractTest extends ProviderContract {
    private static final String CHAT = "/v1/chat/completions";

    private final VendorServer vendor = VendorServer.openai().always(CHAT, (request, wire) -> {
        VendorReply reply = request.text().contains("gpt-test")
                ? VendorReply.openai("Hello", " you.")
                : VendorReply.json(404, "{\"error\":{\"message\":\"no such model\",\"code\":\"model_not_found\"}}");
        reply.write(request, wire);
    });
    private final VendorServer endless = VendorServer.openai().always(CHAT,
            VendorReply.events(VendorReply.Ending.STALL, "{\"choices\":[{\"delta\":{\"content\":\"Well\"}}]}"));
    private final VendorServer silent = VendorServer.openai().always(CHAT, VendorReply.hang());

    @AfterAll
    void closeVendors() {
        vendor.close();
        endless.close();
        silent.close();
    }

    private static Provider at(VendorServer server, HttpTransport transport) throws ProviderException {
        return new OpenAiFactory().create(new TestContext("cloud", Map.of("base-url", server.baseUrl()), transport));
    }

    @Override
    protected Provider create(HttpTransport transport) throws ProviderException {
        return at(vendor, transport);
    }

    @Override
    protected Provider createEndless(HttpTransport transport) throws ProviderException {
        return at(endless, transport);
    }

    @Override
    protected Provider createSilent(HttpTransport transport) throws ProviderException {
        return at(silent, transport);
    }

    @Override
    protected String model() {
        return "gpt-test";
    }

    @Override
    protected String embeddingModel() {
        return "text-embed-test";
    }
}
