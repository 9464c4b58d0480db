package dev.formulary.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.Capability;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.LocalHosts;
import dev.formulary.wire.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One Ollama server.
final class OllamaProvider implements Provider {
    private static final String GENERATE = "/api/generate";
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final Duration PATIENCE_FOR_MODELS = Duration.ofSeconds(10);

    private final OllamaSettings settings;
    private final HttpTransport http;
    private final Map<String, String> headers;
    private final ChatBody bodies;
    private final ContextSize contexts;
    private final ModelCatalog catalog;
    private final ErrorLine errors;
    private final URI chat;
    private final ModelLoading loading = new ModelLoading();

    OllamaProvider(OllamaSettings settings, HttpTransport http) {
        this.settings = settings;
        this.http = http;
        this.headers = settings.apiKey() == null
                ? Map.of("Content-Type", "application/json")
                : Map.of("Content-Type", "application/json", "Authorization", "Bearer " + settings.apiKey());
        this.bodies = new ChatBody(settings.keepAlive());
        this.contexts = new ContextSize(settings.contextMax());
        this.catalog = new ModelCatalog(settings.local());
        this.errors = new ErrorLine(settings.apiKey());
        this.chat = URI.create(settings.baseUrl() + "/api/chat");
    }

    @Override
    public List<ModelCard> models() throws ProviderException, InterruptedException {
        var attempt = Patience.withAll(PATIENCE_FOR_MODELS);
        JsonNode tags = json(ask("GET", "/api/tags", null, attempt));
        List<ModelCard> cards = catalog.update(tags, running(attempt), model -> show(model, attempt));
        contexts.keepOnly(catalog.ids());
        return cards;
    }

    /// Where models lie is good to know, and no more.
    private List<LoadedModel> running(Attempt attempt) throws InterruptedException {
        try {
            return loaded(attempt);
        } catch (ProviderException e) {
            return List.of();
        }
    }

    /// What the server says of a model; a server that says nothing still has the model.
    private @Nullable JsonNode show(String model, Attempt attempt) throws ProviderException, InterruptedException {
        byte[] question = Json.TREES.createObjectNode().put("model", model).toString()
                .getBytes(StandardCharsets.UTF_8);
        try {
            return json(ask("POST", "/api/show", question, attempt));
        } catch (ProviderException e) {
            if (e.category() == FailureCategory.CONNECT || e.category() == FailureCategory.TIMEOUT) {
                throw e;
            }
            return null;
        }
    }

    private Response ask(String method, String path, byte @Nullable [] body, Attempt attempt)
            throws ProviderException, InterruptedException {
        return http.send(new HttpTransport.Request(method, URI.create(settings.baseUrl() + path), headers, body),
                attempt);
    }

    private JsonNode json(Response response) throws ProviderException, InterruptedException {
        try (response) {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            return Json.TREES.readTree(response.readAll(LONGEST_ANSWER));
        } catch (IOException e) {
            throw ErrorLine.malformed();
        }
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        int contextTokens = contexts.of(request, catalog.contextTokens(request.model()));
        ChatBody.Written body = bodies.of(request, contextTokens,
                !catalog.lacks(request.model(), Capability.THINKING));
        boolean completes = ChatBody.completes(request);
        Response response = completes
                ? ask("POST", GENERATE, body.bytes(), attempt)
                : http.send(new HttpTransport.Request("POST", chat, headers, body.bytes()), attempt);
        String asItCame = ChatBody.asItCame(request)
                ? completes ? WireBody.OLLAMA_GENERATE : WireBody.OLLAMA_CHAT
                : "";
        if (response.status() == 200 && request.stream()) {
            return ChatLines.stream(response, body.ignored(), asItCame, errors);
        }
        try (response) {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            return ChatLines.whole(response.readAll(LONGEST_ANSWER), body.ignored(), asItCame, errors);
        }
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        Set<String> ignored = request.ignoring(EmbedBody.carried(request));
        JsonNode answer = json(ask("POST", "/api/embed", EmbedBody.of(request, settings.keepAlive()), attempt));
        if (answer.hasNonNull("error")) {
            throw errors.of(ErrorLine.text(answer.path("error")), 0);
        }
        return EmbedBody.read(answer, request.texts().size(), ignored);
    }

    @Override
    public List<LoadedModel> loaded(Attempt attempt) throws ProviderException, InterruptedException {
        return loading.loaded(json(ask("GET", "/api/ps", null, attempt)));
    }

    @Override
    public boolean loadsHere() {
        return LocalHosts.isThisMachine(chat.getHost());
    }

    @Override
    public void load(String model, @Nullable Duration keepAlive, Attempt attempt)
            throws ProviderException, InterruptedException {
        boolean embeds = catalog.lacks(model, Capability.CHAT);
        String stay = keepAlive == null ? settings.keepAlive() : KeepAlive.json(keepAlive);
        byte[] body = loading.load(model, embeds, contexts.usual(model, catalog.contextTokens(model)), stay);
        order(embeds ? "/api/embed" : GENERATE, body, attempt);
    }

    @Override
    public void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        order(GENERATE, loading.unload(model), attempt);
    }

    private void order(String path, byte[] body, Attempt attempt) throws ProviderException, InterruptedException {
        JsonNode answer = json(ask("POST", path, body, attempt));
        if (answer.hasNonNull("error")) {
            throw errors.of(ErrorLine.text(answer.path("error")), 0);
        }
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        json(ask("GET", "/api/version", null, attempt));
    }

    @Override
    public void close() {
        // the connections are the gateway's
    }
}
