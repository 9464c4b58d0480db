package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Brings models into memory and out of it, for the servers that let the caller decide. Source: llama.cpp's server in its
/// router mode, late 2026: `GET /models` with `status.value`, `POST /models/load` and `/models/unload`.
final class ModelLoading {
    private static final int LONGEST_ANSWER = 16 * 1024 * 1024;

    private final Dialect dialect;
    private final Endpoints endpoints;
    private final Calls calls;
    private final ErrorBody errors;

    ModelLoading(Dialect dialect, Endpoints endpoints, Calls calls, ErrorBody errors) {
        this.dialect = dialect;
        this.endpoints = endpoints;
        this.calls = calls;
        this.errors = errors;
    }

    /// Servers that do not tell have none.
    List<LoadedModel> loaded(Attempt attempt) throws ProviderException, InterruptedException {
        var loaded = new ArrayList<LoadedModel>();
        if (dialect.loads().isEmpty()) {
            return loaded;
        }
        try (Response response = calls.get(endpoints.own(dialect.loads()), attempt)) {
            for (JsonNode model : json(response).path("data")) {
                if (isLoaded(model)) {
                    JsonNode meta = model.path("meta");
                    loaded.add(new LoadedModel(model.path("id").asText(), meta.path("size").asLong(-1), -1,
                            Math.max(0, meta.path("n_ctx").asInt(0)), null));
                }
            }
        }
        return loaded;
    }

    /// A server with one model has it in memory and says nothing of its state.
    private static boolean isLoaded(JsonNode model) {
        String status = model.path("status").path("value").asText("loaded");
        return model.path("id").isTextual() && (status.equals("loaded") || status.equals("sleeping"));
    }

    private JsonNode json(Response response) throws ProviderException, InterruptedException {
        if (response.status() != 200) {
            throw errors.of(response);
        }
        try {
            return Json.TREES.readTree(response.readAll(LONGEST_ANSWER));
        } catch (IOException e) {
            throw Reading.malformed();
        }
    }

    void load(String model, Attempt attempt) throws ProviderException, InterruptedException {
        order("/load", model, attempt);
    }

    void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        order("/unload", model, attempt);
    }

    private void order(String what, String model, Attempt attempt) throws ProviderException, InterruptedException {
        if (dialect.loads().isEmpty()) {
            throw unsupported();
        }
        byte[] body = ("{\"model\":" + Json.quote(model) + "}").getBytes(StandardCharsets.UTF_8);
        try (Response response = calls.post(endpoints.own(dialect.loads() + what), body, false, attempt)) {
            if (response.status() == 404 || response.status() == 405) {
                throw unsupported();
            }
            if (response.status() != 200) {
                throw errors.of(response);
            }
            response.readAll(LONGEST_ANSWER);
        }
    }

    private static ProviderException unsupported() {
        return new ProviderException(FailureCategory.UNSUPPORTED, "this server loads and unloads models by itself");
    }
}
