package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Refusal;

/// A call that ends before it is decided.
final class RefusedException extends Exception {
    private final transient Refusal refusal;

    RefusedException(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
