package dev.formulary.engine.route;

import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.dialect.Refusal;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.keys.KeyTable;
import java.time.Duration;
import java.util.Map;

/// Lets callers in by their keys: a bearer token, or what stands in `X-API-Key` where there is none. Thread-safe.
final class Door {
    private final Keyring keyring;

    Door(Keyring keyring) {
        this.keyring = keyring;
    }

    /// Who calls.
    ///
    /// @throws RefusedException 401 when the key is missing or wrong, 429 when too many wrong ones came from that address
    Keyring.Caller enter(Arrival arrival) throws RefusedException {
        String bearer = KeyTable.bearer(arrival.header().get("authorization"));
        String key = bearer == null ? arrival.header().get("x-api-key") : bearer;
        return switch (keyring.enter(key, arrival.peer())) {
            case KeyTable.Welcome<Keyring.Caller>(Keyring.Caller caller) -> caller;
            case KeyTable.Stranger<Keyring.Caller> _ -> throw new RefusedException(new Refusal(401, "invalid_api_key",
                    "the API key is missing or wrong; send it as Authorization: Bearer KEY or X-Api-Key: KEY", null,
                    null));
            case KeyTable.Wait<Keyring.Caller>(Duration left) -> throw tooMany(Math.ceilDiv(left.toMillis(), 1_000L));
        };
    }

    /// The header tells the whole time, and that nothing comes of trying again by itself.
    private static RefusedException tooMany(long seconds) {
        return new RefusedException(new Refusal(429, "too_many_wrong_keys", "too many wrong API keys came from this"
                + " address; wait " + seconds + " s, and send the right one", null, null),
                Map.of("Retry-After", Long.toString(seconds), "x-should-retry", "false"));
    }
}
