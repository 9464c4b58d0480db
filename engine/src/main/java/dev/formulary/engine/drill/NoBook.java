package dev.formulary.engine.drill;

import dev.formulary.engine.route.Entrances;
import dev.formulary.engine.route.Gateway;
import org.jspecify.annotations.Nullable;

/// Decisions of a drill are not kept.
final class NoBook implements Entrances.DecisionBook {
    @Override
    public byte[] write(Gateway.Decided decided) {
        return new byte[0];
    }

    @Override
    public byte @Nullable [] find(String id, String tenant) {
        return null;
    }

    @Override
    public byte @Nullable [] explain(String id, String tenant, String whyNot) {
        return null;
    }
}
