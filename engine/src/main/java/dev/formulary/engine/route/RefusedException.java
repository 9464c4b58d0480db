package dev.formulary.engine.route;

import dev.formulary.engine.dialect.Refusal;
import java.util.Map;

/// A call that ends before it is decided.
final class RefusedException extends Exception {
    private final transient Refusal refusal;
    private final transient Map<String, String> headers;

    RefusedException(Refusal refusal) {
        this(refusal, Map.of());
    }

    /// @param headers beside those that the refusal itself asks for
    RefusedException(Refusal refusal, Map<String, String> headers) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
        this.headers = Map.copyOf(headers);
    }

    Map<String, String> headers() {
        return headers;
    }

    Refusal refusal() {
        return refusal;
    }
}
