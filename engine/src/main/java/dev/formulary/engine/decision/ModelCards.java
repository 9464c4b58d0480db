package dev.formulary.engine.decision;

import java.util.Set;

/// Which models there are, for those who look whether rules speak of models that do not exist.
///
/// @param models ids, `provider/model`
/// @param labels words that some model bears
public record ModelCards(Set<String> models, Set<String> labels) {
    public ModelCards {
        models = Set.copyOf(models);
        labels = Set.copyOf(labels);
    }
}
