package dev.formulary.engine.route;

import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.dialect.AnthropicCatalogue;
import dev.formulary.engine.dialect.Catalogue;
import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dialect.MalformedBodyException;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.Dispatcher;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Call;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Continuity;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.ModelPatterns;
import dev.formulary.engine.facts.Situation;
import dev.formulary.engine.grid.ResponseCache;
import dev.formulary.engine.schema.SchemaFolder;
import dev.formulary.engine.store.History;
import dev.formulary.engine.store.Responses;
import dev.formulary.engine.transport.ImageFetcher;
import dev.formulary.spi.Capability;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything that a route may ask of the gateway, by name. Thread-safe.
public final class Entrances {
    /// Explanations are made one after the other; so many callers may wait for theirs.
    private static final int MOST_EXPLAINING = 4;

    private final Gateway gateway;
    private final Reception reception;
    private final Supplier<List<Candidate>> candidates;
    private final Aliases aliases;
    private final Catalogue catalogue;
    private final DecisionBook book;
    private final PendingAnswers pending;
    private final ResponseDesk responses;
    private final OllamaEntrances ollama;
    private final Semaphore explaining = new Semaphore(MOST_EXPLAINING);

    /// Writes decisions down and finds them again.
    public interface DecisionBook {

        /// The document of a decision that was made and not dispatched; it can be found from now on.
        byte[] write(Gateway.Decided decided);

        /// The document of a decision, or null when it is not kept (any more) or belongs to another tenant.
        byte @Nullable [] find(String id, String tenant);

        /// Why a decision is as it is, as a document, or null as with [#find]. Takes up to a second.
        ///
        /// @param whyNot a model for which to look first, or empty
        byte @Nullable [] explain(String id, String tenant, String whyNot);
    }

    Entrances(Gateway gateway, Reception reception, Supplier<List<Candidate>> candidates, Aliases aliases,
            Catalogue catalogue, DecisionBook book, PendingAnswers pending, ResponseDesk responses,
            OllamaEntrances ollama) {
        this.ollama = ollama;
        this.gateway = gateway;
        this.reception = reception;
        this.candidates = candidates;
        this.aliases = aliases;
        this.catalogue = catalogue;
        this.book = book;
        this.pending = pending;
        this.responses = responses;
    }

    /// What the way of a call is made of.
    ///
    /// @param assessor makes the context of calls
    /// @param continuity what came before a call in its session
    /// @param situation the latest snapshot
    /// @param candidates the latest snapshot
    /// @param cache null when it is switched off
    /// @param history null where nothing is kept that was said
    /// @param responses null where no answers are kept that can be followed
    public record Stages(Settings settings, Keyring keyring, Limits limits, Assessor assessor, Gateway.Policy policy,
            Function<Call, Continuity> continuity, Supplier<Situation> situation,
            Supplier<List<Candidate>> candidates, @Nullable ResponseCache cache, Dispatcher dispatcher,
            Journal journal, DecisionBook book, @Nullable History history,
            @Nullable Responses responses, Clock clock) {

        /// Nothing is kept that was said.
        public Stages(Settings settings, Keyring keyring, Limits limits, Assessor assessor, Gateway.Policy policy,
                Function<Call, Continuity> continuity, Supplier<Situation> situation,
                Supplier<List<Candidate>> candidates, @Nullable ResponseCache cache, Dispatcher dispatcher,
                Journal journal, DecisionBook book, Clock clock) {
            this(settings, keyring, limits, assessor, policy, continuity, situation, candidates, cache, dispatcher,
                    journal, book, null, null, clock);
        }
    }

    /// Puts the way of a call together.
    public static Entrances of(Stages stages) {
        return of(stages, new Aliases(stages.settings().aliases()));
    }

    /// Puts the way of a call together.
    ///
    /// @param aliases what names of models mean
    public static Entrances of(Stages stages, Aliases aliases) {
        return of(stages, aliases, SchemaFolder.NONE);
    }

