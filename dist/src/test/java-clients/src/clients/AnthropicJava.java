package clients;

import static clients.Checks.fails;
import static clients.Checks.require;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Base64ImageSource;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.ImageBlockParam;
import com.anthropic.models.messages.JsonOutputFormat;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.OutputConfig;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.TextBlockParam;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolResultBlockParam;
import com.anthropic.models.messages.ToolUseBlock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Messages with `com.anthropic:anthropic-java`.
final class AnthropicJava {
    private final String base;
    private final AnthropicClient client;

    AnthropicJava(String base) {
        this.base = base;
        client = client(base, Smoke.KEY, 0);
    }

    private static AnthropicClient client(String base, String key, int retries) {
        return AnthropicOkHttpClient.builder().baseUrl(base).apiKey(key).maxRetries(retries).build();
    }

    private static MessageCreateParams.Builder to(String model, String text) {
        return MessageCreateParams.builder().model(model).maxTokens(200).addUserMessage(text);
    }

    private static String text(Message answer) {
        return answer.content().stream().flatMap(block -> block.text().stream()).map(block -> block.text())
                .collect(Collectors.joining());
    }

    void run(Checks checks) {
        checks.check("anthropic-java list", this::list);
        checks.check("anthropic-java message", this::message);
        checks.check("anthropic-java stream", this::stream);
        checks.check("anthropic-java tokens", this::count);
        checks.check("anthropic-java parallel tools there and back", this::tools);
        checks.check("anthropic-java tools in a stream", this::toolsInAStream);
        checks.check("anthropic-java a tool that must be called", this::requiredTool);
        checks.check("anthropic-java schema", this::schema);
        checks.check("anthropic-java picture", this::picture);
        checks.check("anthropic-java leaves in mid-stream", this::leave);
        checks.check("anthropic-java 401", () -> fails(UnauthorizedException.class, e -> true,
                () -> client(base, Smoke.WRONG, 0).messages().create(to(Smoke.PLAY, "Hi").build())));
        checks.check("anthropic-java 404", () -> fails(NotFoundException.class, e -> true,
                () -> client.messages().create(to("nobody/nothing", "Hi").build())));
        checks.check("anthropic-java context overflow", () -> fails(BadRequestException.class,
                e -> e.getMessage().contains("prompt is too long"),
                () -> client.messages().create(to(Smoke.CLOUD, "too long").build())));
        checks.check("anthropic-java 429, and again", this::throttled);
    }

    private String list() {
        List<String> ids = client.models().list().autoPager().stream().map(model -> model.id()).toList();
        require(ids.contains("auto") && ids.contains(Smoke.PLAY), ids);
        require(client.models().retrieve(Smoke.PLAY).validate().id().equals(Smoke.PLAY), "an id with a slash");
        return ids.size() + " models";
    }

    private String message() {
        var raw = client.messages().withRawResponse().create(to(Smoke.PLAY, "Hi").system("Be brief.").build());
        require(raw.headers().values("x-formulary-decision").size() == 1, raw.headers());
        Message answer = raw.parse().validate();
        require(answer.stopReason().equals(java.util.Optional.of(StopReason.END_TURN)), answer);
        require(!text(answer).isEmpty() && answer.usage().outputTokens() > 0, answer);
        return text(answer);
    }

