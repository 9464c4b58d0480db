package dev.formulary.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.CrisisScreen;
import dev.formulary.engine.context.Lexicon;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.facts.BreakerState;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Decision;
import dev.formulary.engine.facts.Dialect;
import dev.formulary.engine.facts.Host;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Parameter;
import dev.formulary.engine.facts.Priority;
import dev.formulary.engine.facts.Question;
import dev.formulary.engine.facts.Situation;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the shipped rules make of words as people write them: from the text over what is derived from it to the plan.
class FromWordsToPlanTest {
    private static final Path FOLDER = Path.of("target", "classes", "rules").toAbsolutePath();
    private static final CrisisScreen SCREEN = new CrisisScreen(true);
    private static final Assessor ASSESSOR = new Assessor(true, SCREEN);
    private static final List<Candidate> MODELS = List.of(
            model("quick/small", false, 100_000, 5, new Candidate.Vitals(BreakerState.CLOSED, 0, 50, 150, 900, 0, -1)),
            model("clever/large", false, 9_000_000, 9,
                    new Candidate.Vitals(BreakerState.CLOSED, 0, 50, 900, 9_000, 0, -1)),
            model("home/guide", true, 0, 3, Candidate.Vitals.UNKNOWN, "crisis"));
    private static final Ruling RULES = ruling();

    private static Ruling ruling() {
        return Objects.requireNonNull(Ruling.of(FOLDER, List.of()).ruling());
    }

    @BeforeAll
    static void lexicon() throws IOException {
        Map<String, byte[]> files = new HashMap<>();
        try (Stream<Path> all = Files.list(FOLDER.resolve("lexicon"))) {
            for (Path file : (Iterable<Path>) all.filter(each -> each.toString().endsWith(".csv"))::iterator) {
                files.put("lexicon/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        SCREEN.use(Lexicon.of(files).lexicon());
    }

    private static Candidate model(String id, boolean local, long price, double quality, Candidate.Vitals vitals,
            String... labels) {
        int slash = id.indexOf('/');
        Set<Capability> able = local ? Set.of(Capability.CHAT, Capability.VISION) : Set.of(Capability.CHAT);
        return Candidate.of(id.substring(0, slash), new ModelCard(id.substring(slash + 1), able, 0, price, price, local,
                Set.of(labels), quality, -1, Map.of()), vitals);
    }

    private static Decision.Allow plan(ChatRequest.Part... parts) throws Exception {
        var message = new ChatRequest.Message(ChatRequest.Role.USER, List.of(parts), List.of(), null, null);
        var request = new ChatRequest("auto", List.of(message), List.of(), null, ChatRequest.Sampling.DEFAULT,
                new ChatRequest.Format.Free(), false, false, Map.of(), null);
        Instant now = Instant.parse("2026-05-04T12:00:00Z");
        var call = new Call("call-1", Dialect.OPENAI_CHAT, "http", "alice", "", "auto", false, Priority.NORMAL, null,
                false, now, 60_000);
        Decision decision = RULES.decide(new Question(call, ASSESSOR.assess(null, Map.of(), request),
                new Situation(now, Host.UNKNOWN, List.of(), 0, 0, Set.of()), MODELS));
        assertThat(decision).isInstanceOf(Decision.Allow.class);
        return (Decision.Allow) decision;
    }

    private static Decision.Allow plan(String text) throws Exception {
        return plan(new ChatRequest.Text(text));
    }

    private static List<String> tried(Decision.Allow decision) {
        return decision.plan().attempts().stream().map(Candidate::id).toList();
    }

    private static double preset(Decision.Allow decision, Parameter parameter) {
        return Objects.requireNonNull(decision.plan().parameters().get(parameter), parameter::name).withoutAsking();
    }

    /// How demanding a question is decides over the model, its temperature, the length of the answer and the context.
    @Test
    void aSimpleAndADemandingQuestionAreAnsweredOtherwise() throws Exception {
        Decision.Allow simple = plan("What is the capital of France?");
        assertThat(tried(simple)).startsWith("quick/small");
        assertThat(preset(simple, Parameter.TEMPERATURE)).isBetween(0.5, 0.95);
        assertThat(preset(simple, Parameter.MAX_TOKENS)).isBetween(1_024.0, 8_000.0);
        assertThat(simple.plan().parameters()).doesNotContainKey(Parameter.CONTEXT_TOKENS);

        Decision.Allow demanding = plan(
                "1. Read the log\n2. Find the cause\n- compare both versions\n- name the change\n"
                        + "```java\nint a = 1; { b(); }\n```\n"
                        + "Why is it slow, and what would you change first? ".repeat(300));
        assertThat(tried(demanding)).startsWith("clever/large");
        assertThat(preset(demanding, Parameter.CONTEXT_TOKENS)).isEqualTo(16_384);
        assertThat(demanding.plan().parameters()).doesNotContainKeys(Parameter.TEMPERATURE, Parameter.MAX_TOKENS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"I want to kill myself tonight", "quiero matarme esta noche",
            "took all my pills an hour ago"})
    void wordsOfDangerLeadToAModelThatIsFitAndSomebodyIsToldThatNobodyWasContacted(String text) throws Exception {
        Decision.Allow decision = plan(text);
        assertThat(tried(decision)).containsExactly("home/guide");
        assertThat(decision.plan().cacheSeconds()).isZero();
        assertThat(decision.notices()).filteredOn(notice -> notice.code().equals("crisis")).singleElement()
                .extracting(Notice::message).asString().endsWith("nobody has been contacted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"this traffic is killing me", "I'm chopping vegetables with a sharp knife",
            "me muero de hambre", "In my novel the hero says: \"I want to kill myself.\""})
    void wordsThatOnlySoundLikeItChangeNothing(String text) throws Exception {
        assertThat(tried(plan(text))).first().isNotEqualTo("home/guide");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"my card is 4111 1111 1111 1111, is that a good number? | home/guide",
            "my card is 4111 1111 1111 1112, is that a good number? | quick/small"})
    void aCardNumberStaysAtHomeWhereItsChecksumIsRight(String text, String first) throws Exception {
        assertThat(tried(plan(text))).startsWith(first);
    }

    @Test
    void aPictureGoesToAModelThatSees() throws Exception {
        assertThat(
                tried(plan(new ChatRequest.Text("What is this?"), new ChatRequest.Image("image/png", "AA==", false))))
                .containsExactly("home/guide");
    }
}
