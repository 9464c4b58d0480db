package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.ChatRequest;
import dev.formulary.spi.Embeddings;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ModelCard;
import dev.formulary.spi.Provider;
import dev.formulary.spi.ProviderContext;
import dev.formulary.spi.ProviderException;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.WireBody;
import dev.formulary.wire.BegunBody;
import dev.formulary.wire.Json;
import dev.formulary.wire.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One server that speaks OpenAI's format.
final class OpenAiProvider implements Provider {
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final Duration PATIENCE_FOR_MODELS = Duration.ofSeconds(10);

    private final OpenAiSettings settings;
    private final Endpoints endpoints;
    private final Calls calls;
    private final ChatBody bodies;
    private final ModelList cards;
    private final ErrorBody errors;
    private final ModelLoading loading;
    /// Ids and other names of the models that were listed last; null before the first list.
    private volatile @Nullable Set<String> listed;

    /// @param nanos a clock such as [System#nanoTime]
    OpenAiProvider(OpenAiSettings settings, ProviderContext context, LongSupplier nanos) {
        this.settings = settings;
        this.endpoints = Endpoints.of(settings);
        this.bodies = new ChatBody(settings);
        this.cards = new ModelList(settings);
        this.errors = new ErrorBody(settings.keys());
        this.calls = new Calls(new KeyRing(settings.keys(), nanos), context, errors, settings.headers(),
                settings.dialect().auth());
        this.loading = new ModelLoading(settings.dialect(), endpoints, calls, errors);
    }

    @Override
    public List<ModelCard> models() throws ProviderException, InterruptedException {
        if (!settings.discover()) {
            return cards.configured();
        }
        var patience = Patience.withEach(PATIENCE_FOR_MODELS);
        try (Response response = calls.get(endpoints.models(), patience)) {
            if (response.status() == 404 && !settings.models().isEmpty()) {
                return cards.configured();
            }
            JsonNode list = list(response);
            listed = names(list);
            int count = list.isArray() ? list.size() : list.path("data").size();
            return cards.of(list, count == 1 ? props(patience) : MissingNode.getInstance());
        }
    }

    private static Set<String> names(JsonNode list) {
        var names = new HashSet<String>();
        for (JsonNode model : list.isArray() ? list : list.path("data")) {
            names.add(model.path("id").asText(""));
            model.path("aliases").forEach(alias -> names.add(alias.asText("")));
        }
        return Set.copyOf(names);
    }

    /// Asks no server for a model that it has not and would replace by another.
    private void checkThatItIsThere(String model) throws ProviderException, InterruptedException {
        if (!settings.dialect().answersAny() || !settings.discover()) {
            return;
        }
        if (listed == null) {
            models();
        }
        Set<String> names = listed;
        if (names != null && !names.contains(model)) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL,
                    "the server has no model '" + model + "' and would answer with another");
        }
    }

    private JsonNode list(Response response) throws ProviderException, InterruptedException {
        JsonNode answer = json(response);
        if (!answer.isArray() && !answer.path("data").isArray()) {
            throw new ProviderException(FailureCategory.CONFIGURATION, "'" + endpoints.models().getPath() + "' at '"
                    + endpoints.models().getHost() + "' has no list of models; 'base-url' should mostly end in '/v1'");
        }
        return answer;
    }

    private JsonNode json(Response response) throws ProviderException, InterruptedException {
        if (response.status() != 200) {
            throw errors.of(response);
        }
        JsonNode answer;
        try {
            answer = Json.TREES.readTree(response.readAll(LONGEST_ANSWER));
        } catch (IOException e) {
            throw Json.malformed();
        }
        if (answer.hasNonNull("error")) {
            throw errors.insteadOfAnAnswer(answer.path("error"));
        }
        return answer;
    }

    /// What the server says of its only model; a server that says nothing still has it.
    private JsonNode props(Attempt attempt) throws InterruptedException {
        String path = settings.dialect().props();
        if (path.isEmpty()) {
            return MissingNode.getInstance();
        }
        try (Response response = calls.get(endpoints.own(path), attempt)) {
            return json(response);
        } catch (ProviderException e) {
            return MissingNode.getInstance();
        }
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        checkThatItIsThere(request.model());
        ChatBody.Written body = bodies.of(request);
        Response response = calls.post(endpoints.chat(request.model()), body.bytes(), request.stream(), attempt);
        WireBody source = request.source();
        boolean asItCame = source != null && source.format().equals(WireBody.OPENAI_CHAT);
        boolean handedOver = false;
        try {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            if (!request.stream()) {
                return ChatAnswer.of(response.readAll(LONGEST_ANSWER), body.ignored(), asItCame, errors);
            }
            boolean events = response.header("content-type").orElse("").contains("event-stream");
            BegunBody begun = events ? BegunBody.NOTHING : BegunBody.of(response);
            if (begun.opensAnObject()) {
                return ChatAnswer.of(begun.whole(response, LONGEST_ANSWER), body.ignored(), false, errors);
            }
            handedOver = true;
            return new ChatFrames(response, begun.bytes(), body.ignored(), asItCame, errors);
        } finally {
            if (!handedOver) {
                response.close();
            }
        }
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        checkThatItIsThere(request.model());
        Set<String> ignored = request.ignoring(EmbeddingsBody.carried(request));
        try (Response response = calls.post(endpoints.embeddings(request.model()), EmbeddingsBody.of(request), false,
                attempt)) {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            return EmbeddingsBody.read(response.readAll(LONGEST_ANSWER), request.count(), ignored,
                    errors);
        }
    }

    @Override
    public boolean takesTokens() {
        return true;
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        String health = settings.dialect().health();
        if (!health.isEmpty() && healthy(health, attempt)) {
            return;
        }
        try (Response response = calls.get(endpoints.models(), attempt)) {
            boolean listsNothing = response.status() == 404 && !settings.discover();
            if (response.status() != 200 && !listsNothing) {
                throw errors.of(response);
            }
            response.readAll(LONGEST_ANSWER);
        }
    }

    /// @return false when the server has no such path
    private boolean healthy(String path, Attempt attempt) throws ProviderException, InterruptedException {
        try (Response response = calls.get(endpoints.own(path), attempt)) {
            if (response.status() == 404) {
                return false;
            }
            if (response.status() != 200) {
                throw errors.of(response);
            }
            response.readAll(LONGEST_ANSWER);
            return true;
        }
    }

    @Override
    public List<LoadedModel> loaded(Attempt attempt) throws ProviderException, InterruptedException {
        return loading.loaded(attempt);
    }

    @Override
    public void load(String model, @Nullable Duration keepAlive, Attempt attempt)
            throws ProviderException, InterruptedException {
        loading.load(model, attempt);
    }

    @Override
    public void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        loading.unload(model, attempt);
    }

    @Override
    public void close() {
        // the connections are the gateway's
    }
}
