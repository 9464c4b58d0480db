package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminKeys;
import dev.formulary.engine.admin.Guard;
import dev.formulary.engine.admission.Keyring;
import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.Addresses;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Notice;
import dev.formulary.engine.facts.Severity;
import dev.formulary.engine.keys.IssuedKey;
import dev.formulary.engine.keys.KeyStore;
import dev.formulary.engine.keys.Throttle;
import dev.formulary.engine.store.AuditLog;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// All that opens the doors: keys, who waits because of wrong ones, and the audit log. Thread-safe.
final class Custody {
    private final Settings settings;
    private final Clock clock;
    private final KeyStore store;
    private final AuditLog audit;
    private final Throttle callers;
    private final Throttle operators;
    private final Keyring keyring;
    private final AdminKeys adminKeys;

    /// @throws IOException when the file of keys is damaged: nobody is let in then
    Custody(Settings settings, Home home, Clock clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        audit = audit(home, clock);
        store = store(settings, home, clock);
        callers = new Throttle(() -> System.nanoTime() / 1_000_000, throttled("calls"));
        operators = new Throttle(() -> System.nanoTime() / 1_000_000, throttled("management"));
        keyring = new Keyring(settings.keys(), callers, clock);
        adminKeys = new AdminKeys(settings.management(), operators, clock);
    }

    static KeyStore store(Settings settings, Home home, Clock clock) throws IOException {
        return new KeyStore(home.keys(), clock,
                settings.keys().stream().map(Settings.Key::name).toList());
    }

    static AuditLog audit(Home home, Clock clock) throws IOException {
        return new AuditLog(home.data(), clock);
    }

    private BiConsumer<String, Duration> throttled(String door) {
        return (address, wait) -> audit.addMinor(new AuditLog.Entry("", address, "login/throttled", "done",
                Map.of("door", door, "seconds", Long.toString(wait.toSeconds()))));
    }

    /// Limits first, so that no key is good before its limits are there.
    void follow(Limits limits) {
        List.<Consumer<List<IssuedKey>>>of(limits::follow, keyring::follow, adminKeys::follow)
                .forEach(store::follow);
    }

    /// @throws StartException when somebody else's machine could come in without a key
    void check() throws StartException {
        check("server.host", settings.server().host(), keyring.required(), "");
        check("management.host", settings.management().host(), adminKeys.required(), " --role admin");
    }

    private static void check(String setting, String host, boolean required, String role) throws StartException {
        if (!required && !Addresses.isLoopback(host)) {
            throw new StartException(setting + " lets other machines in without a key; make one with: formulary keys"
                    + " create NAME" + role + ", or use 127.0.0.1");
        }
    }

    void tick(Alerts alerts) {
        store.tick();
        callers.tick();
        operators.tick();
        if (!store.problem().isEmpty()) {
            alerts.raise(new Notice("engine", Severity.CRITICAL, "keys-unreadable", store.problem()), clock.instant());
        }
    }

    Keyring keyring() {
        return keyring;
    }

    KeyStore store() {
        return store;
    }

    Guard guard() {
        return new Guard(settings.management(), adminKeys, audit);
    }
}
