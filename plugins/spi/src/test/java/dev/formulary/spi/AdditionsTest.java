package dev.formulary.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.spi.ChatRequest.Effort;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Options;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ReplyEvent.Logprobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What the contract says of wishes beyond the usual, of settings, and of vendors that have no memory to manage.
class AdditionsTest {

    private static ChatRequest asking(Map<String, @Nullable Object> extra, Set<String> essential) {
        var options = new Options(null, null, null, null, null, Effort.LOW, null, null, null, essential);
        return new ChatRequest("m", List.of(Message.text(Role.USER, "hi")), List.of(), null, Sampling.DEFAULT,
                new ChatRequest.Format.Free(), false, false, extra, null, options);
    }

    @Test
    void whatAProviderLeavesOutIsToldInTheCallersOrder() throws Exception {
        Map<String, @Nullable Object> extra = new LinkedHashMap<>();
        extra.put("store", true);
        extra.put("logit_bias", null);
        extra.put("service_tier", "flex");

        assertThat(asking(extra, Set.of("audio")).ignoring(Set.of("logit_bias"))).containsExactly(
                new ReplyEvent.Ignored("store"), new ReplyEvent.Ignored("service_tier"));
    }

    @Test
    void whatTheAnswerDependsOnIsRefusedUnlessItIsCarried() throws Exception {
        ChatRequest request = asking(Map.of("audio", Map.of()), Set.of("audio"));

        assertThat(request.ignoring(Set.of("audio"))).isEmpty();
        assertThatThrownBy(() -> request.ignoring(Set.of())).isInstanceOfSatisfying(ProviderException.class, e -> {
            assertThat(e.category()).isEqualTo(FailureCategory.UNSUPPORTED);
            assertThat(e).hasMessageContaining("'audio'");
        });
    }

    @Test
    void anotherModelIsAskedForTheSame() {
        ChatRequest request = asking(Map.of("store", true), Set.of());

        ChatRequest other = request.with("n", new Sampling(0.5, null, null, null, null, List.of()));
        assertThat(other.model()).isEqualTo("n");
        assertThat(other.sampling().temperature()).isEqualTo(0.5);
        assertThat(other.options()).isEqualTo(request.options());
        assertThat(other.extra()).isEqualTo(request.extra());
    }

    @Test
    void aRequestWithoutOptionsAsksForNothingMore() {
        var plain = new ChatRequest("m", List.of(Message.text(Role.USER, "hi")), List.of(), null, Sampling.DEFAULT,
                new ChatRequest.Format.Free(), false, false, Map.of(), null);

        assertThat(plain.options()).isEqualTo(Options.NONE);
        assertThat(new ChatRequest.ToolCall("1", "f", "{}").signature()).isNull();
        assertThat(new ChatRequest.Tool("f", null, Map.of()).strict()).isFalse();
    }

    @Test
    void nobodyChangesWhatWasGivenAway() {
        Set<String> essential = new HashSet<>(Set.of("audio"));
        ChatRequest request = asking(Map.of("audio", 1), essential);
        essential.clear();
        assertThat(request.options().essential()).containsExactly("audio");

        var bytes = new ArrayList<>(List.of(97));
        var alternatives = new ArrayList<Logprobs.Token>();
        var token = new Logprobs.Token("a", -0.5, bytes, alternatives);
        var tokens = new ArrayList<>(List.of(token));
        var logprobs = new Logprobs(tokens);
        tokens.clear();
        bytes.clear();
        alternatives.add(token);
        assertThat(logprobs.tokens()).singleElement().satisfies(each -> {
            assertThat(each.bytes()).containsExactly(97);
            assertThat(each.alternatives()).isEmpty();
        });
        assertThat(new Logprobs.Token("é", -1, null, List.of()).bytes()).isNull();
    }

