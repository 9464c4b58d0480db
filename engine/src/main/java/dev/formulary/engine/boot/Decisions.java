package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.decision.Ruling;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.route.Gateway;
import dev.formulary.engine.store.DecisionJson;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.store.Recorded;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes decisions as documents for clients. Thread-safe.
final class Decisions implements Entrances.DecisionBook {
    private final DecisionStore log;
    private final Chronicle chronicle;
    private final Function<String, Optional<Ruling>> rulings;

    /// @param rulings the rule set of a content hash
    Decisions(DecisionStore log, Chronicle chronicle, Function<String, Optional<Ruling>> rulings) {
        this.log = log;
        this.chronicle = chronicle;
        this.rulings = rulings;
    }

    @Override
    public byte[] write(Gateway.Decided decided) {
        chronicle.note(decided.question(), decided.decision());
        return AdminJson.write(DecisionJson.of(decided.question(), decided.decision(), null));
    }

    @Override
    public byte @Nullable [] find(String id, String tenant) {
        Recorded recorded = log.find(id, tenant);
        return recorded == null ? null : AdminJson.write(DecisionJson.of(recorded));
    }

    @Override
    public byte @Nullable [] explain(String id, String tenant, String whyNot) {
        Object explained = new Explanations(one -> log.find(one, tenant), rulings).explain(id, "json", whyNot);
        return explained == null ? null : AdminJson.write(explained);
    }
}
