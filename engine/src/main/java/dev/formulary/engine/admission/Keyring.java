package dev.formulary.engine.admission;

import dev.formulary.engine.config.Settings;
import dev.formulary.engine.keys.IssuedKey;
import dev.formulary.engine.keys.KeyGrant;
import dev.formulary.engine.keys.KeyTable;
import dev.formulary.engine.keys.KeyToken;
import dev.formulary.engine.keys.Throttle;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Knows callers by their keys, those of the configuration and those that were issued. Thread-safe.
public final class Keyring {
    private static final Caller ANYBODY = new Caller("", "default");

    private final List<Settings.Key> configured;
    private final KeyTable<Caller> table;
    private volatile boolean required;

    /// Who calls.
    ///
    /// @param key the key's name; empty when keys are off
    /// @param tenant who pays
    /// @param grant what else is attached to the key
    public record Caller(String key, String tenant, KeyGrant grant) {
        /// One to whose key nothing else is attached.
        public Caller(String key, String tenant) {
            this(key, tenant, KeyGrant.of(tenant));
        }

        /// Whether it is the same one, whatever is attached to the key by now.
        public boolean is(Caller other) {
            return key.equals(other.key) && tenant.equals(other.tenant);
        }
    }

    /// @param keys who may call; empty lets everybody
    public Keyring(List<Settings.Key> keys) {
        this(keys, Throttle.none(), Clock.systemUTC());
    }

    /// @param keys who may call; empty lets everybody while none was issued
    public Keyring(List<Settings.Key> keys, Throttle throttle, InstantSource clock) {
        configured = List.copyOf(keys);
        table = new KeyTable<>(throttle, clock);
        follow(List.of());
    }

    /// From now on these issued keys are good, beside those of the configuration, and no others. Keys are required from the
    /// first one on that was issued to a client, and go on to be when it is revoked.
    public void follow(List<IssuedKey> issued) {
        Map<String, KeyTable.Held<Caller>> keys = new HashMap<>();
        boolean asked = !configured.isEmpty();
        for (Settings.Key key : configured) {
            keys.put(KeyToken.hash(key.key().value()),
                    KeyTable.Held.chosen(new Caller(key.name(), key.tenant())));
        }
        for (IssuedKey key : issued) {
            if (!key.admin()) {
                asked = true;
                KeyTable.put(keys, key, new Caller(key.name(), key.grant().tenant(), key.grant()));
            }
        }
        if (asked) {
            required = true;
        }
        table.replace(keys);
        required = asked;
    }

    /// Whether callers need a key.
    public boolean required() {
        return required;
    }

    /// Lets somebody in, or not.
    ///
    /// @param key what was sent, or null
    /// @param address from where; empty when nobody knows
    public KeyTable.Entry<Caller> enter(@Nullable String key, String address) {
        return required ? table.enter(key, address) : new KeyTable.Welcome<>(ANYBODY);
    }

    /// Finds out who calls, from nobody knows where.
    ///
    /// @param authorization the header's value, or null
    /// @return empty when the key is missing or wrong
    public Optional<Caller> caller(@Nullable String authorization) {
        return enter(KeyTable.bearer(authorization), "") instanceof KeyTable.Welcome<Caller>(Caller who)
                ? Optional.of(who)
                : Optional.empty();
    }
}
