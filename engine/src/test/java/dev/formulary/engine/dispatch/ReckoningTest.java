package dev.formulary.engine.dispatch;

import static dev.formulary.engine.dispatch.Dispatching.plan;
import static dev.formulary.engine.dispatch.ScriptedProvider.finish;
import static dev.formulary.engine.dispatch.ScriptedProvider.give;
import static dev.formulary.engine.dispatch.ScriptedProvider.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.Task;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.Usage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReckoningTest {
    /// What an answer is taken to have that nobody bounds.
    /// All that the model can write.
    private static final int WINDOW = 8_192;
    private static final ChatRequest WORDS = Dispatching.request(ChatRequest.Sampling.DEFAULT);

    private final Reckoning reckoning = new Reckoning();

    private static Order order(int promptTokens) {
        return order(promptTokens, WORDS, 0);
    }

    private static Order order(int promptTokens, ChatRequest request, int said) {
        Order like = Dispatching.order(plan("a"));
        var context = new Context(Need.UNSPECIFIED, Risk.UNSPECIFIED, EmotionalState.UNSPECIFIED, AgeBand.UNSPECIFIED,
                Privacy.UNSPECIFIED, Task.UNSPECIFIED, false, false, false, "", "", promptTokens, 0,
                Set.of(Capability.CHAT), false, Map.of());
        return new Order(like.call(), context, request, like.plan(), like.presence(), like.receivedNanos(),
                like.stuck(), null, said);
    }

    @Test
    void nothingIsKnownOfAModelThatNobodyAsked() {
        reckoning.learn(order(1_000), "a/m", Usage.of(1_300, 5));

        assertThat(reckoning.expected("a/m", 2_000)).isEqualTo(2_600);
        assertThat(reckoning.expected("b/m", 2_000)).isEqualTo(2_000);
    }

    @Test
    void theLatestPromptsCountMost() {
        reckoning.learn(order(1_000), "a/m", Usage.of(1_000, 5));
        for (int i = 0; i < 50; i++) {
            reckoning.learn(order(1_000), "a/m", Usage.of(1_500, 5));
        }
        assertThat(reckoning.expected("a/m", 1_000)).isCloseTo(1_500, within(5));
    }

    @Test
    void aRatioThatNoVocabularyHasIsNotBelieved() {
        reckoning.learn(order(1_000), "a/m", Usage.of(900_000, 5));
        reckoning.learn(order(1_000), "b/m", Usage.of(3, 5));

        assertThat(reckoning.expected("a/m", 1_000)).isEqualTo(2_000);
        assertThat(reckoning.expected("b/m", 1_000)).isEqualTo(500);
        assertThat(reckoning.expected("a/m", Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void onlyTheVendorsCountOfALongerTextShowsAnything() {
        reckoning.learn(order(1_000), "a/m", new Usage(1_500, 5, 0, 0, true));
        reckoning.learn(order(1_000), "a/m", Usage.of(0, 5));
        reckoning.learn(order(Reckoning.SHORTEST - 1), "a/m", Usage.of(300, 5));
        reckoning.learn(order(1_000, WORDS, 10), "a/m", Usage.of(1_500, 5));
        var picture = new Message(ChatRequest.Role.USER,
                List.of(new ChatRequest.Image("image/png", "AAAA", false)), List.of(), null, null);
        reckoning.learn(order(1_000, new ChatRequest("auto", List.of(picture), List.of(), null,
                ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), true, false, Map.of(), null), 0), "a/m",
                Usage.of(1_500, 5));

        assertThat(reckoning.expected("a/m", 1_000)).isEqualTo(1_000);
    }

    @Test
    void nothingIsLearnedOfMoreModelsThanAreKept() {
        for (int i = 0; i <= Reckoning.MOST_MODELS; i++) {
            reckoning.learn(order(1_000), "a/" + i, Usage.of(1_500, 5));
        }
        assertThat(reckoning.expected("a/" + (Reckoning.MOST_MODELS - 1), 1_000)).isEqualTo(1_500);
        assertThat(reckoning.expected("a/" + Reckoning.MOST_MODELS, 1_000)).isEqualTo(1_000);
    }

    @Test
    void moneyIsHeldBackForWhatTheVendorWillCount(@TempDir Path folder) throws Exception {
        var all = new Dispatching(folder, 1_000_000);
        ScriptedProvider provider = all.provider("a");
        provider.streams(text("fine"), give(new ReplyEvent.Accounting(Usage.of(1_500, 5))), finish());
        provider.streams(text("fine"), finish());

        try (Opened first = all.dispatcher.open(order(1_000))) {
            assertThat(all.budget().reserved()).isEqualTo(1_250 + WINDOW);
            while (first.next() != null) {
                // to its end
            }
        }
        try (Opened second = all.dispatcher.open(order(1_000))) {
            assertThat(all.budget().reserved()).isEqualTo(1_875 + WINDOW);
            // this time the vendor does not say what it counted
            assertThat(second.usage().promptTokens()).isEqualTo(1_500);
        }
        all.assertNothingHeld();
    }
}
