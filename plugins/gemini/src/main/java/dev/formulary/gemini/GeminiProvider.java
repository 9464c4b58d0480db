package dev.formulary.gemini;

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
import dev.formulary.spi.ReplyEvent;
import dev.formulary.spi.ReplyStream;
import dev.formulary.spi.Usage;
import dev.formulary.wire.Patience;
import dev.formulary.wire.WholeReply;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One account of the Gemini API.
final class GeminiProvider implements Provider {
    private static final int LONGEST_ANSWER = 64 * 1024 * 1024;
    private static final int MOST_PAGES = 20;
    private static final int MOST_SIGNATURES = 10_000;
    private static final long MOST_SIGNED_CHARACTERS = 64L * 1024 * 1024;
    private static final Duration PATIENCE_FOR_MODELS = Duration.ofSeconds(10);

    private final GeminiSettings settings;
    private final HttpTransport http;
    private final Map<String, String> headers;
    private final ErrorBody errors;
    private final Signatures memory = new Signatures(MOST_SIGNATURES, MOST_SIGNED_CHARACTERS);
    private final ChatBody bodies;

    GeminiProvider(GeminiSettings settings, HttpTransport http) {
        this.settings = settings;
        this.http = http;
        this.errors = new ErrorBody(settings.apiKey());
        this.bodies = new ChatBody(http, settings.fetch(), memory);
        var all = new HashMap<String, String>();
        all.put("Accept", "application/json");
        if (settings.apiKey() != null) {
            all.put("x-goog-api-key", settings.apiKey());
        }
        all.putAll(settings.headers());
        this.headers = Map.copyOf(all);
    }

    @Override
    public List<ModelCard> models() throws ProviderException, InterruptedException {
        var list = new ModelList(settings.models());
        String token = "";
        for (int page = 0; settings.discover() && page < MOST_PAGES; page++) {
            JsonNode answer = page(1000, token, Patience.withEach(PATIENCE_FOR_MODELS));
            list.add(answer.path("models"));
            token = answer.path("nextPageToken").asText("");
            if (token.isEmpty()) {
                break;
            }
        }
        return list.cards();
    }

    private JsonNode page(int size, String token, Attempt attempt) throws ProviderException, InterruptedException {
        String after = token.isEmpty() ? "" : "&pageToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
        URI uri = URI.create(settings.baseUrl() + "/models?pageSize=" + size + after);
        try (Response response = http.send(new HttpTransport.Request("GET", uri, headers, null), attempt)) {
            if (response.status() == 404) {
                throw noList();
            }
            if (response.status() != 200) {
                throw errors.of(response);
            }
            JsonNode answer = Json.read(response.readAll(LONGEST_ANSWER));
            if (answer.hasNonNull("error")) {
                throw errors.insteadOfAnAnswer(answer);
            }
            // a list of nothing is an empty object
            if (!answer.isObject() || (!answer.isEmpty() && !answer.path("models").isArray())) {
                throw noList();
            }
            return answer;
        }
    }

    private ProviderException noList() {
        return new ProviderException(FailureCategory.CONFIGURATION, "'" + settings.baseUrl()
                + "/models' has no list of models; set 'base-url' right, or 'discover: false' and name the models");
    }

    @Override
    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException, InterruptedException {
        ChatBody.Written body = bodies.of(request, attempt);
        var reader = new AnswerReader(memory, errors, Boolean.FALSE.equals(request.options().parallelToolCalls()));
        String method = request.stream() ? ":streamGenerateContent?alt=sse" : ":generateContent";
        Response response = post(request.model(), method, body.json(), attempt);
        boolean handedOver = false;
        try {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            if (request.stream()) {
                handedOver = true;
                return new AnswerStream(response, reader, body.ignored());
            }
            List<ReplyEvent> events = new ArrayList<>(body.ignored());
            events.addAll(reader.read(Json.read(response.readAll(LONGEST_ANSWER))));
            events.addAll(reader.end(true));
            return new WholeReply(events);
        } finally {
            if (!handedOver) {
                response.close();
            }
        }
    }

    private Response post(String model, String method, byte[] body, Attempt attempt)
            throws ProviderException, InterruptedException {
        ModelTraits traits = ModelTraits.of(model);
        if (!traits.wellFormed()) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "the model's name is none of this vendor");
        }
        var all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        if (method.endsWith("sse")) {
            all.put("Accept", "text/event-stream");
        }
        URI uri = URI.create(settings.baseUrl() + "/" + traits.path() + method);
        return http.send(new HttpTransport.Request("POST", uri, all, body), attempt);
    }

    @Override
    public Embeddings embed(Embeddings.Request request, Attempt attempt)
            throws ProviderException, InterruptedException {
        Set<String> ignored = request.ignoring(Set.of());
        ModelTraits model = ModelTraits.of(request.model());
        var vectors = new ArrayList<float[]>();
        for (int from = 0; from < request.texts().size(); from += EmbeddingsBody.MOST_TEXTS) {
            List<String> some = request.texts().subList(from,
                    Math.min(from + EmbeddingsBody.MOST_TEXTS, request.texts().size()));
            String method = some.size() == 1 ? ":embedContent" : ":batchEmbedContents";
            byte[] body = EmbeddingsBody.of(model, some, request.dimensions());
            try (Response response = post(request.model(), method, body, attempt)) {
                if (response.status() != 200) {
                    throw errors.of(response);
                }
                vectors.addAll(EmbeddingsBody.read(response.readAll(LONGEST_ANSWER), some.size(), errors));
            }
        }
        // the vendor does not count here
        return new Embeddings(vectors, Usage.NONE, ignored);
    }

    @Override
    public void probe(Attempt attempt) throws ProviderException, InterruptedException {
        if (settings.discover()) {
            page(1, "", attempt);
            return;
        }
        URI uri = URI.create(settings.baseUrl() + "/models?pageSize=1");
        try (Response response = http.send(new HttpTransport.Request("GET", uri, headers, null), attempt)) {
            if (response.status() != 200 && response.status() != 404) {
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
