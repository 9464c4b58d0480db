package dev.formulary.engine.route;

import dev.formulary.engine.facts.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What names of models mean: aliases of the configuration, and `auto`, for which an operator may choose one of them. Thread-safe.
public final class Aliases {
    private static final String AUTO = "auto";
    private static final String TAG = ":latest";

    private final Map<String, String> configured;
    private volatile String chosen = AUTO;

    /// `auto` means what it says.
    public Aliases(Map<String, String> configured) {
        this.configured = Map.copyOf(configured);
    }

    /// What a name means.
    ///
    /// @param model `auto`, `provider/model`, or the name itself when it is no alias
    /// @param instead the alias that stands in for `auto`; empty when none does
    record Meaning(String model, String instead) {
        /// Who asks for `auto` asks for no model, so another one may answer as well.
        boolean standsIn() {
            return !instead.isEmpty();
        }

        /// The context of a call with where its model comes from.
        Context told(Context c) {
            if (!standsIn()) {
                return c;
            }
            var sources = new HashMap<>(c.sources());
            sources.put("model", AUTO + "=" + instead);
            return new Context(c.need(), c.risk(), c.emotion(), c.ageBand(), c.privacy(), c.task(), c.consent(),
                    c.clinician(), c.paidAllowed(), c.zone(), c.language(), c.promptTokens(), c.maxTokens(), c.needs(),
                    c.deterministic(), c.therapy(), c.requirements(), c.balance(), c.traits(), c.screening(), c.words(),
                    sources);
        }
    }

    /// All of them, in alphabetical order.
    List<String> names() {
        return configured.keySet().stream().sorted().toList();
    }

    /// What may be chosen for `auto`: `auto` itself, and the aliases that mean a model.
    public List<String> options() {
        return Stream.concat(Stream.of(AUTO), names().stream()
                .filter(name -> !name.equals(AUTO) && !AUTO.equals(configured.get(name)))).toList();
    }

    /// What was chosen last.
    public String chosen() {
        return chosen;
    }

    /// Lets `auto` mean something else, from the next call on.
    ///
    /// @return false when that is none of the options; then nothing changes
    public boolean choose(String option) {
        if (!options().contains(option)) {
            return false;
        }
        chosen = option;
        return true;
    }

    /// The aliases of the configuration.
    public Map<String, String> configured() {
        return configured;
    }

    /// What a name means where nobody may choose for `auto`: vectors of one model are of no use beside those of another.
    Meaning plain(String asked) {
        return new Meaning(resolved(asked), "");
    }

    Meaning of(String asked) {
        String model = resolved(asked);
        String instead = chosen;
        return !model.equals(AUTO) || instead.equals(AUTO)
                ? new Meaning(model, "")
                : new Meaning(configured.getOrDefault(instead, AUTO), instead);
    }

    /// Some Ollama clients add a tag to every name that has none.
    private String resolved(String asked) {
        String alias = configured.get(asked);
        if (alias != null || !asked.endsWith(TAG)) {
            return alias == null ? asked : alias;
        }
        String bare = asked.substring(0, asked.length() - TAG.length());
        return bare.equals(AUTO) ? bare : configured.getOrDefault(bare, asked);
    }
}
