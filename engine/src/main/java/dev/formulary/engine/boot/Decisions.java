package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminJson;
import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.route.Gateway;
import dev.formulary.engine.store.DecisionJson;
import dev.formulary.engine.store.DecisionStore;
import dev.formulary.engine.store.Recorded;
import org.jspecify.annotations.Nullable;

/// Writes decisions as documents for clients. Thread-safe.
final class Decisions implements Entrances.DecisionBook {
    private final DecisionStore log;
    private final Chronicle chronicle;

    Decisions(DecisionStore log, Chronicle chronicle) {
        this.log = log;
        this.chronicle = chronicle;
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
}
