package dev.formulary.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Image;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContractTest {

    /// The least that a provider must write itself.
    private static final class Least implements Provider {
        private int listed;

        @Override
        public List<ModelCard> models() {
            listed++;
            return List.of(ModelCard.of("m"));
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
            throw new ProviderException(FailureCategory.SERVER, "not here");
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static final Attempt ATTEMPT = new Attempt() {
        @Override
        public String callId() {
            return "call";
        }

        @Override
        public Duration remaining() {
            return Duration.ofSeconds(1);
        }

        @Override
        public Duration firstByte() {
            return Duration.ofSeconds(1);
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable release) {
            // never cancelled
        }
    };

    @Test
    void whatTheVendorWouldRefuseAgainIsNotTriedAgain() {
        var final_ = EnumSet.noneOf(FailureCategory.class);
        for (FailureCategory each : FailureCategory.values()) {
            if (!each.retriable()) {
                final_.add(each);
            }
        }
        assertThat(final_).containsExactlyInAnyOrder(FailureCategory.REFUSED, FailureCategory.INVALID_REQUEST,
                FailureCategory.CANCELLED);
    }

    @Test
    void aFailureSaysWhatIsKnown() {
        var bare = new ProviderException(FailureCategory.CUT, "the stream ended");
        assertThat(bare).hasMessage("the stream ended").hasNoCause();
        assertThat(bare.category()).isEqualTo(FailureCategory.CUT);
        assertThat(bare.status()).isZero();
        assertThat(bare.retryAfter()).isEmpty();

        var cause = new IllegalStateException("why");
        var full = new ProviderException(FailureCategory.THROTTLED, "wait", 429, Duration.ofSeconds(3), cause);
        assertThat(full).hasCause(cause);
        assertThat(full.status()).isEqualTo(429);
        assertThat(full.retryAfter()).contains(Duration.ofSeconds(3));
    }

    @Test
    void aCardOfWhichNothingIsKnownClaimsNothing() {
        ModelCard card = ModelCard.of("m");
        assertThat(card.inputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.outputPrice()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.quality()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.safety()).isEqualTo(ModelCard.UNKNOWN);
        assertThat(card.local()).isFalse();
        assertThat(card.capabilities()).containsExactly(Capability.CHAT);
    }

    @Test
    void aCardRefusesNonsense() {
        assertThatIllegalArgumentException().isThrownBy(() -> ModelCard.of(" ")).withMessageContaining("id");
        assertThatIllegalArgumentException().isThrownBy(() -> card(-2, 0, 0)).withMessageContaining("'m'");
        assertThatIllegalArgumentException().isThrownBy(() -> card(0, -2, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> card(0, 0, -1));
    }

    private static ModelCard card(long in, long out, int context) {
        return new ModelCard("m", Set.of(), context, in, out, false, Set.of(), 0, 0, Map.of());
    }

    @Test
    void thinkingIsPartOfWhatWasWritten() {
        assertThat(new Usage(10, 5, 3, 2, false).totalTokens()).isEqualTo(15);
        assertThat(Usage.of(1, 2).estimated()).isFalse();
        assertThat(Usage.NONE.estimated()).isTrue();
    }

    @Test
    void aRequestForAnotherModelKeepsAllButModelAndManner() {
        var source = new WireBody(WireBody.OPENAI_CHAT, new byte[]{'{', '}'}, List.of());
        var request = new ChatRequest("a", List.of(Message.text(Role.USER, "hi")),
                List.of(new ChatRequest.Tool("t", null, Map.of())), "=t", Sampling.DEFAULT, new Format.Json(), true,
                true, Map.of("user", "u"), source);
        var manner = new Sampling(0.5, null, 7, null, null, List.of("END"));
        ChatRequest other = request.with("b", manner);
        assertThat(other.model()).isEqualTo("b");
        assertThat(other.sampling()).isEqualTo(manner);
        assertThat(other.with("a", Sampling.DEFAULT)).isEqualTo(request);
    }

    @Test
    void nobodyCanChangeARequestAfterwards() {
        var parts = new ArrayList<ChatRequest.Part>(List.of(new Text("a")));
        var message = new Message(Role.USER, parts, List.of(), null, null);
        parts.clear();
        assertThat(message.plainText()).isEqualTo("a");
        assertThatThrownBy(() -> message.parts().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void theTextOfATurnLeavesPicturesOut() {
        var message = new Message(Role.USER,
                List.of(new Text("a"), new Image("image/png", "AA==", false), new Text("b")), List.of(), null, null);
        assertThat(message.plainText()).isEqualTo("ab");
    }

    @Test
    void aProviderWithoutEmbeddingsSaysSo() {
        try (var provider = new Least()) {
            var request = new Embeddings.Request("m", List.of("text"), null);
            assertThatThrownBy(() -> provider.embed(request, ATTEMPT)).isInstanceOf(ProviderException.class)
                    .extracting(e -> ((ProviderException) e).category()).isEqualTo(FailureCategory.UNSUPPORTED);
        }
    }

    @Test
    void aProbeListsTheModels() throws Exception {
        try (var provider = new Least()) {
            provider.probe(ATTEMPT);
            assertThat(provider.listed).isOne();
        }
    }

    @Test
    void resultsCantBeChanged() {
        var vectors = new ArrayList<float[]>(List.of(new float[]{1}));
        var embeddings = new Embeddings(vectors, Usage.NONE);
        vectors.clear();
        assertThat(embeddings.vectors()).hasSize(1);

        var meaning = new ArrayList<ReplyEvent>(List.of(new ReplyEvent.Text("a")));
        var raw = new ReplyEvent.Native(new WireBody(WireBody.OPENAI_CHAT, new byte[0], List.of()), meaning);
        meaning.clear();
        assertThat(raw.meaning()).hasSize(1);
    }

    @Test
    void theVersionIsSemantic() {
        assertThat(Spi.VERSION).matches("\\d+\\.\\d+\\.\\d+");
    }
}
