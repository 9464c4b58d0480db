package dev.formulary.ollama;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;

class OllamaContractTest extends ProviderContract {
    private static final String CHAT = "/api/chat";
    private static final String MODEL = "llama-test:latest";

    private final VendorServer vendor = VendorServer.ollama().always(CHAT, (request, wire) -> {
        VendorReply reply = request.text().contains(MODEL)
                ? VendorReply.ollama("Hello", " you.")
                : VendorReply.json(404, "{\"error\":\"model 'x' not found\"}");
        reply.write(request, wire);
    });
    private final VendorServer endless = VendorServer.ollama().always(CHAT,
            VendorReply.lines(VendorReply.Ending.STALL, "{\"message\":{\"content\":\"Well\"},\"done\":false}"));
    private final VendorServer silent = VendorServer.ollama().always(CHAT, VendorReply.hang());

    @AfterAll
    void closeVendors() {
        vendor.close();
        endless.close();
        silent.close();
    }

    private static Provider at(VendorServer server, HttpTransport transport) throws ProviderException {
        return new OllamaFactory().create(new TestContext("home", Map.of("base-url", server.baseUrl()), transport));
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
        return MODEL;
    }

    @Override
    protected String embeddingModel() {
        return MODEL;
    }
}
