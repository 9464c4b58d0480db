package clients;

import static clients.Checks.fails;
import static clients.Checks.require;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputImage;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Responses with `com.openai:openai-java`.
final class OpenAiJavaResponses {
    private final OpenAIClient client;

    OpenAiJavaResponses(String base) {
        client = OpenAiJava.client(base, Smoke.KEY, 0);
    }

    private static ResponseCreateParams.Builder to(String model, String text) {
        return ResponseCreateParams.builder().model(model).input(text);
    }

    private Response create(ResponseCreateParams params) {
        return client.responses().create(params).validate();
    }

    private static String text(Response answer) {
        return answer.output().stream().flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream()).flatMap(content -> content.outputText().stream())
                .map(part -> part.text()).collect(Collectors.joining());
    }

    void run(Checks checks) {
        checks.check("openai-java response", this::response);
        checks.check("openai-java response in a stream", this::stream);
        checks.check("openai-java response with parallel tools there and back", this::tools);
        checks.check("openai-java response to a schema", this::schema);
        checks.check("openai-java response to a picture", this::picture);
        checks.check("openai-java response that follows another", this::follow);
        checks.check("openai-java response left in mid-stream", this::leave);
        checks.check("openai-java response context overflow", () -> fails(BadRequestException.class,
                e -> e.code().equals(java.util.Optional.of("context_length_exceeded")),
                () -> create(to(Smoke.CLOUD, "too long").build())));
        checks.check("openai-java response of an unknown model", () -> fails(BadRequestException.class,
                e -> e.code().equals(java.util.Optional.of("model_not_found")),
                () -> create(to("nobody/nothing", "Hi").build())));
    }

    private String response() {
        Response answer = create(to(Smoke.PLAY, "Hi").instructions("Be brief.").build());
        require(answer.status().equals(java.util.Optional.of(ResponseStatus.COMPLETED)), answer);
        require(!text(answer).isEmpty() && answer.usage().orElseThrow().totalTokens() > 0, answer);
        return text(answer);
    }

    private String stream() {
        var accumulator = ResponseAccumulator.create();
        List<ResponseStreamEvent> events;
        try (var stream = client.responses().createStreaming(to(Smoke.PLAY, "Hi").build())) {
            events = stream.stream().peek(event -> accumulator.accumulate(event.validate())).toList();
        }
        String pieces = events.stream().flatMap(event -> event.outputTextDelta().stream()).map(delta -> delta.delta())
                .collect(Collectors.joining());
        require(!pieces.isEmpty() && text(accumulator.response()).equals(pieces), accumulator.response());
        return events.size() + " events";
    }

    private String tools() {
        List<ResponseInputItem> input = new ArrayList<>(List.of(ResponseInputItem.ofMessage(
                ResponseInputItem.Message.builder().role(ResponseInputItem.Message.Role.USER)
                        .addInputTextContent("The weather in Bern and in Rome?").build())));
        ResponseCreateParams.Builder params = ResponseCreateParams.builder().model(Smoke.CLOUD).store(false)
                .addTool(FunctionTool.builder().name("weather").description("tells the weather").strict(true)
                        .parameters(FunctionTool.Parameters.builder()
                                .putAdditionalProperty("type", JsonValue.from("object"))
                                .putAdditionalProperty("properties",
                                        JsonValue.from(Map.of("city", Map.of("type", "string"))))
                                .putAdditionalProperty("required", JsonValue.from(List.of("city")))
                                .putAdditionalProperty("additionalProperties", JsonValue.from(false)).build())
                        .build());
        Response first = create(params.inputOfResponse(input).build());
        List<ResponseFunctionToolCall> calls = first.output().stream().flatMap(item -> item.functionCall().stream())
                .toList();
        require(calls.size() == 2, first);
        for (ResponseFunctionToolCall call : calls) {
            input.add(ResponseInputItem.ofFunctionCall(call));
        }
        for (ResponseFunctionToolCall call : calls) {
            input.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                    .callId(call.callId()).output("sun").build()));
        }
        String said = text(create(params.inputOfResponse(input).build()));
        require(said.equals("Sun in both."), said);
        return said;
    }

    private String schema() {
        var answer = client.responses().create(to(Smoke.PLAY, "The weather in Bern?").text(OpenAiJava.Weather.class)
                .build());
        OpenAiJava.Weather weather = answer.output().stream().flatMap(item -> item.message().stream())
                .flatMap(message -> message.content().stream()).flatMap(content -> content.outputText().stream())
                .findFirst().orElseThrow();
        require(weather.city != null && weather.degrees != null, weather);
        return "a city and " + weather.degrees.size() + " degrees";
    }

    private String picture() {
        var message = ResponseInputItem.ofMessage(ResponseInputItem.Message.builder()
                .role(ResponseInputItem.Message.Role.USER).addInputTextContent("What is it?")
                .addContent(ResponseInputImage.builder().detail(ResponseInputImage.Detail.AUTO)
                        .imageUrl("data:image/png;base64," + Smoke.DOT).build())
                .build());
        Response answer = create(ResponseCreateParams.builder().model(Smoke.PLAY).inputOfResponse(List.of(message))
                .build());
        require(answer.usage().orElseThrow().inputTokens() > 256, answer.usage());
        return answer.usage().orElseThrow().inputTokens() + " tokens";
    }

    private String follow() throws Exception {
        Response first = create(to(Smoke.PLAY, "I have a dog.").build());
        Response second = create(to(Smoke.PLAY, "Its name?").previousResponseId(first.id()).build());
        require(second.usage().orElseThrow().inputTokens() > first.usage().orElseThrow().inputTokens(), second.usage());
        require(text(client.responses().retrieve(first.id())).equals(text(first)), "retrieved");
        client.responses().delete(first.id());
        return fails(NotFoundException.class, e -> true, () -> client.responses().retrieve(first.id()));
    }

    private String leave() {
        try (var stream = client.responses().createStreaming(to(Smoke.CLOUD, "a long story").build())) {
            return stream.stream().flatMap(event -> event.outputTextDelta().stream()).findFirst().orElseThrow().delta();
        }
    }
}
