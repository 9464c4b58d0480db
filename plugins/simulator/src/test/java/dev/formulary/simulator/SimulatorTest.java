package dev.formulary.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.ChatRequest.Format;
import dev.formulary.spi.ChatRequest.Message;
import dev.formulary.spi.ChatRequest.Role;
import dev.formulary.spi.ChatRequest.Sampling;
import dev.formulary.spi.ChatRequest.Tool;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyEvent.Finish.Reason;
import dev.formulary.spi.ReplyStream;
import dev.formulary.testkit.Answer;
import dev.formulary.testkit.JdkHttpTransport;
import dev.formulary.testkit.TestAttempt;
import dev.formulary.testkit.TestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatorTest {
    private static final Sampling FREE = Sampling.DEFAULT;
    private final JdkHttpTransport http = new JdkHttpTransport();

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void saysThatItIsASimulatorAndWhatItGot() throws Exception {
        Answer answer = ask(quick(), text("echo-small", "What is a cat?"));

        assertThat(answer.text()).isEqualTo("This is Formulary's simulator, not a model. You said: What is a cat?");
        assertThat(answer.usage()).isNotNull().satisfies(usage -> assertThat(usage.completionTokens()).isEqualTo(13));
    }

    @Test
    void theCounsellingModelPointsToRealHelpAndCarriesTheLabelThatTheCrisisRuleAsksFor() throws Exception {
        Provider provider = quick();

        assertThat(ask(provider, text("counsel", "I am not well")).text()).contains("emergency number",
                "I am not well");
        assertThat(provider.models()).filteredOn(card -> card.id().equals("counsel")).singleElement()
                .satisfies(card -> {
                    assertThat(card.labels()).contains("crisis", "simulated");
                    assertThat(card.safety()).isEqualTo(9);
                });
    }

    @Test
    void allModelsAreSimulatedLocalAndFreeAndOneCanSee() throws Exception {
        List<ModelCard> cards = quick().models();

        assertThat(cards).allSatisfy(card -> {
            assertThat(card.labels()).contains("simulated");
            assertThat(card.local()).isTrue();
            assertThat(card.inputPrice()).isZero();
        });
        assertThat(cards).anyMatch(card -> card.capabilities().contains(Capability.VISION));
    }

    @Test
    void modelsAnswerAndPricesCanBeConfigured() throws Exception {
        Provider provider = quick(Map.of("models", List.of("one", Map.of("id", "two")), "answer", "Heard: {input}!",
                "input-price", 2.5, "output-price", "10"));

        assertThat(provider.models()).extracting(ModelCard::id).containsExactly("one", "two");
        assertThat(provider.models().getFirst().inputPrice()).isEqualTo(2_500_000);
        assertThat(provider.models().getFirst().outputPrice()).isEqualTo(10_000_000);
        assertThat(ask(provider, text("two", "hello")).text()).isEqualTo("Heard: hello!");
    }

    @Test
    void aLongPromptIsShortenedInTheEcho() throws Exception {
        assertThat(ask(quick(), text("echo-small", "x".repeat(5000))).text()).hasSizeLessThan(500).endsWith("…");
    }

    @Test
    void stopsAtTheTokenLimitAndAtStopWords() throws Exception {
        var limited = new Sampling(null, null, 3, null, null, List.of());
        var stopped = new Sampling(null, null, null, null, null, List.of("simulator", ""));

        Answer three = ask(quick(), request("echo-small", limited, new Format.Free(), null));
        Answer early = ask(quick(), request("echo-small", stopped, new Format.Free(), null));

        assertThat(three.text()).isEqualTo("This is Formulary's ");
        assertThat(three.finishes()).containsExactly(Reason.LENGTH);
        assertThat(early.text()).isEqualTo("This is Formulary's ");
        assertThat(early.finishes()).containsExactly(Reason.STOP);
    }

    @ParameterizedTest
    @CsvSource({"required, weather", "=time, time"})
    void callsTheToolThatItMustCall(String choice, String tool) throws Exception {
        Answer answer = ask(quick(), request("echo-small", FREE, new Format.Free(), choice));

        var arguments = new StringBuilder();
        for (ReplyEvent event : answer.events()) {
            if (event instanceof ReplyEvent.ToolCall call) {
                arguments.append(call.arguments());
            }
        }
        assertThat(answer.events().getFirst()).isInstanceOfSatisfying(ReplyEvent.ToolCall.class, call -> {
            assertThat(call.name()).isEqualTo(tool);
            assertThat(call.id()).isNotBlank();
        });
        assertThat(arguments).hasToString("{\"city\":\"simulated\"}");
        assertThat(answer.finishes()).containsExactly(Reason.TOOL_CALLS);
    }

    @Test
    void talksWhenItMayCallAToolAndRefusesOneThatIsNotThere() throws Exception {
        assertThat(ask(quick(), request("echo-small", FREE, new Format.Free(), "auto")).text()).contains("simulator");
        assertThat(failure(quick(), request("echo-small", FREE, new Format.Free(), "=none-such")).category())
                .isEqualTo(FailureCategory.INVALID_REQUEST);
    }

    @Test
    void answersInJsonWhenAsked() throws Exception {
        assertThat(ask(quick(), request("echo-small", FREE, new Format.Json(), null)).text())
                .startsWith("{\"simulated\":true,\"text\":\"This is").endsWith("say \\\"hi\\\"\\u000aplease\"}");
        assertThat(ask(quick(), request("echo-small", FREE, new Format.Schema("s", schema(), true), null)).text())
                .isEqualTo("{\"name\":\"simulated\",\"kind\":\"cat\",\"age\":3,\"ok\":true,\"nothing\":null,"
                        + "\"tags\":[\"simulated\",\"simulated\"],\"owner\":{\"city\":\"simulated\"},\"either\":0,\"version\":2}");
    }

    private static Map<String, @Nullable Object> schema() {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        properties.put("name", Map.of("type", List.of("string", "null")));
        properties.put("kind", Map.of("enum", List.of("cat", "dog")));
        properties.put("age", Map.of("type", "integer", "minimum", 3));
        properties.put("ok", Map.of("type", "boolean"));
        properties.put("nothing", Map.of("type", "null"));
        properties.put("tags", Map.of("type", "array", "minItems", 2, "items", Map.of("type", "string")));
        properties.put("owner", Map.of("$ref", "#/$defs/owner"));
        properties.put("either", Map.of("anyOf", List.of(Map.of("type", "number"))));
        properties.put("version", Map.of("const", 2));
        Map<String, @Nullable Object> schema = new HashMap<>();
        schema.put("type", "object");
        schema.put("properties", properties);
        schema.put("$defs", Map.of("owner", Map.of("properties", Map.of("city", Map.of(), "zip", Map.of()), "required",
                List.of("city"))));
        return schema;
    }

    @Test
    void onlyAModelThatSeesTakesPictures() throws Exception {
        var picture = new Message(Role.USER, List.of(new ChatRequest.Image("image/png", "AAAA", false)), List.of(),
                null,
                null);
        var sound = new Message(Role.USER, List.of(new ChatRequest.Opaque("input_audio")), List.of(), null, null);

        assertThat(ask(quick(), request("echo-large", List.of(picture))).text()).contains("simulator");
        assertThat(failure(quick(), request("echo-small", List.of(picture))).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
        assertThat(failure(quick(), request("echo-large", List.of(sound))).category())
                .isEqualTo(FailureCategory.UNSUPPORTED);
    }

    @Test
    void aPromptThatDoesNotFitIsRefused() throws Exception {
        assertThat(failure(quick(), text("echo-small", "word ".repeat(20_000))).category())
                .isEqualTo(FailureCategory.CONTEXT_OVERFLOW);
    }

    @Test
    void aModelForVectorsDoesNotTalkAndLikeTextsLieNear() throws Exception {
        assertThat(failure(quick(), text("embed", "hello")).category()).isEqualTo(FailureCategory.UNSUPPORTED);

        var texts = List.of("the cat sleeps", "the cat eats", "quarterly figures");
        List<float[]> vectors = quick().embed(new Embeddings.Request("embed", texts, 32), TestAttempt.patient())
                .vectors();
        assertThat(vectors).allMatch(vector -> vector.length == 32);
        assertThat(cosine(vectors.get(0), vectors.get(1))).isGreaterThan(cosine(vectors.get(0), vectors.get(2)));
    }

    @Test
    void vectorsAreTheSameEachTimeAndFailWhereTheyAreToldTo() throws Exception {
        var request = new Embeddings.Request("embed", List.of("the cat sleeps"), null);
        assertThat(quick().embed(request, TestAttempt.patient()).vectors().getFirst())
                .isEqualTo(quick().embed(request, TestAttempt.patient()).vectors().getFirst()).hasSize(64);

        Throwable thrown = catchThrowable(
                () -> quick(Map.of("error-rate", 1, "error", "throttled")).embed(request, TestAttempt.patient()));
        assertThat(thrown).isInstanceOfSatisfying(ProviderException.class,
                why -> assertThat(why.category()).isEqualTo(FailureCategory.THROTTLED));
    }

    @Test
    void aTextThatIsTooLongIsRefusedUnlessItMayBeCut() throws Exception {
        String tooLong = "word ".repeat(20_000);
        Throwable thrown = catchThrowable(() -> quick().embed(new Embeddings.Request("embed", List.of("a", tooLong),
                null), TestAttempt.patient()));
        assertThat(thrown).hasMessageContaining("text 2 has about 25000 tokens").isInstanceOfSatisfying(
                ProviderException.class,
                why -> assertThat(why.category()).isEqualTo(FailureCategory.CONTEXT_OVERFLOW));

        var cut = new Embeddings.Request("embed", List.of(tooLong), null, List.of(), true, Embeddings.Options.NONE);
        assertThat(quick().embed(cut, TestAttempt.patient()).usage().promptTokens()).isEqualTo(8_192);

        var huge = new Embeddings.Request("embed", List.of("a"), 65_536);
        assertThat(catchThrowable(() -> quick().embed(huge, TestAttempt.patient()))).hasMessageContaining("4096");
    }

    private static double cosine(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void throttlesWithAStatusAndATimeToWait() throws Exception {
        ProviderException thrown = failure(
                quick(Map.of("error-rate", 1, "error", "throttled", "retry-after-ms", 250)), text("echo-small", "hi"));

        assertThat(thrown.category()).isEqualTo(FailureCategory.THROTTLED);
        assertThat(thrown.status()).isEqualTo(429);
        assertThat(thrown.retryAfter()).hasValue(Duration.ofMillis(250));
    }

    @Test
    void failsLikeAServerWithTheStatusThatIsConfigured() throws Exception {
        ProviderException thrown = failure(quick(Map.of("error-rate", 1, "error-status", 503)),
                text("echo-small", "hi"));

        assertThat(thrown.category()).isEqualTo(FailureCategory.SERVER);
        assertThat(thrown.status()).isEqualTo(503);
    }

    @Test
    void breaksOffInTheMiddle() throws Exception {
        try (ReplyStream stream = quick(Map.of("error-rate", 1, "error", "cut")).chat(text("echo-small", "hi"),
                TestAttempt.patient())) {
            assertThat(stream.next()).isInstanceOf(ReplyEvent.Text.class);
            var thrown = catchThrowableOfType(ProviderException.class, () -> Answer.read(stream));
            assertThat(thrown.category()).isEqualTo(FailureCategory.CUT);
        }
    }

    @Test
    void theSameSeedFailsTheSameCalls() throws Exception {
        assertThat(failures(7)).isEqualTo(failures(7)).contains(true, false);
        assertThat(failures(7)).isNotEqualTo(failures(8000));
    }

    private List<Boolean> failures(long seed) throws Exception {
        Provider provider = quick(Map.of("error-rate", 0.5, "seed", seed));
        var failed = new ArrayList<Boolean>();
        for (int i = 0; i < 40; i++) {
            try {
                failed.add(ask(provider, text("echo-small", "hi")).events().isEmpty());
            } catch (ProviderException e) {
                failed.add(true);
            }
        }
        return failed;
    }

    @Test
    void takesItsTimeAsConfiguredButNeverPastTheDeadline() throws Exception {
        Provider provider = create(
                Map.of("first-token-ms", 40, "first-token-jitter-ms", 10, "tokens-per-second", 1000));
        long begin = System.nanoTime();
        ask(provider, text("echo-small", "hi"));

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(38));
        var slow = create(Map.of("first-token-ms", 0, "tokens-per-second", 0.01));
        var thrown = catchThrowableOfType(ProviderException.class, () -> Answer
                .read(slow.chat(text("echo-small", "hi"), TestAttempt.lasting(Duration.ofMillis(100)))));
        assertThat(thrown.category()).isEqualTo(FailureCategory.TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        tokens-per-secund | 10   | there is no setting 'tokens-per-secund'; there are answer, distribution, error,
        error-rate        | 2    | 'error-rate' must be a number from 0 to 1, not '2'
        first-token-ms    | soon | 'first-token-ms' must be a number from 0, not 'soon'
        error             | odd  | 'error' must be one of throttled, quota, server, auth,
        models            | none | 'models' must be a list of ids, or be left out
        """)
    void saysWhichSettingIsWrongAndWhatWouldBeRight(String key, String value, String message) {
        assertThatThrownBy(() -> create(Map.of(key, value))).isInstanceOfSatisfying(ProviderException.class, e -> {
            assertThat(e.category()).isEqualTo(FailureCategory.CONFIGURATION);
            assertThat(e).hasMessageContaining(message);
        });
    }

    @Test
    void aModelWithoutAnIdIsRefused() {
        assertThatThrownBy(() -> create(Map.of("models", List.of(Map.of("name", "x")))))
                .hasMessageContaining("a map with an 'id'");
    }

    private Provider quick() throws ProviderException {
        return quick(Map.of());
    }

    private Provider quick(Map<String, Object> more) throws ProviderException {
        var settings = new HashMap<String, Object>(Map.of("first-token-ms", 0, "tokens-per-second", 0));
        settings.putAll(more);
        return create(settings);
    }

    private Provider create(Map<String, Object> settings) throws ProviderException {
        return new SimulatorFactory().create(new TestContext("simulator", settings, http));
    }

    private static Answer ask(Provider provider, ChatRequest request) throws Exception {
        return Answer.read(provider.chat(request, TestAttempt.patient()));
    }

    private static ProviderException failure(Provider provider, ChatRequest request) {
        return catchThrowableOfType(ProviderException.class, () -> ask(provider, request));
    }

    private static ChatRequest text(String model, String text) {
        return request(model, List.of(Message.text(Role.SYSTEM, "Be kind."), Message.text(Role.USER, text)));
    }

    private static ChatRequest request(String model, List<Message> messages) {
        return new ChatRequest(model, messages, List.of(), null, FREE, new Format.Free(), true, true, Map.of(), null);
    }

    private static ChatRequest request(String model, Sampling sampling, Format format, @Nullable String toolChoice) {
        var parameters = Map.<String, @Nullable Object>of("type", "object", "properties",
                Map.of("city", Map.of("type", "string")));
        return new ChatRequest(model, List.of(Message.text(Role.USER, "say \"hi\"\nplease")),
                List.of(new Tool("weather", null, parameters), new Tool("time", null, parameters)), toolChoice,
                sampling,
                format, true, true, Map.of(), null);
    }
}
