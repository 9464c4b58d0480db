package dev.formulary.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A provider that asks a server passes.
class ServedProviderContractTest extends ServedProviderContract {
    private static final String ASK = "/ask";

    ServedProviderContractTest() {
        super(VendorServer.bare().always(ASK, (request, wire) -> {
            VendorReply reply = request.text().equals("liner")
                    ? VendorReply.text(200, "say Hello\nend\ncount\n")
                    : VendorReply.text(404, "");
            reply.write(request, wire);
        }), VendorServer.bare().always(ASK, VendorReply.lines(VendorReply.Ending.STALL, "say on")),
                VendorServer.bare().always(ASK, VendorReply.hang()));
    }

    private record Liner(String baseUrl, HttpTransport http) implements Provider {
        @Override
        public List<ModelCard> models() {
            return List.of(ModelCard.of("liner"));
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
            HttpTransport.Response response = http.send(new HttpTransport.Request("POST", URI.create(baseUrl + ASK),
                    Map.of(), request.model().getBytes(StandardCharsets.UTF_8)), attempt);
            if (response.status() != 200) {
                response.close();
                throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is only 'liner'");
            }
            return new LineReply(response);
        }

        @Override
        public void close() {
            // nothing to let go of
        }
    }

    @Override
    protected Provider at(String baseUrl, HttpTransport transport) {
        return new Liner(baseUrl, transport);
    }

    @Override
    protected String model() {
        return "liner";
    }

    @Test
    void aFailureIsAPhraseWithoutTheKey() {
        var failure = new ProviderException(FailureCategory.AUTH, "the key is wrong");
        assertThat(Failures.of(() -> {
            throw failure;
        }, "k-1")).isSameAs(failure);
        for (String message : List.of("The key is wrong", "the key is wrong.", "the key k-1 is wrong")) {
            assertThatThrownBy(() -> Failures.of(() -> {
                throw new ProviderException(FailureCategory.AUTH, message);
            }, "k-1")).isInstanceOf(AssertionError.class);
        }
        assertThatThrownBy(() -> Failures.of(() -> {}, "k-1")).isInstanceOf(AssertionError.class);
    }
}