    /// Puts the way of a call together.
    ///
    /// @param schemas what calls may name for their answers to follow
    public static Entrances of(Stages stages, Aliases aliases, SchemaFolder schemas) {
        var retention = new Retention(stages.responses());
        var recollection = new Recollection(stages.history(), stages.settings().sessions().history(), retention,
                stages.clock());
        var reception = new Reception(stages.keyring(), stages.limits(), stages.assessor(), recollection,
                stages.settings(), aliases, new Checks(schemas), stages.clock());
        var pending = new PendingAnswers(stages.clock());
        var gateway = new Gateway(reception, recollection, stages.policy(), stages.continuity(), stages.situation(),
                stages.candidates(),
                new Replay(stages.cache(), stages.settings().cache().stale(), stages.clock()), stages.dispatcher(),
                stages.journal(), stages.settings().sessions().handOverTokens(), pending,
                new Pictures(stages.settings().fetch(), new ImageFetcher(stages.settings().fetch())));
        return new Entrances(gateway, reception, stages.candidates(), aliases,
                new Catalogue(stages.clock().instant()), stages.book(), pending,
                new ResponseDesk(reception, retention),
                new OllamaEntrances(reception, stages.candidates(), aliases.configured(),
                        new OllamaCatalogue(stages.clock().instant()), stages.dispatcher().residence()));
    }

    /// What an entrance does that may refuse.
    interface Guarded {
        Answer enter(Arrival arrival) throws RefusedException;
    }

    /// All entrances by name.
    public Map<String, Entrance> all() {
        var all = new TreeMap<String, Entrance>();
        Dialects.all().forEach((name, dialect) -> all.put(name, gateway.chat(dialect)));
        ChatDialect ofResponses = Dialects.of("openai-responses").orElseThrow();
        responses.all().forEach((name, asked) -> all.put(name, guarded(ofResponses, asked)));
        all.put("openai-models", guarded(Dialects.usual(), arrival -> json(catalogue.openAiList(entries(arrival)))));
        all.put("openai-model", guarded(Dialects.usual(), this::model));
        all.putAll(ollama.all());
        all.put("decide", guarded(Dialects.usual(), this::decide));
        all.put("decision", guarded(Dialects.usual(), this::decision));
        all.put("answer", guarded(Dialects.usual(), this::pendingAnswer));
        all.put("answer-cancel", guarded(Dialects.usual(), this::cancelAnswer));
        new AnthropicEntrances(reception, this::entries, candidates, new AnthropicCatalogue(catalogue.since()))
                .addTo(all);
        return all;
    }

    private Entrance guarded(ChatDialect dialect, Guarded guarded) {
        return arrival -> {
            try {
                reception.authenticate(arrival);
                return guarded.enter(arrival);
            } catch (RefusedException e) {
                return Answers.refusal(dialect, e.refusal(), Map.of());
            }
        };
    }

    private static Answer json(byte[] body) {
        return new Answer.Whole(200, Answers.JSON, Map.of(), body);
    }

    /// Only what the caller's key may use.
    private List<Catalogue.Entry> entries(Arrival arrival) throws RefusedException {
        List<String> allowed = reception.authenticate(arrival).grant().models();
        List<Catalogue.Entry> all = new ArrayList<>();
        all.add(new Catalogue.Entry("auto", "formulary"));
        aliases.configured().entrySet().stream()
                .filter(each -> each.getValue().equals("auto") || ModelPatterns.allow(allowed, each.getValue()))
                .map(Map.Entry::getKey).sorted().forEach(alias -> all.add(new Catalogue.Entry(alias, "formulary")));
        candidates.get().stream().filter(each -> ModelPatterns.allow(allowed, each.id()))
                .filter(each -> each.can(Capability.CHAT) || each.can(Capability.EMBED))
                .forEach(each -> all.add(Catalogue.Entry.of(each)));
        return all;
    }

