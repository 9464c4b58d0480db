package dev.formulary.openai;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ServedProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;

class OpenAiContractTest extends ServedProviderContract {
    private static final String CHAT = "/v1/chat/completions";

    OpenAiContractTest() {
        super(VendorServer.openai().always(CHAT, (request, wire) -> {
            VendorReply reply = request.text().contains("gpt-test")
                    ? VendorReply.openai("Hello", " you.")
                    : VendorReply.json(404, "{\"error\":{\"message\":\"no such model\",\"code\":\"model_not_found\"}}");
            reply.write(request, wire);
        }), VendorServer.openai().always(CHAT,
                VendorReply.events(VendorReply.Ending.STALL, "{\"choices\":[{\"delta\":{\"content\":\"Well\"}}]}")),
                VendorServer.openai().always(CHAT, VendorReply.hang()));
    }

    @Override
    protected Provider at(String baseUrl, HttpTransport transport) throws ProviderException {
        return new OpenAiFactory().create(new TestContext("cloud", Map.of("base-url", baseUrl), transport));
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
