package clients;

import static clients.Checks.fails;
import static clients.Checks.require;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.AuthenticationException;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.exception.RateLimitException;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.StreamingChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.PartialResponse;
import dev.langchain4j.model.chat.response.PartialResponseContext;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.FinishReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Chats with `dev.langchain4j`, in three formats.
final class LangChain {
    private final String base;

    LangChain(String base) {
        this.base = base;
    }

    void run(Checks checks) {
        for (LangChainModels format : LangChainModels.values()) {
            new Format(format).run(checks);
        }
    }

    private final class Format {
        private final LangChainModels format;

        Format(LangChainModels format) {
            this.format = format;
        }

        void run(Checks checks) {
            String name = "langchain4j " + format + " ";
            checks.check(name + "chat", this::chat);
            checks.check(name + "stream", this::stream);
            checks.check(name + "parallel tools there and back", this::tools);
            checks.check(name + "tools in a stream", this::toolsInAStream);
            if (format != LangChainModels.OLLAMA) {
                checks.check(name + "a tool that must be called", this::requiredTool);
            }
            checks.check(name + "schema", this::schema);
            checks.check(name + "picture", this::picture);
            if (format != LangChainModels.ANTHROPIC) {
                checks.check(name + "embeddings", this::embeddings);
            }
            checks.check(name + "leaves in mid-stream", this::leave);
            if (format != LangChainModels.ANTHROPIC) {
                // who shows wrong keys too often has to wait, and anthropic-java has shown one
                checks.check(name + "401", () -> fails(AuthenticationException.class, e -> true,
                        () -> chat(Smoke.WRONG, Smoke.PLAY, 0).chat("Hi")));
            }
            checks.check(name + "404", () -> fails(ModelNotFoundException.class, e -> true,
                    () -> chat(Smoke.KEY, "nobody/nothing", 0).chat("Hi")));
            checks.check(name + "context overflow", () -> fails(InvalidRequestException.class,
                    e -> e.getMessage().contains("context") || e.getMessage().contains("prompt is too long"),
                    () -> chat(Smoke.KEY, Smoke.CLOUD, 0).chat("too long")));
            checks.check(name + "429, and again", this::throttled);
        }

        private ChatModel chat(String key, String model, int retries) {
            return format.chat(base, key, model, retries);
        }

        private ChatResponse ask(String model, ChatRequest request) {
            return chat(Smoke.KEY, model, 0).chat(request);
        }

        private String chat() {
            ChatResponse answer = ask(Smoke.PLAY, ChatRequest.builder()
                    .messages(SystemMessage.from("Be brief."), UserMessage.from("Hi")).build());
            require(answer.finishReason() == FinishReason.STOP, answer);
            require(!answer.aiMessage().text().isEmpty() && answer.tokenUsage().outputTokenCount() > 0, answer);
            return answer.aiMessage().text();
        }

        private String stream() throws Exception {
            var heard = new Heard(Integer.MAX_VALUE);
            format.stream(base, Smoke.KEY, Smoke.PLAY).chat("Hi", heard);
            ChatResponse answer = heard.whole.get(30, TimeUnit.SECONDS);
            require(heard.pieces.get() > 1 && heard.text.toString().equals(answer.aiMessage().text()), answer);
            require(answer.tokenUsage().outputTokenCount() > 0, answer);
            return heard.pieces + " pieces";
        }

        private static ToolSpecification weather() {
            return ToolSpecification.builder().name("weather").description("tells the weather")
                    .parameters(JsonObjectSchema.builder().addStringProperty("city").required("city").build()).build();
        }

        private String tools() {
            List<ChatMessage> messages = new ArrayList<>(List.of(UserMessage.from("The weather in Bern and in Rome?")));
            AiMessage first = ask(Smoke.CLOUD, ChatRequest.builder().messages(messages)
                    .toolSpecifications(weather()).build()).aiMessage();
            require(first.toolExecutionRequests().size() == 2, first);
            messages.add(first);
            for (ToolExecutionRequest call : first.toolExecutionRequests()) {
                require(call.arguments().contains("city"), call);
                messages.add(ToolExecutionResultMessage.from(call, "sun"));
            }
            String said = ask(Smoke.CLOUD, ChatRequest.builder().messages(messages).toolSpecifications(weather())
                    .build()).aiMessage().text();
            require(said.equals("Sun in both."), said);
            return said;
        }

