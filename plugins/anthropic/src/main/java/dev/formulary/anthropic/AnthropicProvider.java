package dev.formulary.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.wire.BegunBody;
import dev.formulary.wire.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One server that speaks the Messages API.
final class AnthropicProvider implements Provider {
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final Duration PATIENCE_FOR_MODELS = Duration.ofSeconds(10);
    private static final int MOST_PAGES = 20;
    private static final int MOST_CALLS_REMEMBERED = 2000;
    private static final long MOST_CHARACTERS_REMEMBERED = 16 * 1024 * 1024;

    private final AnthropicSettings settings;
    private final HttpTransport http;
    private final Map<String, String> headers;
    private final URI messages;
    private final ThoughtMemory memory = new ThoughtMemory(MOST_CALLS_REMEMBERED, MOST_CHARACTERS_REMEMBERED);
    private final ModelList cards;
    private final MessagesBody bodies;
    private final ErrorBody errors;

    AnthropicProvider(AnthropicSettings settings, HttpTransport http) {
        this.settings = settings;
        this.http = http;
        this.messages = URI.create(settings.baseUrl() + "/v1/messages");
        this.cards = new ModelList(settings);
        this.bodies = new MessagesBody(settings, cards, memory);
        this.errors = new ErrorBody(List.copyOf(settings.secrets()), InstantSource.system());
        var all = new HashMap<>(settings.headers());
        all.putIfAbsent("Accept", "application/json");
        this.headers = Map.copyOf(all);
    }

    @Override
    public List<ModelCard> models() throws ProviderException, InterruptedException {
        if (!settings.discover()) {
            return cards.configured();
        }
        Attempt patience = Patience.withEach(PATIENCE_FOR_MODELS);
        List<JsonNode> entries = new ArrayList<>();
        String after = "";
        for (int page = 0; page < MOST_PAGES; page++) {
            JsonNode list;
            try (Response response = get("?limit=1000" + after, patience)) {
                if (page == 0 && response.status() == 404 && !settings.models().isEmpty()) {
                    return cards.configured();
                }
                list = list(response);
            }
            list.path("data").forEach(entries::add);
            String last = list.path("last_id").asText("");
            String next = "&after_id=" + URLEncoder.encode(last, StandardCharsets.UTF_8);
            if (!list.path("has_more").asBoolean() || last.isEmpty() || next.equals(after)) {
                break;
            }
            after = next;
        }
        return cards.cards(entries);
    }

    private Response get(String query, Attempt attempt) throws ProviderException, InterruptedException {
        URI models = URI.create(settings.baseUrl() + "/v1/models" + query);
        return http.send(new HttpTransport.Request("GET", models, headers, null), attempt);
    }

    private JsonNode list(Response response) throws ProviderException, InterruptedException {
        if (response.status() != 200) {
            throw errors.of(response);
        }
        JsonNode answer;
        try {
            answer = Json.read(response.readAll(LONGEST_ANSWER));
        } catch (IOException e) {
            throw Json.malformed();
        }
        if (answer.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(answer);
        }
        if (!answer.path("data").isArray()) {
            throw new ProviderException(FailureCategory.CONFIGURATION, "'" + settings.baseUrl()
                    + "/v1/models' has no list of models; is 'base-url' the address of a server of the Messages API?");
        }
        return answer;
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        Asked asked = bodies.of(request);
        Response response = post(asked.body(), request.stream(), attempt);
        boolean handedOver = false;
        try {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            if (!request.stream()) {
                return MessageAnswer.of(response.readAll(LONGEST_ANSWER), asked, asked.asItCame(), memory, errors);
            }
            boolean json = response.header("content-type").orElse("").contains("json");
            BegunBody begun = json ? BegunBody.of(response) : BegunBody.NOTHING;
            if (begun.opensAnObject()) {
                return MessageAnswer.of(begun.whole(response, LONGEST_ANSWER), asked, false, memory, errors);
            }
            handedOver = true;
            return new MessageFrames(response, begun.bytes(), asked, memory, errors);
        } finally {
            if (!handedOver) {
                response.close();
            }
        }
    }

    private Response post(byte[] body, boolean stream, Attempt attempt)
            throws ProviderException, InterruptedException {
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        if (stream) {
            all.put("Accept", "text/event-stream");
        }
        return http.send(new HttpTransport.Request("POST", messages, all, body), attempt);
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        try (Response response = get("?limit=1", attempt)) {
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
}