    private Answer model(Arrival arrival) throws RefusedException {
        String name = behind(arrival.path(), "/models/");
        return json(catalogue.openAiModel(entries(arrival), name).orElseThrow(() -> noModel(name)));
    }

    static RefusedException noModel(String name) {
        return new RefusedException(new Refusal(404, "model_not_found",
                "there is no model '" + name + "'; GET /v1/models lists all", "model", null));
    }

    private Answer decide(Arrival arrival) throws RefusedException {
        try {
            ChatDialect dialect = dialect(arrival);
            Gateway.Decided decided = gateway.decideOnly(dialect, arrival);
            return new Answer.Whole(200, Answers.JSON, Answers.headers(decided.decision()), book.write(decided));
        } catch (MalformedBodyException e) {
            throw new RefusedException(e.refusal());
        }
    }

    private static ChatDialect dialect(Arrival arrival) throws RefusedException, MalformedBodyException {
        String said = arrival.parameter("dialect");
        return said == null
                ? Dialects.guess(arrival.body())
                : Dialects.of(said).orElseThrow(() -> new RefusedException(Refusal.badRequest("invalid_parameter",
                        "'dialect' must be one of " + String.join(", ", new TreeSet<>(Dialects.all().keySet())),
                        "dialect")));
    }

    private Answer decision(Arrival arrival) throws RefusedException {
        String id = behind(arrival.path(), "/decisions/");
        String tenant = reception.authenticate(arrival).tenant();
        byte[] document = explaining(arrival) ? explanation(id, tenant, arrival) : book.find(id, tenant);
        if (document == null) {
            throw new RefusedException(new Refusal(404, "decision_not_found", "there is no decision '" + id
                    + "'; the latest are kept, older ones are not", "id", null));
        }
        return json(document);
    }

    private Answer pendingAnswer(Arrival arrival) throws RefusedException {
        String id = behind(arrival.path(), "/answers/");
        Answer there = pending.find(id, reception.authenticate(arrival));
        if (there == null) {
            throw noAnswer(id);
        }
        return there;
    }

    private Answer cancelAnswer(Arrival arrival) throws RefusedException {
        String path = behind(arrival.path(), "/answers/");
        String id = path.endsWith("/cancel") ? path.substring(0, path.length() - "/cancel".length()) : path;
        if (!pending.cancel(id, reception.authenticate(arrival))) {
            throw noAnswer(id);
        }
        return json(("{\"id\":\"" + id + "\",\"status\":\"cancelled\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static RefusedException noAnswer(String id) {
        return new RefusedException(new Refusal(404, "answer_not_found", "there is no answer '" + id
                + "' of yours; it is kept for ten minutes, and not over a restart", "id", null));
    }

    private byte @Nullable [] explanation(String id, String tenant, Arrival arrival) throws RefusedException {
        if (!explaining.tryAcquire()) {
            throw new RefusedException(new Refusal(429, "too_many_explanations", MOST_EXPLAINING
                    + " explanations are being made already; ask again in a second", null, Duration.ofSeconds(1)));
        }
        try {
            return book.explain(id, tenant, Objects.requireNonNullElse(arrival.parameter("why_not"), ""));
        } finally {
            explaining.release();
        }
    }

    private static boolean explaining(Arrival arrival) throws RefusedException {
        String said = arrival.parameter("explain");
        return switch (said == null ? "false" : said) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new RefusedException(new Refusal(400, "invalid_parameter",
                    "'explain' must be true or false", "explain", null));
        };
    }

    /// What follows a fixed part of the path; names of models hold slashes, which clients may have encoded.
    static String behind(String path, String fixed) {
        int at = path.indexOf(fixed);
        String rest = at < 0 ? "" : path.substring(at + fixed.length());
        try {
            return URLDecoder.decode(rest.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return rest;
        }
    }
}
