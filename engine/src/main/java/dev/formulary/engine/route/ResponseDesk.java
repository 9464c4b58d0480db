package dev.formulary.engine.route;

import dev.formulary.engine.dialect.OpenAiResponses;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dialect.RetainedResponse;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What clients do with answers of `/v1/responses` that are kept, and with questions before they ask them. Thread-safe.
final class ResponseDesk {
    private static final String PATH = "/responses/";
    private static final String ITEMS = "/input_items";
    private static final String CANCEL = "/cancel";
    private static final int USUAL_LIMIT = 20;
    private static final int MOST = 100;

    private final Reception reception;
    private final Retention retention;

    ResponseDesk(Reception reception, Retention retention) {
        this.reception = reception;
        this.retention = retention;
    }

    /// The entrances by name.
    Map<String, Entrances.Guarded> all() {
        return Map.of("openai-response", this::fetch, "openai-response-delete", this::delete,
                "openai-response-input-items", this::inputItems, "openai-response-cancel", this::cancel,
                "openai-responses-input-tokens", this::inputTokens);
    }

    private static String id(Arrival arrival, String end) {
        String path = Entrances.behind(arrival.path(), PATH);
        return path.endsWith(end) ? path.substring(0, path.length() - end.length()) : path;
    }

    private RetainedResponse found(Arrival arrival, String id) throws RefusedException {
        RetainedResponse kept = retention.find(reception.authenticate(arrival).tenant(), id);
        if (kept == null) {
            throw notFound(id);
        }
        return kept;
    }

    private static RefusedException notFound(String id) {
        return new RefusedException(new Refusal(404, "response_not_found", "Response with id '" + shown(id)
                + "' not found: answers are kept for a time, unless 'store' is false in them", null, null));
    }

    private static String shown(String id) {
        return id.length() > 80 ? id.substring(0, 80) + "…" : id;
    }

    private Answer fetch(Arrival arrival) throws RefusedException {
        if ("true".equals(arrival.parameter("stream"))) {
            throw new RefusedException(Refusal.badRequest("unsupported_parameter",
                    "'stream' is not supported: what is kept of an answer is the whole of it", "stream"));
        }
        return json(found(arrival, id(arrival, "")).response());
    }

    private Answer delete(Arrival arrival) throws RefusedException {
        String id = id(arrival, "");
        if (!retention.forget(reception.authenticate(arrival).tenant(), id)) {
            throw notFound(id);
        }
        return json(("{\"id\":" + BatchItem.quoted(id) + ",\"object\":\"response\",\"deleted\":true}")
                .getBytes(StandardCharsets.UTF_8));
    }

    private Answer inputItems(Arrival arrival) throws RefusedException {
        boolean ascending = switch (said(arrival, "order", "desc")) {
            case "asc" -> true;
            case "desc" -> false;
            default -> throw wrong("order", "asc or desc");
        };
        return json(found(arrival, id(arrival, ITEMS)).inputItems(limit(arrival.parameter("limit")), ascending,
                arrival.parameter("after")));
    }

    private static String said(Arrival arrival, String name, String absent) {
        String value = arrival.parameter(name);
        return value == null ? absent : value;
    }

    private static int limit(@Nullable String said) throws RefusedException {
        int limit = USUAL_LIMIT;
        if (said != null) {
            limit = said.matches("\\d{1,3}") ? Integer.parseInt(said) : 0;
        }
        if (limit < 1 || limit > MOST) {
            throw wrong("limit", "a whole number from 1 to " + MOST);
        }
        return limit;
    }

    private static RefusedException wrong(String name, String right) {
        return new RefusedException(Refusal.badRequest("invalid_value", "'" + name + "' must be " + right, name));
    }

    /// What is kept is there already, and what is under way is its caller's to leave.
    private Answer cancel(Arrival arrival) throws RefusedException {
        String id = id(arrival, CANCEL);
        found(arrival, id);
        throw new RefusedException(Refusal.badRequest("response_not_in_background", "the response '" + id
                + "' is complete: none is made in the background here. To leave one under way, close the connection;"
                + " one that was asked for with 'Prefer: respond-async' is left at POST /v1/answers/ID/cancel", null));
    }

    /// Counts as policy does, without asking any model.
    private Answer inputTokens(Arrival arrival) throws RefusedException {
        Received received = reception.receive(OpenAiResponses.counted(), arrival, System.nanoTime());
        return json(("{\"object\":\"response.input_tokens\",\"input_tokens\":" + received.context().promptTokens()
                + "}").getBytes(StandardCharsets.UTF_8));
    }

    private static Answer json(byte[] body) {
        return new Answer.Whole(200, Answers.JSON, Map.of(), body);
    }
}
