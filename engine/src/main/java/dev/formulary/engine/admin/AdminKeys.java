package dev.formulary.engine.admin;

import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.keys.IssuedKey;
import dev.formulary.engine.keys.KeyTable;
import dev.formulary.engine.keys.KeyToken;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.keys.Throttle;
import java.time.Clock;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Knows operators by their keys: `management.admin-key`, which may do everything, and the admin keys that were issued, each with
/// its role. Keys of clients are none. Thread-safe.
public final class AdminKeys {
    /// What the key of the configuration is called.
    public static final String CONFIGURED = "management.admin-key";
    private static final Visitor ANYBODY = new Visitor("", Role.ADMIN);

    private final @Nullable Secret configured;
    private final KeyTable<Visitor> table;
    private volatile boolean required;

    /// Who operates.
    ///
    /// @param name of the key; empty where no key is asked for
    public record Visitor(String name, Role role) {}

    /// Only the key of the configuration.
    public AdminKeys(Settings.Management management) {
        this(management, Throttle.none(), Clock.systemUTC());
    }

    /// The key of the configuration, and what [#follow] tells.
    public AdminKeys(Settings.Management management, Throttle throttle, InstantSource clock) {
        configured = management.adminKey();
        table = new KeyTable<>(throttle, clock);
        follow(List.of());
    }

    /// From now on these issued keys are good, beside that of the configuration, and no others. Once an admin key was issued,
    /// operators need one.
    public void follow(List<IssuedKey> issued) {
        Map<String, KeyTable.Held<Visitor>> keys = new HashMap<>();
        if (configured != null) {
            keys.put(KeyToken.hash(configured.value()), KeyTable.Held.chosen(new Visitor(CONFIGURED, Role.ADMIN)));
        }
        boolean asked = configured != null;
        for (IssuedKey key : issued) {
            Role role = key.role();
            if (role != null) {
                asked = true;
                KeyTable.put(keys, key, new Visitor(key.name(), role));
            }
        }
        required = required || asked;
        table.replace(keys);
        required = asked;
    }

    /// Whether operators need a key.
    public boolean required() {
        return required;
    }

    /// Lets somebody in, or not.
    ///
    /// @param authorization the header's value, or null
    /// @param address from where; empty when nobody knows
    KeyTable.Entry<Visitor> enter(@Nullable String authorization, String address) {
        return required ? table.enter(KeyTable.bearer(authorization), address) : new KeyTable.Welcome<>(ANYBODY);
    }
}
