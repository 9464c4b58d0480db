package clients;

import static clients.Checks.fails;
import static clients.Checks.require;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionContentPart;
import com.openai.models.chat.completions.ChatCompletionContentPartImage;
import com.openai.models.chat.completions.ChatCompletionContentPartText;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolChoiceOption;
import com.openai.models.chat.completions.ChatCompletionToolMessageParam;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import com.openai.models.models.Model;
import java.util.List;
import java.util.Map;

/// Chats, embeddings and models with `com.openai:openai-java`.
final class OpenAiJava {
    private final String base;
    private final OpenAIClient client;

    OpenAiJava(String base) {
        this.base = base;
        client = client(base, Smoke.KEY, 0);
    }

    static OpenAIClient client(String base, String key, int retries) {
        return OpenAIOkHttpClient.builder().baseUrl(base + "/v1").apiKey(key).maxRetries(retries).build();
    }

    private static ChatCompletionCreateParams.Builder to(String model, String text) {
        return ChatCompletionCreateParams.builder().model(model).addUserMessage(text);
    }

    private ChatCompletion create(ChatCompletionCreateParams params) {
        return client.chat().completions().create(params);
    }

    private static String text(ChatCompletion answer) {
        return answer.choices().get(0).message().content().orElse("");
    }

    void run(Checks checks) {
        checks.check("openai-java list", this::list);
        checks.check("openai-java chat", this::chat);
        checks.check("openai-java stream with usage", this::stream);
        checks.check("openai-java parallel tools there and back", this::tools);
        checks.check("openai-java tools in a stream", this::toolsInAStream);
        checks.check("openai-java a tool that must be called", this::requiredTool);
        checks.check("openai-java schema", this::schema);
        checks.check("openai-java picture", this::picture);
        checks.check("openai-java embeddings", this::embeddings);
        checks.check("openai-java leaves in mid-stream", this::leave);
        checks.check("openai-java 401", () -> fails(UnauthorizedException.class,
                e -> e.code().equals(java.util.Optional.of("invalid_api_key")),
                () -> client(base, Smoke.WRONG, 0).chat().completions().create(to(Smoke.PLAY, "Hi").build())));
        checks.check("openai-java 404", () -> fails(NotFoundException.class,
                e -> e.code().equals(java.util.Optional.of("model_not_found")),
                () -> create(to("nobody/nothing", "Hi").build())));
        checks.check("openai-java context overflow", () -> fails(BadRequestException.class,
                e -> e.code().equals(java.util.Optional.of("context_length_exceeded")),
                () -> create(to(Smoke.CLOUD, "too long").build())));
        checks.check("openai-java 429, and again", this::throttled);
    }

    private String list() {
        List<String> ids = client.models().list().autoPager().stream().map(Model::id).toList();
        require(ids.contains("auto") && ids.contains(Smoke.PLAY), ids);
        require(client.models().retrieve(Smoke.PLAY).id().equals(Smoke.PLAY), "an id with a slash");
        return ids.size() + " models";
    }

    private String chat() {
        var raw = client.chat().completions().withRawResponse()
                .create(to(Smoke.PLAY, "Hi").addDeveloperMessage("Be brief.").maxCompletionTokens(50).build());
        require(raw.headers().values("x-formulary-decision").size() == 1, raw.headers());
        ChatCompletion answer = raw.parse().validate();
        require(!text(answer).isEmpty(), answer);
        require(answer.choices().get(0).finishReason().equals(ChatCompletion.Choice.FinishReason.STOP), answer);
        require(answer.usage().orElseThrow().totalTokens() > 0, answer.usage());
        return text(answer);
    }

    private String stream() {
        var accumulator = ChatCompletionAccumulator.create();
        var params = to(Smoke.PLAY, "Hi").streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        long pieces;
        try (StreamResponse<ChatCompletionChunk> stream = client.chat().completions().createStreaming(params)) {
            pieces = stream.stream().peek(chunk -> accumulator.accumulate(chunk.validate())).count();
        }
        ChatCompletion answer = accumulator.chatCompletion();
        require(pieces > 3 && !text(answer).isEmpty(), answer);
        require(answer.usage().orElseThrow().completionTokens() > 0, answer);
        return pieces + " pieces";
    }

