package dev.formulary.anthropic;

import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.testkit.ServedProviderContract;
import dev.formulary.testkit.TestContext;
import dev.formulary.testkit.VendorReply;
import dev.formulary.testkit.VendorServer;
import java.util.Map;

/// The contract that every provider keeps.
class MessagesContractTest extends ServedProviderContract {
    private static final String MODEL = "claude-test-1";
    private static final String MODELS = "{\"data\":[{\"type\":\"model\",\"id\":\"" + MODEL
            + "\"}],\"has_more\":false}";

    MessagesContractTest() {
        super(VendorServer.bare().always("/v1/models?limit=1000", VendorReply.json(200, MODELS))
                .always("/v1/models?limit=1", VendorReply.json(200, MODELS)).always(MessagesCase.MESSAGES, known()),
                VendorServer.bare().always(MessagesCase.MESSAGES, (_, wire) -> {
                    wire.head("text/event-stream");
                    for (int i = 0; i < 1000; i++) {
                        wire.chunk(
                                "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                                        + "\"text\":\"on \"}}\n\n");
                        wire.pause(10);
                    }
                }), VendorServer.bare().always(MessagesCase.MESSAGES, VendorReply.hang()));
    }

    private static VendorReply known() {
        return (request, wire) -> {
            boolean stream = request.text().contains("\"stream\":true");
            VendorReply reply = request.text().contains(MODEL)
                    ? stream ? MessagesCase.recorded("hello") : MessagesCase.recordedWhole("hello")
                    : VendorReply.json(404,
                            "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"model: x\"}}");
            reply.write(request, wire);
        };
    }

    @Override
    protected Provider at(String baseUrl, HttpTransport transport) throws ProviderException {
        return new AnthropicFactory()
                .create(new TestContext("cloud", Map.of("base-url", baseUrl, "api-key", "k"), transport));
    }

    @Override
    protected String model() {
        return MODEL;
    }
}
