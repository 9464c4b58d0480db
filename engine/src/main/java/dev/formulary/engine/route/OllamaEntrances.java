package dev.formulary.engine.route;

import dev.formulary.engine.dialect.ChatDialect;
import dev.formulary.engine.dialect.Dialects;
import dev.formulary.engine.dialect.MalformedBodyException;
import dev.formulary.engine.dialect.OllamaCatalogue;
import dev.formulary.engine.dialect.OllamaCatalogue.Named;
import dev.formulary.engine.dialect.OllamaCatalogue.Running;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.engine.facts.Entrance;
import dev.formulary.engine.facts.ModelPatterns;
import dev.formulary.spi.Capability;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What Ollama's clients ask beside chats: which models there are, what they can do, which are loaded. Thread-safe.
final class OllamaEntrances {
    /// Clients wait a few seconds for all providers together.
    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final String OURS = "formulary";
    private static final String AUTO = "auto";
    private static final String TAG = ":latest";
    private static final ChatDialect DIALECT = Dialects.of("ollama-chat").orElseThrow();

    private final Reception reception;
    private final Supplier<List<Candidate>> candidates;
    private final Map<String, String> aliases;
    private final OllamaCatalogue catalogue;
    private final Residence residence;

    /// @param aliases what each stands for
    OllamaEntrances(Reception reception, Supplier<List<Candidate>> candidates, Map<String, String> aliases,
            OllamaCatalogue catalogue, Residence residence) {
        this.reception = reception;
        this.candidates = candidates;
        this.aliases = new TreeMap<>(aliases);
        this.catalogue = catalogue;
        this.residence = residence;
    }

    /// All of them by name.
    Map<String, Entrance> all() {
        return Map.of("ollama-tags", guarded((_, allowed) -> json(catalogue.tags(named(allowed)))), "ollama-show",
                guarded(this::show),
                "ollama-ps", guarded((_, allowed) -> json(catalogue.running(running(allowed)))), "ollama-pull",
                guarded(this::pull),
                "ollama-change", guarded(this::change), "ollama-version", _ -> json(catalogue.version()),
                "ollama-root", _ -> new Answer.Whole(200, "text/plain; charset=utf-8", Map.of(),
                        "Ollama is running".getBytes(StandardCharsets.US_ASCII)));
    }

    private interface Guarded {
        /// @param allowed patterns of the models that the caller's key may use
        Answer enter(Arrival arrival, List<String> allowed)
                throws RefusedException, MalformedBodyException, InterruptedException;
    }

    private Entrance guarded(Guarded guarded) {
        return arrival -> {
            try {
                return guarded.enter(arrival, reception.authenticate(arrival).grant().models());
            } catch (RefusedException e) {
                return Answers.refusal(DIALECT, e.refusal(), e.headers());
            } catch (MalformedBodyException e) {
                return Answers.refusal(DIALECT, e.refusal(), Map.of());
            }
        };
    }

    private static Answer json(byte[] body) {
        return new Answer.Whole(200, Answers.JSON, Map.of(), body);
    }

    private List<Named> named(List<String> allowed) {
        List<Candidate> models = candidates.get().stream().filter(each -> ModelPatterns.allow(allowed, each.id()))
                .filter(each -> each.can(Capability.CHAT) || each.can(Capability.EMBED)).toList();
        List<Named> all = new ArrayList<>();
        all.add(new Named(AUTO, OURS, models));
        aliases.forEach((alias, target) -> {
            if (target.equals(AUTO) || ModelPatterns.allow(allowed, target)) {
                all.add(new Named(alias, OURS, target.equals(AUTO)
                        ? models
                        : models.stream().filter(each -> each.id().equals(target) || each.model().equals(target))
                                .toList()));
            }
        });
        models.forEach(each -> all.add(Named.of(each)));
        return all;
    }

    private @Nullable Named find(String name, List<String> allowed) {
        String bare = name.endsWith(TAG) ? name.substring(0, name.length() - TAG.length()) : name;
        List<Named> all = named(allowed);
        return all.stream().filter(each -> each.name().equals(name)).findFirst()
                .or(() -> all.stream().filter(each -> each.name().equals(bare)).findFirst())
                .or(() -> only(all.stream().filter(each -> each.models().size() == 1
                        && each.models().getFirst().model().equals(name) && each.name().contains("/")).toList()))
                .orElse(null);
    }

    /// A model's name without its provider, where only one has it.
    private static Optional<Named> only(List<Named> found) {
        return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
    }

    private Answer show(Arrival arrival, List<String> allowed) throws RefusedException, MalformedBodyException {
        OllamaCatalogue.Asked asked = OllamaCatalogue.asked(arrival.body());
        Named found = find(asked.model(), allowed);
        if (found == null) {
            throw notFound(asked.model(), "");
        }
        return json(catalogue.show(found));
    }

    private static RefusedException notFound(String model, String more) {
        return new RefusedException(
                new Refusal(404, "model_not_found", "model '" + model + "' not found" + more, "model", null));
    }

    private List<Running> running(List<String> allowed) throws InterruptedException {
        List<Running> all = new ArrayList<>();
        Map<String, Candidate> models = new TreeMap<>();
        candidates.get().stream().filter(each -> ModelPatterns.allow(allowed, each.id()))
                .forEach(each -> models.put(each.id(), each));
        for (String provider : models.values().stream().map(Candidate::provider).distinct().toList()) {
            for (LoadedModel loaded : loaded(provider)) {
                Candidate model = models.get(provider + "/" + loaded.id());
                if (model != null) {
                    all.add(new Running(Named.of(model), loaded));
                }
            }
        }
        return all;
    }

    /// A provider that does not tell has none.
    private List<LoadedModel> loaded(String provider) throws InterruptedException {
        try {
            return residence.loaded(provider, GLANCE);
        } catch (ProviderException e) {
            return List.of();
        }
    }

    /// Some clients pull whatever they are told to use. What is there needs no download, and what is not can't be had here.
    private Answer pull(Arrival arrival, List<String> allowed)
            throws RefusedException, MalformedBodyException {
        OllamaCatalogue.Asked asked = OllamaCatalogue.asked(arrival.body());
        if (find(asked.model(), allowed) == null) {
            throw notFound(asked.model(),
                    ": this gateway downloads nothing; have the model's own server load it, and it is here");
        }
        byte[] done = catalogue.status("success");
        return asked.stream() && arrival.mayStream()
                ? new Answer.Streamed(200, DIALECT.streamType(), Map.of(),
                        new Lines(List.of(catalogue.status("pulling manifest"), done)))
                : json(done);
    }

    private Answer change(Arrival arrival, List<String> allowed) throws RefusedException {
        throw new RefusedException(new Refusal(501, "unsupported_operation",
                "this gateway does not create, copy, push or"
                        + " delete models; do that at the server that has them, and the gateway will see it",
                null, null));
    }

    /// Lines that are all there.
    private static final class Lines implements Answer.Frames {
        private final Deque<byte[]> lines;

        Lines(List<byte[]> lines) {
            this.lines = new ArrayDeque<>(lines);
        }

        @Override
        public byte @Nullable [] next() {
            byte[] json = lines.poll();
            if (json == null) {
                return null;
            }
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        }

        @Override
        public void close() {
            // nothing is held
        }
    }
}