    @Test
    void whatEventsSay() {
        assertThat(new ReplyEvent.Signature("k:1", ReplyEvent.Signature.THOUGHTS).toolCall()).isNegative();
        assertThat(new ReplyEvent.Refusal("no").text()).isEqualTo("no");
        assertThat(new ReplyEvent.Thinking("hm").text()).isEqualTo("hm");
        assertThat(new ReplyEvent.ToolCall(0, null, null, "{").arguments()).isEqualTo("{");
        assertThat(new ReplyEvent.Accounting(Usage.of(1, 2)).usage().totalTokens()).isEqualTo(3);
        assertThat(new ReplyEvent.Finish(ReplyEvent.Finish.Reason.LENGTH).reason())
                .isEqualTo(ReplyEvent.Finish.Reason.LENGTH);
        assertThat(List.of(new ChatRequest.Audio("audio/wav", "QQ=="), new ChatRequest.Thought("hm", "k:1"),
                new ChatRequest.Document("", "https://example.org/a.pdf", true, "a.pdf"), new ChatRequest.Opaque("x")))
                .doesNotHaveDuplicates();
    }

    @Test
    void settingsSayWhatTheyTake() {
        assertThat(Setting.of("a", Setting.Type.TEXT, null, "m").fallback()).isEmpty();
        assertThat(Setting.of("a", Setting.Type.SECRET, null, "m").required()).isFalse();
        Setting needed = Setting.number("n", Setting.Type.WHOLE, 1, 9, "5", "m").mandatory();
        assertThat(needed.required()).isTrue();
        assertThat(needed.fallback()).isEmpty();
        assertThat(needed.least()).isEqualTo(1);
        assertThat(needed.most()).isEqualTo(9);
        var words = new ArrayList<>(List.of("x", "y"));
        Setting choice = Setting.choice("c", words, "x", "m");
        words.clear();
        assertThat(choice.choices()).containsExactly("x", "y");
    }

    @Test
    void aVendorWhoseModelsAreAlwaysReadyNeedsToSayNothing() throws Exception {
        Provider provider = new Always();

        assertThat(provider.loaded(attempt())).isEmpty();
        assertThatThrownBy(() -> provider.load("m", Duration.ofMinutes(1), attempt()))
                .isInstanceOfSatisfying(ProviderException.class,
                        e -> assertThat(e.category()).isEqualTo(FailureCategory.UNSUPPORTED));
        assertThatThrownBy(() -> provider.unload("m", attempt())).isInstanceOf(ProviderException.class);
        assertThat(new AlwaysFactory().settings()).isEmpty();
        assertThat(new LoadedModel("m", 10, 4, 2048, null).gpuBytes()).isEqualTo(4);
    }

    @Test
    void whatAnAssessorFinds() {
        Map<String, String> facts = new LinkedHashMap<>(Map.of("task", "general_chat"));
        Assessor.Findings found = Assessor.Findings.facts(facts);
        facts.clear();

        assertThat(found.facts()).containsEntry("task", "general_chat");
        assertThat(found.crisis()).isEqualTo(Assessor.Crisis.NONE);
        assertThat(Assessor.Findings.crisis(Assessor.Crisis.HIGH, Set.of("self_harm")).about())
                .containsExactly("self_harm");
        assertThat(Assessor.Findings.NOTHING.facts()).isEmpty();
        var turns = new ArrayList<>(List.of(new Assessor.Turn(Role.USER, "hi")));
        var said = new Assessor.Said(turns, Map.of("need", "mindfulness"));
        turns.clear();
        assertThat(said.turns()).hasSize(1);
        assertThat(said.declared()).containsKey("need");
    }

    private static final class AlwaysFactory implements ProviderFactory {
        @Override
        public String kind() {
            return "always";
        }

        @Override
        public Provider create(ProviderContext context) {
            return new Always();
        }
    }

    private static final class Always implements Provider {
        @Override
        public List<ModelCard> models() {
            return List.of();
        }

        @Override
        public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is none");
        }

        @Override
        public void close() {
            // nothing to let go of
        }
    }

    private static Attempt attempt() {
        return new Attempt() {
            @Override
            public String callId() {
                return "c";
            }

            @Override
            public Duration remaining() {
                return Duration.ofMinutes(1);
            }

            @Override
            public Duration firstByte() {
                return Duration.ofMinutes(1);
            }

            @Override
            public boolean cancelled() {
                return false;
            }

            @Override
            public void onCancel(Runnable release) {
                // nobody cancels
            }
        };
    }
}