        private String toolsInAStream() throws Exception {
            var heard = new Heard(Integer.MAX_VALUE);
            format.stream(base, Smoke.KEY, Smoke.CLOUD).chat(ChatRequest.builder()
                    .messages(UserMessage.from("The weather in Bern and in Rome?")).toolSpecifications(weather())
                    .build(), heard);
            AiMessage said = heard.whole.get(30, TimeUnit.SECONDS).aiMessage();
            require(said.toolExecutionRequests().size() == 2, said);
            return said.toolExecutionRequests().get(1).arguments();
        }

        private String requiredTool() {
            AiMessage said = ask(Smoke.PLAY, ChatRequest.builder().messages(UserMessage.from("The weather in Bern?"))
                    .toolSpecifications(weather()).toolChoice(ToolChoice.REQUIRED).build()).aiMessage();
            require(said.toolExecutionRequests().size() == 1, said);
            return said.toolExecutionRequests().get(0).arguments();
        }

        private String schema() {
            var schema = JsonSchema.builder().name("weather")
                    .rootElement(JsonObjectSchema.builder().addStringProperty("city").required("city")
                            .additionalProperties(false).build())
                    .build();
            String said = ask(Smoke.PLAY, ChatRequest.builder().messages(UserMessage.from("The weather in Bern?"))
                    .responseFormat(ResponseFormat.builder().type(ResponseFormatType.JSON).jsonSchema(schema).build())
                    .build()).aiMessage().text();
            require(said.replace(" ", "").startsWith("{\"city\":"), said);
            return said;
        }

        private String picture() {
            ChatResponse answer = ask(Smoke.PLAY, ChatRequest.builder().messages(UserMessage.from(
                    TextContent.from("What is it?"), ImageContent.from(Smoke.DOT, "image/png"))).build());
            require(answer.tokenUsage().inputTokenCount() > 256, answer);
            return answer.tokenUsage().inputTokenCount() + " tokens";
        }

        private String embeddings() {
            EmbeddingModel model = format.embeddings(base, Smoke.KEY, "play/embed");
            var answer = model.embedAll(List.of(TextSegment.from("a dog"), TextSegment.from("a cat")));
            require(answer.content().size() == 2 && answer.content().get(1).dimension() > 1, answer);
            return answer.content().get(0).dimension() + " numbers each";
        }

        private String leave() throws Exception {
            var heard = new Heard(1);
            format.stream(base, Smoke.KEY, Smoke.CLOUD).chat("a long story", heard);
            return heard.left.get(30, TimeUnit.SECONDS);
        }

        private String throttled() throws Exception {
            ChatModel once = chat("sk-spent", Smoke.PLAY, 0);
            String told = fails(RateLimitException.class, e -> true, () -> {
                for (int i = 0; i < 5; i++) {
                    once.chat("Hi");
                }
                return "five times";
            });
            require(!chat("sk-hasty", Smoke.PLAY, 2).chat("Hi").isEmpty(), "again");
            return told;
        }
    }

    /// Hears an answer piece by piece, and may have had enough.
    private static final class Heard implements StreamingChatResponseHandler {
        private final int enough;
        private final StringBuffer text = new StringBuffer();
        private final AtomicInteger pieces = new AtomicInteger();
        private final CompletableFuture<ChatResponse> whole = new CompletableFuture<>();
        private final CompletableFuture<String> left = new CompletableFuture<>();

        Heard(int enough) {
            this.enough = enough;
        }

        @Override
        public void onPartialResponse(PartialResponse piece, PartialResponseContext context) {
            text.append(piece.text());
            if (pieces.incrementAndGet() == enough) {
                context.streamingHandle().cancel();
                left.complete(piece.text());
            }
        }

        @Override
        public void onCompleteResponse(ChatResponse answer) {
            whole.complete(answer);
            left.completeExceptionally(new AssertionError("it went on to its end"));
        }

        @Override
        public void onError(Throwable error) {
            whole.completeExceptionally(error);
            left.completeExceptionally(error);
        }
    }
}
