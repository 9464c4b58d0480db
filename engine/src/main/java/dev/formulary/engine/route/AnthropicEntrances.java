package dev.formulary.engine.route;

import dev.formulary.engine.dialect.AnthropicCatalogue;
import dev.formulary.engine.dialect.AnthropicMessages;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Entrance;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What Anthropic's clients ask beside messages, and the ids of requests that they want to see. Thread-safe.
final class AnthropicEntrances {
    /// The header by which their clients are known on paths that OpenAI's have, too.
    private static final String VERSION = "anthropic-version";
    private static final ChatDialect COUNTING = AnthropicMessages.counting();

    private final Reception reception;
    private final Offer offer;
    private final Supplier<List<Candidate>> candidates;
    private final AnthropicCatalogue catalogue;

    AnthropicEntrances(Reception reception, Offer offer,
            Supplier<List<Candidate>> candidates, AnthropicCatalogue catalogue) {
        this.reception = reception;
        this.offer = offer;
        this.candidates = candidates;
        this.catalogue = catalogue;
    }

    /// What a caller may choose from.
    @FunctionalInterface
    interface Offer {
        List<Catalogue.Entry> to(Arrival arrival) throws RefusedException;
    }

    private interface Guarded {
        byte[] answer(Arrival arrival) throws RefusedException;
    }

    /// Adds the entrances, and changes those of others that serve these clients, too.
    void addTo(Map<String, Entrance> all) {
        all.computeIfPresent("anthropic-messages", (_, chat) -> identified(chat));
        all.put("anthropic-count-tokens", identified(guarded(this::count)));
        all.computeIfPresent("openai-models", (_, others) -> byVersion(guarded(this::models), others));
        all.computeIfPresent("openai-model", (_, others) -> byVersion(guarded(this::model), others));
    }

    private Entrance byVersion(Entrance theirs, Entrance others) {
        Entrance identified = identified(theirs);
        return arrival -> arrival.header().get(VERSION) == null ? others.enter(arrival) : identified.enter(arrival);
    }

    private static Entrance guarded(Guarded guarded) {
        return arrival -> {
            try {
                return new Answer.Whole(200, Answers.JSON, Map.of(), guarded.answer(arrival));
            } catch (RefusedException e) {
                return Answers.refusal(COUNTING, e.refusal(), e.headers());
            }
        };
    }

    private static Entrance identified(Entrance entrance) {
        return arrival -> identified(entrance.enter(arrival));
    }

    private static Answer identified(Answer answer) {
        String decision = answer.headers().get("X-Formulary-Decision");
        String id = "req_" + (decision == null ? CallIds.next(System.currentTimeMillis()) : decision);
        Map<String, String> headers = new LinkedHashMap<>(answer.headers());
        headers.put("request-id", id);
        return switch (answer) {
            case Answer.Whole whole -> new Answer.Whole(whole.status(), whole.contentType(), headers,
                    whole.status() < 400 ? whole.body() : AnthropicMessages.identified(whole.body(), id));
            case Answer.Streamed streamed ->
                new Answer.Streamed(streamed.status(), streamed.contentType(), headers, streamed.frames());
        };
    }

    private byte[] count(Arrival arrival) throws RefusedException {
        Received received = reception.receive(COUNTING, arrival, System.nanoTime());
        long tokens = received.context().promptTokens()
                + reception.tokens(AnthropicMessages.tools(received.inquiry().request()));
        return ("{\"input_tokens\":" + Math.min(Integer.MAX_VALUE, tokens) + "}").getBytes(StandardCharsets.UTF_8);
    }

    private byte[] models(Arrival arrival) throws RefusedException {
        var page = new AnthropicCatalogue.Page(limit(arrival.parameter("limit")), arrival.parameter("after_id"),
                arrival.parameter("before_id"));
        return catalogue.list(offer.to(arrival), candidates.get(), page);
    }

    private static int limit(@Nullable String said) throws RefusedException {
        if (said == null) {
            return AnthropicCatalogue.MOST;
        }
        if (said.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(said);
            if (limit >= 1 && limit <= AnthropicCatalogue.MOST) {
                return limit;
            }
        }
        throw new RefusedException(Refusal.badRequest("invalid_parameter",
                "'limit' must be a whole number from 1 to " + AnthropicCatalogue.MOST, "limit"));
    }

    private byte[] model(Arrival arrival) throws RefusedException {
        String name = Entrances.behind(arrival.path(), "/models/");
        return catalogue.model(offer.to(arrival), candidates.get(), name)
                .orElseThrow(() -> Entrances.noModel(name));
    }
}
