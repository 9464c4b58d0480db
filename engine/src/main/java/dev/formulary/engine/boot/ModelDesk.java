package dev.formulary.engine.boot;

import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.DurationText;
import dev.formulary.engine.dispatch.Residence;
import dev.formulary.engine.facts.Candidate;
import dev.formulary.spi.LoadedModel;
import dev.formulary.spi.ProviderException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Which models lie in memory, and how an operator brings them there and away. Thread-safe.
final class ModelDesk {
    private static final Duration GLANCE = Duration.ofSeconds(2);
    private static final Duration LOADING = Duration.ofMinutes(5);
    private static final String LOADED = "/admin/models/loaded";

    private final Residence residence;
    private final Supplier<List<Candidate>> candidates;

    ModelDesk(Residence residence, Supplier<List<Candidate>> candidates) {
        this.residence = residence;
        this.candidates = candidates;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(LOADED, this::loaded);
    }

    Map<String, Change> changes() {
        return Map.of("/admin/models/load", this::load, "/admin/models/unload", this::unload);
    }

    private List<Map<String, Object>> loaded() {
        return candidates.get().stream().map(Candidate::provider).distinct().flatMap(this::loaded).toList();
    }

    private Stream<Map<String, Object>> loaded(String provider) {
        try {
            return residence.loaded(provider, GLANCE).stream().map(model -> show(provider, model));
        } catch (ProviderException e) {
            return Stream.of(Map.of("provider", provider, "error", String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Stream.of();
        }
    }

    /// What is not known is left out.
    private static Map<String, Object> show(String provider, LoadedModel model) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("model", provider + "/" + model.id());
        put(shown, "bytes", model.bytes());
        put(shown, "gpu_bytes", model.gpuBytes());
        if (model.bytes() > 0 && model.gpuBytes() >= 0) {
            shown.put("gpu_share", (double) model.gpuBytes() / model.bytes());
        }
        put(shown, "context_tokens", model.contextTokens() == 0 ? -1 : model.contextTokens());
        if (model.until() != null) {
            shown.put("until", model.until().toString());
        }
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, long value) {
        if (value >= 0) {
            shown.put(name, value);
        }
    }

    private Change.Result load(Map<String, String> said) {
        String stay = said.get("keep_alive");
        Duration keepAlive = stay == null ? null : keepAlive(stay);
        return change(said, model -> residence.load(model.provider(), model.model(), keepAlive, LOADING));
    }

    private static Duration keepAlive(String text) {
        Duration read = text.equals("-1") ? Duration.ofSeconds(-1) : DurationText.read(text);
        if (read == null) {
            throw new IllegalArgumentException(
                    "'keep_alive' must be a duration such as 5m, or -1 for as long as can be");
        }
        return read;
    }

    private Change.Result unload(Map<String, String> said) {
        return change(said, model -> residence.unload(model.provider(), model.model(), LOADING));
    }

    private interface Order {
        void carryOut(Candidate model) throws ProviderException, InterruptedException;
    }

    private Change.Result change(Map<String, String> said, Order order) {
        Candidate model = named(said, candidates.get());
        try {
            order.carryOut(model);
            return new Change.Result.Done(loaded(model.provider()).toList());
        } catch (ProviderException e) {
            return new Change.Result.Refused("provider_refused", String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Change.Result.Refused("stopping", "the gateway stops");
        }
    }

    /// The model that an operator names.
    ///
    /// @throws IllegalArgumentException when there is none of that name
    static Candidate named(Map<String, String> said, List<Candidate> candidates) {
        String id = said.getOrDefault("model", "");
        return candidates.stream().filter(each -> each.id().equals(id)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'model' must be the name of a model as /admin/providers lists it, not '" + id + "'"));
    }
}
