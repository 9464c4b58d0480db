package dev.formulary.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.formulary.spi.Attempt;
import dev.formulary.spi.FailureCategory;
import dev.formulary.spi.HttpTransport.Response;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import dev.formulary.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Brings models into memory and out of it, for the servers that let the caller decide. Source: llama.cpp's server 0.7.0 in
/// its router mode: `GET /models` with `status.value`, `POST /models/load`, which answers before the model is there, and
/// `/models/unload`.
final class ModelLoading {
    private static final int LONGEST_ANSWER = 16 * 1024 * 1024;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

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
        for (JsonNode model : models(attempt)) {
            // a server with one model has it in memory and says nothing of its state; one that sleeps has let it go
            if (model.path("id").isTextual() && model.path("status").path("value").asText("loaded").equals("loaded")) {
                JsonNode meta = model.path("meta");
                loaded.add(new LoadedModel(model.path("id").asText(), meta.path("size").asLong(-1), -1,
                        Math.max(0, meta.path("n_ctx").asInt(0)), null));
            }
        }
        return loaded;
    }

    /// Returns when the model is there. A server with one model has it always.
    void load(String model, Attempt attempt) throws ProviderException, InterruptedException {
        JsonNode status = status(model, attempt);
        if (status.isMissingNode() || isThere(status)) {
            return;
        }
        if (!status.path("value").asText().equals("loading")) {
            order("/load", model, "is already running", attempt);
            status = status(model, attempt);
        }
        while (!isThere(status)) {
            if (status.path("failed").asBoolean()) {
                throw new ProviderException(FailureCategory.SERVER, "the server could not load '" + model + "'");
            }
            Thread.sleep(BETWEEN_LOOKS);
            if (!attempt.remaining().isPositive()) {
                throw new ProviderException(FailureCategory.TIMEOUT, "'" + model + "' was not loaded in time");
            }
            status = status(model, attempt);
        }
    }

    /// One that sleeps wakes when it is asked.
    private static boolean isThere(JsonNode status) {
        String value = status.path("value").asText();
        return value.equals("loaded") || value.equals("sleeping");
    }

    void unload(String model, Attempt attempt) throws ProviderException, InterruptedException {
        if (status(model, attempt).isMissingNode()) {
            throw unsupported();
        }
        order("/unload", model, "is not running", attempt);
    }

    /// @return missing when the server has the model and says nothing of its state
    private JsonNode status(String model, Attempt attempt) throws ProviderException, InterruptedException {
        if (dialect.loads().isEmpty()) {
            throw unsupported();
        }
        for (JsonNode each : models(attempt)) {
            if (each.path("id").asText("").equals(model)) {
                return each.path("status");
            }
        }
        throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "the server has no model '" + model + "'");
    }

    private JsonNode models(Attempt attempt) throws ProviderException, InterruptedException {
        try (Response response = calls.get(endpoints.own(dialect.loads()), attempt)) {
            if (response.status() != 200) {
                throw errors.of(response);
            }
            return Json.TREES.readTree(response.readAll(LONGEST_ANSWER)).path("data");
        } catch (IOException e) {
            throw Json.malformed();
        }
    }

    /// @param alreadySo what the server says when there is nothing to do
    private void order(String what, String model, String alreadySo, Attempt attempt)
            throws ProviderException, InterruptedException {
        byte[] body = ("{\"model\":" + Json.quote(model) + "}").getBytes(StandardCharsets.UTF_8);
        try (Response response = calls.post(endpoints.own(dialect.loads() + what), body, false, attempt)) {
            if (response.status() != 200) {
                ProviderException failure = errors.of(response);
                String message = failure.getMessage();
                if (message == null || !message.contains(alreadySo)) {
                    throw failure;
                }
                return;
            }
            response.readAll(LONGEST_ANSWER);
        }
    }

    private static ProviderException unsupported() {
        return new ProviderException(FailureCategory.UNSUPPORTED, "this server loads and unloads models by itself");
    }
}
