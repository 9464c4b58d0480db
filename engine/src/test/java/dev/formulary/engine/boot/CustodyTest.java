package dev.formulary.engine.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.admission.Limits;
import dev.formulary.engine.alert.Alerts;
import dev.formulary.engine.config.Configuration;
import dev.formulary.engine.config.ConfigurationException;
import dev.formulary.engine.config.Home;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.keys.KeyGrant;
import dev.formulary.engine.keys.KeyOrder;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.store.AuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Doors to other machines, and the limits of the configuration, where keys were issued.
class CustodyTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void makeFolders() throws IOException {
        Files.createDirectories(home().data());
        Files.createDirectories(Objects.requireNonNull(home().configuration().getParent()));
    }

    private Home home() {
        return new Home(folder);
    }

    private Settings settings(String yaml) throws IOException, ConfigurationException {
        Files.writeString(home().configuration(), yaml);
        return Configuration.load(folder, Map.of());
    }

    private Custody custody(Settings settings) throws IOException {
        var custody = new Custody(settings, home(), Clock.systemUTC());
        custody.follow(Limits.none());
        return custody;
    }

    private static KeyOrder order(String name, boolean admin) {
        return new KeyOrder(name, admin ? Role.ADMIN : null, KeyGrant.of("default"), null, "");
    }

    @Test
    void otherMachinesMayComeOnceKeysOfThatKindWereIssued() throws Exception {
        String open = "server: { host: 0.0.0.0 }\nmanagement: { host: 0.0.0.0 }\n";
        assertThatThrownBy(() -> settings(open)).hasMessageContaining("lets other machines call without a key");
        Custody custody = custody(settings("{}"));
        assertThatCode(custody::check).doesNotThrowAnyException();

        custody.store().create(order("ops", true));
        assertThatThrownBy(custody(settings(open))::check).isInstanceOf(StartException.class)
                .hasMessageContaining("server.host lets other machines in without a key");
        custody.store().create(order("phone", false));
        assertThatCode(custody(settings(open))::check).doesNotThrowAnyException();
    }

    @Test
    void anAdminKeyIsAskedForBeforeOthersManage() throws Exception {
        custody(settings("{}")).store().create(order("phone", false));
        assertThatThrownBy(custody(settings("management: { host: 0.0.0.0 }"))::check)
                .hasMessageContaining("management.host lets other machines in without a key").hasMessageContaining(
                        "formulary keys create NAME --role admin");
    }

    @Test
    void limitsMaySpeakOfIssuedKeys() throws Exception {
        String limits = """
            limits:
              - { id: a, scope: pool:guests, requests: 1, per: day }
              - { id: b, scope: "key:*", requests: 1, per: day }
              - { id: c, scope: key:phone, requests: 1, per: day }
              - { id: d, scope: tenant:guests, requests: 1, per: day }
            """;
        assertThatThrownBy(() -> settings(limits)).hasMessageContaining("no entry of \"keys\" is in the pool");
        custody(settings("{}")).store().create(order("phone", false));
        assertThat(settings(limits).limits()).hasSize(4);
        assertThatThrownBy(() -> settings("limits: [{ id: a, scope: \"pool:*\", requests: 1, per: day }]"))
                .hasMessageContaining("must name a pool");
    }

    @Test
    void whoHasToWaitIsWrittenDownAndADamagedFileIsAnAlert() throws Exception {
        Custody custody = custody(settings("keys: [{ name: a, key: chosen }]"));
        for (int i = 0; i < 30; i++) {
            custody.keyring().enter("wrong", "2001:db8:1:2::7");
        }
        assertThat(AuditLog.latest(home().data(), 9)).singleElement().satisfies(entry -> assertThat(entry)
                .containsEntry("what", "login/throttled").containsEntry("from", "2001:db8:1:2::/64")
                .containsEntry("about", Map.of("door", "calls", "seconds", "30")));
        var alerts = new Alerts(Alerts.RESOLVE_AFTER);
        custody.tick(alerts);
        assertThat(alerts.open()).isEmpty();
        Files.writeString(home().keys(), "nonsense");
        custody.tick(alerts);
        assertThat(alerts.open()).singleElement().asString().contains("keys-unreadable", "is damaged");
    }
}