    private static ChatCompletionCreateParams.Builder weather(String model) {
        ChatCompletionCreateParams.Builder params = to(model, "The weather in Bern and in Rome?");
        OpenAiTools.add(params, FunctionDefinition.builder().name("weather").description("tells the weather")
                .strict(true)
                .parameters(FunctionParameters.builder().putAdditionalProperty("type", JsonValue.from("object"))
                        .putAdditionalProperty("properties",
                                JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                        .putAdditionalProperty("additionalProperties", JsonValue.from(false)).build())
                .build());
        return params;
    }

    private static List<OpenAiTools.Call> calls(ChatCompletion answer) {
        return OpenAiTools.calls(answer.choices().get(0).message());
    }

    private String tools() {
        ChatCompletionCreateParams.Builder params = weather(Smoke.CLOUD);
        ChatCompletion first = create(params.build());
        require(calls(first).size() == 2, first);
        params.addMessage(first.choices().get(0).message());
        for (OpenAiTools.Call call : calls(first)) {
            require(call.arguments().contains("city"), call);
            params.addMessage(
                    ChatCompletionToolMessageParam.builder().toolCallId(call.id()).content("sun").build());
        }
        String said = text(create(params.build()));
        require(said.equals("Sun in both."), said);
        return said;
    }

    private String toolsInAStream() {
        var accumulator = ChatCompletionAccumulator.create();
        try (var stream = client.chat().completions().createStreaming(weather(Smoke.CLOUD).build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ChatCompletion answer = accumulator.chatCompletion();
        require(answer.choices().get(0).finishReason().equals(ChatCompletion.Choice.FinishReason.TOOL_CALLS), answer);
        require(calls(answer).size() == 2, answer);
        return calls(answer).get(1).arguments();
    }

    private String requiredTool() {
        ChatCompletion answer = create(
                weather(Smoke.PLAY).toolChoice(ChatCompletionToolChoiceOption.Auto.REQUIRED).build());
        require(calls(answer).size() == 1 && calls(answer).get(0).name().equals("weather"), answer);
        return calls(answer).get(0).arguments();
    }

    /// What is asked for as JSON.
    static final class Weather {
        public String city;
        public List<Integer> degrees;
    }

    private String schema() {
        var params = to(Smoke.PLAY, "The weather in Bern?").responseFormat(Weather.class).build();
        Weather weather = client.chat().completions().create(params).choices().get(0).message().content()
                .orElseThrow();
        require(weather.city != null && weather.degrees != null, weather);
        return "a city and " + weather.degrees.size() + " degrees";
    }

    private String picture() {
        var look = ChatCompletionContentPart.ofText(ChatCompletionContentPartText.builder().text("What is it?").build());
        var image = ChatCompletionContentPart.ofImageUrl(ChatCompletionContentPartImage.builder().imageUrl(
                ChatCompletionContentPartImage.ImageUrl.builder().url("data:image/png;base64," + Smoke.DOT).build())
                .build());
        ChatCompletion answer = create(ChatCompletionCreateParams.builder().model(Smoke.PLAY)
                .addUserMessageOfArrayOfContentParts(List.of(look, image)).build());
        require(answer.usage().orElseThrow().promptTokens() > 256, answer.usage());
        return answer.usage().orElseThrow().promptTokens() + " tokens";
    }

    private String embeddings() {
        CreateEmbeddingResponse answer = client.embeddings().create(EmbeddingCreateParams.builder().model("play/embed")
                .inputOfArrayOfStrings(List.of("a dog", "a cat")).build()).validate();
        require(answer.data().size() == 2 && answer.data().get(1).embedding().size() > 1, answer);
        require(answer.usage().promptTokens() > 0, answer.usage());
        return answer.data().get(0).embedding().size() + " numbers each";
    }

    private String leave() {
        try (var stream = client.chat().completions().createStreaming(to(Smoke.CLOUD, "a long story").build())) {
            return stream.stream().flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream()).filter(text -> !text.isEmpty()).findFirst()
                    .orElseThrow();
        }
    }

    private String throttled() throws Exception {
        var params = to(Smoke.PLAY, "Hi").build();
        OpenAIClient once = client(base, "sk-spent", 0);
        String told = fails(RateLimitException.class,
                e -> e.code().equals(java.util.Optional.of("rate_limit_exceeded"))
                        && e.headers().values("retry-after").get(0).matches("\\d+"),
                () -> {
                    for (int i = 0; i < 5; i++) {
                        once.chat().completions().create(params);
                    }
                    return "five times";
                });
        require(!text(client(base, "sk-hasty", 2).chat().completions().create(params)).isEmpty(), "again");
        return told;
    }
}
