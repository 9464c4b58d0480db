package dev.formulary.engine.context;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.facts.Context;
import dev.formulary.engine.facts.CrisisLevel;
import dev.formulary.engine.facts.CrisisType;
import dev.formulary.engine.facts.EmotionalState;
import dev.formulary.engine.facts.Need;
import dev.formulary.engine.facts.Risk;
import dev.formulary.spi.Assessor.Crisis;
import dev.formulary.spi.Assessor.Findings;
import dev.formulary.spi.Assessor.Said;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What assessors of plug-ins may do to a context, and what they may not.
class OpinionsTest {
    private final CrisisScreen screen = new CrisisScreen(true);
    private final List<String> leftOut = new ArrayList<>();
    private List<dev.formulary.spi.Assessor> others = List.of();
    private final Assessor assessor = new Assessor(false, screen, EstimatedTokens.ALL, () -> others, this::note);

    private void note(String name, String reason) {
        leftOut.add(name + ": " + reason);
    }

    @FunctionalInterface
    private interface Finding {
        Findings find(Said said) throws Exception;
    }

    private static dev.formulary.spi.Assessor named(String name, Finding finding) {
        return new dev.formulary.spi.Assessor() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Findings assess(Said said) throws Exception {
                return finding.find(said);
            }
        };
    }

    private static dev.formulary.spi.Assessor says(String name, Map<String, String> facts) {
        return named(name, _ -> Findings.facts(facts));
    }

    private static dev.formulary.spi.Assessor sees(String name, Crisis level, String... about) {
        return named(name, _ -> Findings.crisis(level, Set.of(about)));
    }

    private Context assess(@Nullable String header, Message... messages) throws InvalidFactException {
        return assessor.assess(header, Map.of(), new ChatRequest("m", List.of(messages), List.of(), null,
                ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null));
    }

    private Context hello(@Nullable String header) throws InvalidFactException {
        return assess(header, Message.text(Role.USER, "hello"));
    }

    private void lexicon() {
        screen.use(Lexicon.of(Map.of("lexicon/signs.csv",
                "id,language,type,level,pattern,note\ndie,en,suicidal_ideation,high,want to die,\n"
                        .getBytes(StandardCharsets.UTF_8)))
                .lexicon());
    }

    @Test
    void aFactThatNobodyDeclaredIsAddedAndSaysWhereItComesFrom() throws Exception {
        others = List.of(says("tone", Map.of("emotion", "overwhelmed", "need", "crisis-intervention")));
        Context context = hello(null);
        assertThat(context.emotion()).isEqualTo(EmotionalState.OVERWHELMED);
        assertThat(context.need()).isEqualTo(Need.CRISIS_INTERVENTION);
        assertThat(context.sources()).containsEntry("emotion", "assessor:tone").containsEntry("need", "assessor:tone");
        assertThat(leftOut).isEmpty();
    }

    @Test
    void whatTheCallerDeclaredStays() throws Exception {
        others = List.of(says("tone", Map.of("emotion", "calm")));
        Context context = hello("emotion=distressed");
        assertThat(context.emotion()).isEqualTo(EmotionalState.DISTRESSED);
        assertThat(context.sources()).containsEntry("emotion", "header");
    }

    @ParameterizedTest(name = "declared {0}, found {1}: {2} from {3}")
    @CsvSource({"low,high,HIGH,assessor:tone", "high,low,HIGH,header", "high,high,HIGH,header",
            "critical,high,CRITICAL,header"})
    void aRiskIsRaisedAndNeverLowered(String declared, String found, Risk risk, String source) throws Exception {
        others = List.of(says("tone", Map.of("risk", found)));
        Context context = hello("risk=" + declared);
        assertThat(context.risk()).isEqualTo(risk);
        assertThat(context.sources()).containsEntry("risk", source);
    }

    @ParameterizedTest(name = "{0}: {1} from {2}")
    @CsvSource({"NONE,HIGH,content", "LOW,HIGH,content", "HIGH,HIGH,content", "CRITICAL,CRITICAL,assessor:tone"})
    void aCrisisIsRaisedAndNeverLowered(Crisis found, CrisisLevel level, String source) throws Exception {
        lexicon();
        others = List.of(sees("tone", found));
        Context context = assess(null, Message.text(Role.USER, "I want to die"));
        assertThat(context.screening().level()).isEqualTo(level);
        assertThat(context.sources()).containsEntry("screening", source);
        assertThat(context.screening().types()).containsExactly(CrisisType.SUICIDAL_IDEATION);
    }

    @Test
    void theGravestOfManyHoldsAndAllAreSigns() throws Exception {
        others = List.of(sees("a", Crisis.MODERATE, "panic_attack"), sees("b", Crisis.HIGH, "self-harm"),
                sees("c", Crisis.LOW));
        Context context = hello(null);
        assertThat(context.screening().level()).isEqualTo(CrisisLevel.HIGH);
        assertThat(context.screening().types()).containsExactlyInAnyOrder(CrisisType.PANIC_ATTACK,
                CrisisType.SELF_HARM);
        assertThat(context.screening().signs()).containsExactly("assessor:a", "assessor:b", "assessor:c");
        assertThat(context.sources()).containsEntry("screening", "assessor:b");
    }

    @Test
    void oneThatFailsIsLeftOutAndTheOthersCount() throws Exception {
        others = List.of(named("bad", _ -> {
            throw new IllegalStateException("no model");
        }), says("good", Map.of("emotion", "anxious")));
        assertThat(hello(null).emotion()).isEqualTo(EmotionalState.ANXIOUS);
        assertThat(leftOut).containsExactly("bad: no model");
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource(delimiter = '|', value = {"consent | true | it may not say the fact 'consent'",
            "paid | true | it may not say the fact 'paid'", "privacy | cloud | it may not say the fact 'privacy'",
            "max-cost | 5 | it may not say the fact 'max-cost'", "mood | fine | it may not say the fact 'mood'",
            "need | sleepy | its word for 'need' is not in the vocabulary"})
    void whatItMayNotSayIsLeftOutAltogether(String fact, String word, String reason) throws Exception {
        others = List.of(says("tone", Map.of(fact, word, "emotion", "calm")));
        assertThat(hello(null).sources()).isEmpty();
        assertThat(leftOut).containsExactly("tone: " + reason);
    }

    @Test
    void aKindOfCrisisThatIsNoneIsToldWithThoseThatAre() throws Exception {
        others = List.of(sees("tone", Crisis.HIGH, "sadness"));
        assertThat(hello(null).screening().level()).isEqualTo(CrisisLevel.NONE);
        assertThat(leftOut).singleElement().asString()
                .startsWith("tone: 'sadness' is no kind of crisis; right ones are")
                .contains("self_harm");
    }

    @Test
    void itMaySayTheFactsThatAuthorsDefine() throws Exception {
        assessor.use(OwnWords.of(Map.of(OwnWords.FILE,
                "fact,word,note\nmood,fine,\nneed,grief_support,\n".getBytes(StandardCharsets.UTF_8))).words());
        others = List.of(says("tone", Map.of("mood", "fine", "need", "grief-support", "zone", "Kitchen")));
        Context context = hello(null);
        assertThat(context.words()).isEqualTo(Map.of("mood", "fine", "need", "grief_support"));
        assertThat(leftOut).isEmpty();
    }

    @Test
    void itSeesWhoSaidWhatAndWhatWasDeclared() throws Exception {
        var seen = new AtomicReference<Said>();
        others = List.of(named("tone", said -> {
            seen.set(said);
            return Findings.NOTHING;
        }));
        var messages = new ArrayList<Message>();
        for (int i = 0; i < 25; i++) {
            messages.add(Message.text(i % 2 == 0 ? Role.USER : Role.ASSISTANT, "turn " + i));
        }
        messages.add(Message.text(Role.USER, "x".repeat(5_000) + "end"));
        assess("risk=low", messages.toArray(Message[]::new));
        assertThat(seen.get().declared()).isEqualTo(Map.of("risk", "low"));
        assertThat(seen.get().turns()).hasSize(20);
        assertThat(seen.get().turns().getFirst().text()).isEqualTo("turn 6");
        assertThat(seen.get().turns().get(1).role()).isEqualTo(Role.ASSISTANT);
        assertThat(seen.get().turns().getLast().text()).hasSize(4_000).endsWith("end");
    }

    @Test
    void oneThatWasReplacedMeanwhileIsAskedAgainAndOneThatIsGoneIsNoFault() throws Exception {
        var now = new AtomicReference<List<dev.formulary.spi.Assessor>>();
        var good = says("tone", Map.of("emotion", "calm"));
        now.set(List.of(named("tone", _ -> {
            now.set(List.of(good));
            throw new IllegalStateException("unloaded");
        }), named("gone", _ -> {
            throw new IllegalStateException("unloaded");
        })));
        Supplier<List<dev.formulary.spi.Assessor>> serving = now::get;
        var swapping = new Assessor(false, screen, EstimatedTokens.ALL, serving, this::note);
        Context context = swapping.assess(null, Map.of(), new ChatRequest("m", List.of(), List.of(), null,
                ChatRequest.Sampling.DEFAULT, new ChatRequest.Format.Free(), false, false, Map.of(), null));
        assertThat(context.emotion()).isEqualTo(EmotionalState.CALM);
        assertThat(leftOut).isEmpty();
    }

    @Test
    void aCallThatIsGivenUpIsNoFaultOfTheAssessor() throws Exception {
        others = List.of(named("tone", _ -> {
            throw new InterruptedException();
        }));
        hello(null);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(leftOut).isEmpty();
    }
}