    private String stream() {
        var accumulator = MessageAccumulator.create();
        long events;
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages()
                .createStreaming(to(Smoke.PLAY, "Hi").build())) {
            events = stream.stream().peek(event -> accumulator.accumulate(event.validate())).count();
        }
        Message answer = accumulator.message();
        require(!text(answer).isEmpty() && answer.usage().outputTokens() > 0, answer);
        return events + " events";
    }

    private String count() {
        long tokens = client.messages().countTokens(MessageCountTokensParams.builder().model(Smoke.PLAY)
                .addUserMessage("Hello there").build()).inputTokens();
        require(tokens > 0, tokens);
        return tokens + " tokens";
    }

    private static MessageCreateParams.Builder weather(String model) {
        return to(model, "The weather in Bern and in Rome?").addTool(Tool.builder().name("weather")
                .description("tells the weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(Map.of("city", Map.of("type", "string"))))
                        .putAdditionalProperty("required", JsonValue.from(List.of("city"))).build())
                .build());
    }

    private static List<ToolUseBlock> calls(Message answer) {
        return answer.content().stream().flatMap(block -> block.toolUse().stream()).toList();
    }

    private String tools() {
        MessageCreateParams.Builder params = weather(Smoke.CLOUD);
        Message first = client.messages().create(params.build());
        List<ToolUseBlock> calls = calls(first);
        require(calls.size() == 2 && first.stopReason().equals(java.util.Optional.of(StopReason.TOOL_USE)), first);
        AnthropicTurns.assistant(params, first.content().stream().map(ContentBlock::toParam).toList());
        AnthropicTurns.user(params, calls.stream().map(call -> ContentBlockParam.ofToolResult(
                ToolResultBlockParam.builder().toolUseId(call.id()).content("sun").build())).toList());
        String said = text(client.messages().create(params.build()));
        require(said.equals("Sun in both."), said);
        return said;
    }

    private String toolsInAStream() {
        var accumulator = MessageAccumulator.create();
        try (var stream = client.messages().createStreaming(weather(Smoke.CLOUD).build())) {
            stream.stream().forEach(accumulator::accumulate);
        }
        List<ToolUseBlock> calls = calls(accumulator.message());
        require(calls.size() == 2, accumulator.message());
        return String.valueOf(calls.get(1)._input());
    }

    private String requiredTool() {
        Message answer = client.messages()
                .create(weather(Smoke.PLAY).toolChoice(ToolChoiceAny.builder().build()).build());
        require(calls(answer).size() == 1, answer);
        return String.valueOf(calls(answer).get(0)._input());
    }

    private String schema() {
        var schema = JsonOutputFormat.Schema.builder().putAdditionalProperty("type", JsonValue.from("object"))
                .putAdditionalProperty("properties", JsonValue.from(Map.of("city", Map.of("type", "string"))))
                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                .putAdditionalProperty("additionalProperties", JsonValue.from(false)).build();
        Message answer = client.messages().create(to(Smoke.PLAY, "The weather in Bern?").outputConfig(
                OutputConfig.builder().format(JsonOutputFormat.builder().schema(schema).build()).build()).build());
        require(text(answer).replace(" ", "").startsWith("{\"city\":"), answer);
        return text(answer);
    }

    private String picture() {
        var image = ContentBlockParam.ofImage(ImageBlockParam.builder().source(Base64ImageSource.builder()
                .mediaType(Base64ImageSource.MediaType.IMAGE_PNG).data(Smoke.DOT).build()).build());
        var look = ContentBlockParam.ofText(TextBlockParam.builder().text("What is it?").build());
        Message answer = client.messages().create(AnthropicTurns.user(
                MessageCreateParams.builder().model(Smoke.PLAY).maxTokens(50), List.of(image, look)).build());
        require(answer.usage().inputTokens() > 256, answer.usage());
        return answer.usage().inputTokens() + " tokens";
    }

    private String leave() {
        try (var stream = client.messages().createStreaming(to(Smoke.CLOUD, "a long story").build())) {
            return stream.stream().flatMap(event -> event.contentBlockDelta().stream())
                    .flatMap(event -> event.delta().text().stream()).findFirst().orElseThrow().text();
        }
    }

    private String throttled() throws Exception {
        var params = to(Smoke.PLAY, "Hi").build();
        AnthropicClient once = client(base, "sk-spent", 0);
        String told = fails(RateLimitException.class, e -> e.headers().values("retry-after").get(0).matches("\\d+"),
                () -> {
                    for (int i = 0; i < 5; i++) {
                        once.messages().create(params);
                    }
                    return "five times";
                });
        require(!text(client(base, "sk-hasty", 2).messages().create(params)).isEmpty(), "again");
        return told;
    }
}
