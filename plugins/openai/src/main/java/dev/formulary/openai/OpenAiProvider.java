package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.WireBody;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One server that speaks OpenAI's format.
final class OpenAiProvider implements Provider {
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final Duration PATIENCE_FOR_MODELS = Duration.ofSeconds(10);

    private final OpenAiSettings settings;
    private final HttpTransport http;
    private final Map<String, String> headers;
    private final URI chat;
    private final URI embeddings;
    private final URI models;
    private final ChatBody bodies;
    private final ModelList cards;
    private final ErrorBody errors;

    OpenAiProvider(OpenAiSettings settings, HttpTransport http) {
        this.settings = settings;
        this.http = http;
        this.chat = URI.create(settings.baseUrl() + "/chat/completions");
        this.embeddings = URI.create(settings.baseUrl() + "/embeddings");
        this.models = URI.create(settings.baseUrl() + "/models");
        this.bodies = new ChatBody(settings);
        this.cards = new ModelList(settings);
        this.errors = new ErrorBody(settings.apiKey());
        var all = new HashMap<String, String>();
        all.put("Accept", "application/json");
        if (settings.apiKey() != null) {
            all.put("Authorization", "Bearer " + settings.apiKey());
        }
        all.putAll(settings.headers());
        this.headers = Map.copyOf(all);
    }

    @Override
    public List<ModelCard> models() throws ProviderException, InterruptedException {
        if (!settings.discover()) {
            return cards.configured();
        }
        try (Response response = http.send(new HttpTransport.Request("GET", models, headers, null),
                new Patience(PATIENCE_FOR_MODELS))) {
            if (response.status() == 404 && !settings.models().isEmpty()) {
                return cards.configured();
            }
            return cards.of(list(response));
        }
    }

    private JsonNode list(Response response) throws ProviderException, InterruptedException {
        if (response.status() != 200) {
            throw errors.of(response);
        }
        JsonNode answer;
        try {
            answer = Json.TREES.readTree(response.readAll(LONGEST_ANSWER));
        } catch (IOException e) {
            throw Reading.malformed();
        }
        if (answer.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(answer.path("error"));
        }
        if (!answer.isArray() && !answer.path("data").isArray()) {
            throw new ProviderException(FailureCategory.CONFIGURATION,
                    "'" + models + "' has no list of models; 'base-url' should mostly end in '/v1'");
        }
        return answer;
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        Response response = post(chat, bodies.of(request), request.stream(), attempt);
        WireBody source = request.source();
        boolean asItCame = source != null && source.format().equals(WireBody.OPENAI_CHAT);
        boolean handedOver = false;
        try {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            if (!request.stream()) {
                return ChatAnswer.of(response.readAll(LONGEST_ANSWER), asItCame, errors);
            }
            byte[] begun = begun(response);
            if (begun.length > 0 && begun[0] == '{') {
                return ChatAnswer.of(joined(begun, response.readAll(LONGEST_ANSWER)), false, errors);
            }
            handedOver = true;
            return new ChatFrames(response, begun, asItCame, errors);
        } finally {
            if (!handedOver) {
                response.close();
            }
        }
    }

    /// A server that can't stream, or fails with status 200, answers with a JSON object: look before it is promised.
    private static byte[] begun(Response response) throws ProviderException, InterruptedException {
        if (!response.header("content-type").orElse("").contains("json")) {
            return new byte[0];
        }
        byte[] first = response.read();
        while (first != null && new String(first, StandardCharsets.ISO_8859_1).isBlank()) {
            first = response.read();
        }
        return first == null ? new byte[0] : first;
    }

    private static byte[] joined(byte[] begun, byte[] rest) {
        byte[] all = Arrays.copyOf(begun, begun.length + rest.length);
        System.arraycopy(rest, 0, all, begun.length, rest.length);
        return all;
    }

    private Response post(URI uri, byte[] body, boolean stream, Attempt attempt)
            throws ProviderException, InterruptedException {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        all.put("X-Client-Request-Id", attempt.callId());
        if (stream) {
            all.put("Accept", "text/event-stream");
        }
        return http.send(new HttpTransport.Request("POST", uri, all, body), attempt);
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        try (Response response = post(embeddings, EmbeddingsBody.of(request), false, attempt)) {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            return EmbeddingsBody.read(response.readAll(LONGEST_ANSWER), request.texts().size(), errors);
        }
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        try (Response response = http.send(new HttpTransport.Request("GET", models, headers, null), attempt)) {
            boolean listsNothing = response.status() == 404 && !settings.discover();
            if (response.status() != 200 && !listsNothing) {
                throw errors.of(response);
            }
            response.readAll(LONGEST_ANSWER);
        }
    }

    @Override
    public void close() {
        // the connections are the gateway's
    }

    /// For a question that no caller waits for.
    private record Patience(Duration remaining) implements Attempt {
        @Override
        public String callId() {
            return "models";
        }

        @Override
        public Duration firstByte() {
            return remaining;
        }

        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void onCancel(Runnable release) {
            // nobody cancels it
        }
    }
}
