package dev.formulary.ollama;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ServedProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;

class OllamaContractTest extends ServedProviderContract {
    private static final String CHAT = "/api/chat";
    private static final String MODEL = "llama-test:latest";

    OllamaContractTest() {
        super(VendorServer.ollama().always(CHAT, (request, wire) -> {
            VendorReply reply = request.text().contains(MODEL)
                    ? VendorReply.ollama("Hello", " you.")
                    : VendorReply.json(404, "{\"error\":\"model 'x' not found\"}");
            reply.write(request, wire);
        }), VendorServer.ollama().always(CHAT,
                VendorReply.lines(VendorReply.Ending.STALL, "{\"message\":{\"content\":\"Well\"},\"done\":false}")),
                VendorServer.ollama().always(CHAT, VendorReply.hang()));
    }

    @Override
    protected Provider at(String baseUrl, HttpTransport transport) throws ProviderException {
        return new OllamaFactory().create(new TestContext("home", Map.of("base-url", baseUrl), transport));
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
