package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.facts.AgeBand;
import dev.formulary.engine.facts.Approach;
import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.Difficulty;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Intervention;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Privacy;
import dev.formulary.engine.facts.Requirements;
import dev.formulary.engine.facts.Risk;
import dev.formulary.engine.facts.SessionState;
import dev.formulary.engine.facts.Task;
import dev.formulary.engine.facts.Therapy;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Part;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Text;
import dev.formulary.spi.ChatRequest.ToolCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AssessorTest {
    private static final Assessor ASSESSOR = new Assessor(false);

    private static ChatRequest request(List<Message> messages, List<ChatRequest.Tool> tools, @Nullable String choice,
            Sampling sampling) {
        return new ChatRequest("m", messages, tools, choice, sampling, new Format.Free(), false, false, Map.of(),
                null);
    }

    private static ChatRequest asking(Part... parts) {
        return request(List.of(new Message(Role.USER, List.of(parts), List.of(), null, null)), List.of(), null,
                Sampling.DEFAULT);
    }

    private static ChatRequest sampled(@Nullable Double temperature, @Nullable Long seed, @Nullable Integer most) {
        return request(List.of(Message.text(Role.USER, "hi")), List.of(), null,
                new Sampling(temperature, null, most, seed, null, List.of()));
    }

    private static Context assess(@Nullable String header, Map<String, String> metadata) throws InvalidFactException {
        return ASSESSOR.assess(header, metadata, asking(new Text("hi")));
    }

    private static Context derived(ChatRequest request) {
        try {
            return ASSESSOR.assess(null, Map.of(), request);
        } catch (InvalidFactException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void everyFactCanBeDeclared() throws Exception {
        Context context = assess("need=crisis-intervention, risk=critical, emotion=unspecified, age=child,"
                + " privacy=local, task=world_building, consent, clinician=?1, paid=yes, zone=kitchen, language=\"de-AT\"",
                Map.of());
        assertThat(context.need()).isEqualTo(Need.CRISIS_INTERVENTION);
        assertThat(context.risk()).isEqualTo(Risk.CRITICAL);
        assertThat(context.emotion()).isEqualTo(EmotionalState.UNSPECIFIED);
        assertThat(context.ageBand()).isEqualTo(AgeBand.CHILD);
        assertThat(context.privacy()).isEqualTo(Privacy.LOCAL);
        assertThat(context.task()).isEqualTo(Task.WORLD_BUILDING);
        assertThat(context.consent()).isTrue();
        assertThat(context.clinician()).isTrue();
        assertThat(context.paidAllowed()).isTrue();
        assertThat(context.zone()).isEqualTo("kitchen");
        assertThat(context.language()).isEqualTo("de-AT");
        assertThat(context.sources()).hasSize(11).containsEntry("need", "header").containsValue("header");
    }

    @Test
    void therapyAndRequirementsCanBeDeclared() throws Exception {
        Context context = assess("approach=cbt, difficulty=gentle, session-state=paused, intervention=human_oversight,"
                + " crisis=panic_attack, max-latency-ms=1500, min-quality=6.5, min-safety=7, max-cost=0.0025,"
                + " min-context-tokens=32000, capabilities=vision+json, balance=0.3", Map.of());
        assertThat(context.therapy()).isEqualTo(new Therapy(Approach.CBT, Difficulty.GENTLE, SessionState.PAUSED,
                Intervention.HUMAN_OVERSIGHT, CrisisType.PANIC_ATTACK));
        assertThat(context.requirements()).isEqualTo(new Requirements(1_500, 6.5, 7, 2_500, 32_000));
        assertThat(context.needs()).contains(Capability.CHAT, Capability.VISION, Capability.JSON);
        assertThat(context.balance()).isEqualTo(0.3);
        Context other = assess(null, Map.of("max_cost", "1", "capabilities", "tools, thinking"));
        assertThat(other.requirements().maxCostMicros()).isEqualTo(1_000_000);
        assertThat(other.needs()).contains(Capability.TOOLS, Capability.THINKING);
        assertThat(other.sources()).containsEntry("max-cost", "metadata");
        assertThat(assess(null, Map.of()).requirements()).isEqualTo(Requirements.NONE);
        assertThat(assess(null, Map.of()).balance()).isEqualTo(-1);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
        balance=1.1           | the context 'balance' has the wrong value '1.1'; it must be a number from 0 to 1
        balance=NaN           | the context 'balance' has the wrong value 'NaN'; it must be a number from 0 to 1
        max-cost=cheap        | the context 'max-cost' has the wrong value 'cheap'; it must be a number from 0 to 1000000
        min-quality=-1        | the context 'min-quality' has the wrong value '-1'; it must be a number from 0 to 10
        max-latency-ms=0      | the context 'max-latency-ms' has the wrong value '0'; it must be a whole number from 1 to 86400000
        min-context-tokens=1k | the context 'min-context-tokens' has the wrong value '1k'; it must be a whole number from 1 to 100000000
        crisis=none           | the context 'crisis' has the unknown value 'none'; right ones are self_harm, suicidal_ideation, substance_abuse, domestic_violence, eating_disorder, panic_attack, severe_depression
        capabilities=see      | the context 'capabilities' has the unknown value 'see'; right ones are chat, embed, vision, audio, tools, json, thinking
        session-state=gone    | the context 'session-state' has the unknown value 'gone'; right ones are active, paused, completed, abandoned
        """)
    void aWrongValueIsRefusedWithWhatIsRight(String header, String message) {
        assertThatThrownBy(() -> assess(header, Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessage(message);
    }

    @Test
    void whatIsNotSaidIsUnspecified() throws Exception {
        Context context = assess(null, Map.of());
        assertThat(context.need()).isEqualTo(Need.UNSPECIFIED);
        assertThat(context.risk()).isEqualTo(Risk.UNSPECIFIED);
        assertThat(context.consent()).isFalse();
        assertThat(context.zone()).isEmpty();
        assertThat(context.sources()).isEmpty();
        assertThat(assess("  ", Map.of()).sources()).isEmpty();
    }

    @Test
    void thatMoneyMayBeSpentIsSaidByTheCallerOrByTheConfiguration() throws Exception {
        var spending = new Assessor(true);
        Context unsaid = spending.assess(null, Map.of(), asking(new Text("hi")));
        assertThat(unsaid.paidAllowed()).isTrue();
        assertThat(unsaid.sources()).isEqualTo(Map.of("paid", "config"));
        Context said = spending.assess("paid=false", Map.of(), asking(new Text("hi")));
        assertThat(said.paidAllowed()).isFalse();
        assertThat(said.sources()).isEqualTo(Map.of("paid", "header"));
    }

    @Test
    void theHeaderWinsOverTheMetadataFactByFact() throws Exception {
        Context context = assess("risk=low", Map.of("risk", "high", "need", "mindfulness"));
        assertThat(context.risk()).isEqualTo(Risk.LOW);
        assertThat(context.need()).isEqualTo(Need.MINDFULNESS);
        assertThat(context.sources()).isEqualTo(Map.of("risk", "header", "need", "metadata"));
    }

    @Test
    void metadataThatWeDoNotKnowBelongsToTheCaller() throws Exception {
        assertThat(assess(null, Map.of("order", "7")).sources()).isEmpty();
    }

    @Test
    void aFactInTheHeaderThatNobodyKnowsIsRefusedWithAllNames() {
        assertThatThrownBy(() -> assess("nead=x", Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessage(
                        "there is no context 'nead'; right ones are age, approach, balance, capabilities, clinician,"
                                + " consent, crisis, difficulty, emotion, intervention, language, max-cost,"
                                + " max-latency-ms, min-context-tokens, min-quality, min-safety, need, paid, privacy,"
                                + " risk, session-state, task, zone");
        assertThat(Vocabulary.names()).isSorted().allMatch(Vocabulary::knows);
    }

    @Test
    void anUnknownValueIsRefusedWithTheRightOnesOfItsFact() {
        assertThatThrownBy(() -> assess("risk=hihg", Map.of())).isInstanceOf(InvalidFactException.class).hasMessage(
                "the context 'risk' has the unknown value 'hihg'; right ones are low, moderate, high, critical")
                .extracting(e -> ((InvalidFactException) e).fact()).isEqualTo("risk");
        assertThatThrownBy(() -> assess(null, Map.of("age", "adolescent"))).isInstanceOf(InvalidFactException.class)
                .hasMessageEndingWith("right ones are child, teen, adult, senior");
        assertThatThrownBy(() -> assess("consent=maybe", Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessage("the context 'consent' has the unknown value 'maybe'; right ones are true, false");
    }

    @Test
    void longValuesAreRefusedAndNotRepeated() {
        String longOne = "x".repeat(500);
        assertThatThrownBy(() -> assess("zone=" + longOne, Map.of())).isInstanceOf(InvalidFactException.class)
                .hasMessage("the context 'zone' is longer than 64 characters");
        assertThatThrownBy(() -> assess("need=" + longOne, Map.of())).isInstanceOf(InvalidFactException.class)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).contains("…"));
    }

    @Test
    void flagsAreReadInEveryWayThatPeopleWriteThem() throws Exception {
        for (String yes : List.of("true", "yes", "1", "allow")) {
            assertThat(assess("paid=" + yes, Map.of()).paidAllowed()).as(yes).isTrue();
        }
        for (String no : List.of("false", "no", "0", "deny")) {
            assertThat(new Assessor(true).assess("paid=" + no, Map.of(), asking()).paidAllowed()).as(no).isFalse();
        }
        assertThat(new Assessor(true).assess(null, Map.of(), asking()).paidAllowed()).isTrue();
    }

    @Test
    void wordsAreReadTheSameInEveryLanguageOfTheMachine() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(assess("risk=critical", Map.of()).risk()).isEqualTo(Risk.CRITICAL);
            assertThatThrownBy(() -> assess("risk=x", Map.of())).hasMessageContaining("critical");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void needsFollowFromTheContent() {
        var tool = new ChatRequest.Tool("t", null, Map.of());
        var hi = List.of(Message.text(Role.USER, "hi"));
        assertThat(derived(asking(new Text("a"))).needs()).containsExactly(Capability.CHAT);
        assertThat(derived(asking(new Text("a"), new ChatRequest.Image("", "http://x", true))).needs())
                .containsExactlyInAnyOrder(Capability.CHAT, Capability.VISION);
        assertThat(
                derived(asking(new ChatRequest.Audio("audio/wav", "UklGRg=="), new ChatRequest.Opaque("file"))).needs())
                .containsExactlyInAnyOrder(Capability.CHAT, Capability.AUDIO);
        assertThat(derived(request(hi, List.of(tool), null, Sampling.DEFAULT)).needs()).contains(Capability.TOOLS);
        assertThat(derived(request(hi, List.of(tool), "none", Sampling.DEFAULT)).needs())
                .doesNotContain(Capability.TOOLS);
    }

    @Test
    void anAnswerThatCanBeRepeatedIsAskedForByTemperatureZeroOrASeed() {
        assertThat(derived(sampled(0.0, null, null)).deterministic()).isTrue();
        assertThat(derived(sampled(1.0, 7L, null)).deterministic()).isTrue();
        assertThat(derived(sampled(0.1, null, null)).deterministic()).isFalse();
        assertThat(derived(sampled(null, null, null)).deterministic()).isFalse();
    }

    @Test
    void theMostTokensAreZeroWhenNotSaid() {
        assertThat(derived(sampled(null, null, 77)).maxTokens()).isEqualTo(77);
        assertThat(derived(sampled(null, null, null)).maxTokens()).isZero();
    }

    @Test
    void aPromptHasAboutATokenForAWordAndAThousandForAPicture() {
        assertThat(derived(request(List.of(), List.of(), null, Sampling.DEFAULT)).promptTokens()).isOne();
        assertThat(derived(asking(new Text("plain words ".repeat(500)))).promptTokens()).isBetween(950, 1_300);
        assertThat(derived(asking(new ChatRequest.Image("image/png", "A".repeat(400_000), false))).promptTokens())
                .isBetween(1_000, 1_010);
    }

    @Test
    void moreContentNeverMeansFewerTokens() {
        var random = new Random(7);
        for (int round = 0; round < 50; round++) {
            var messages = new ArrayList<Message>();
            int before = 1;
            for (int i = 0; i < 30; i++) {
                messages.add(switch (random.nextInt(3)) {
                    case 0 -> Message.text(Role.USER, "ä".repeat(random.nextInt(50)));
                    case 1 -> new Message(Role.ASSISTANT, List.of(),
                            List.of(new ToolCall("i", "name", "x".repeat(random.nextInt(90)))), null, null);
                    default -> new Message(Role.USER, Arrays.asList(new ChatRequest.Opaque("file"), new Text("?")),
                            List.of(), null, null);
                });
                int now = derived(request(messages, List.of(), null, Sampling.DEFAULT)).promptTokens();
                assertThat(now).isGreaterThan(before - 1);
                before = now;
            }
            assertThat(before).isGreaterThan(100);
        }
    }
}
