package dev.formulary.engine.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import dev.formulary.engine.config.Secret;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.facts.Answer;
import dev.formulary.engine.facts.Arrival;
import dev.formulary.engine.keys.KeyGrant;
import dev.formulary.engine.keys.KeyOrder;
import dev.formulary.engine.keys.KeyStore;
import dev.formulary.engine.keys.Role;
import dev.formulary.engine.keys.Throttle;
import dev.formulary.engine.store.AuditLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may do what over the management port, and what is written down of it.
class AdminKeysTest {
    private static final String CONFIGURED = "correct-horse";
    private static final List<String> LOOKS = List.of("/", "/metrics", "/admin/status", "/admin/rules",
            "/admin/things/a");
    private static final List<String> GUARDED = List.of("/admin/keys", "/admin/audit");
    private static final List<String> CHANGES = List.of("/admin/rules/rollback", "/admin/cache/purge");
    private static final List<String> GUARDED_CHANGES = List.of("/admin/keys/create", "/admin/configuration/rollback");

    private final MutableClock clock = new MutableClock(Samples.NOON);
    @TempDir
    private Path folder;
    @SuppressWarnings("NullAway.Init")
    private KeyStore store;
    @SuppressWarnings("NullAway.Init")
    private AuditLog audit;
    private int made;

    @BeforeEach
    void open() throws IOException {
        store = new KeyStore(folder.resolve("keys.jsonl"), clock, List.of());
        audit = new AuditLog(folder, clock);
    }

    private AdminApi api(@Nullable String key) {
        var management = new Settings.Management("127.0.0.1", 8081, key == null ? null : new Secret(key));
        var keys = new AdminKeys(management, new Throttle(clock::millis, (_, _) -> {}), clock);
        store.follow(keys::follow);
        Change change = said -> {
            made++;
            return said.containsKey("no")
                    ? new Change.Result.Refused("no", "it is not possible")
                    : new Change.Result.Done(Map.of("made", made));
        };
        Items things = new Items() {
            @Override
            public String name() {
                return "thing";
            }

            @Override
            public Object find(String id, String tenant) {
                return Map.of("id", id);
            }

            @Override
            public boolean delete(String id, String tenant) {
                made++;
                return true;
            }
        };
        return new AdminApi(new Guard(management, keys, audit), sources(), Map.of("/admin/keys", List::of),
                Map.of("/admin/rules/rollback", change, "/admin/cache/purge", change, "/admin/keys/create", change,
                        "/admin/configuration/rollback", change),
                Map.of("/admin/things/", things));
    }

    private static Sources sources() {
        return new Sources(List::of, () -> "up 1\n", Map::of, List::of, List::of, Map::of, List::of, List::of, List::of,
                List::of, _ -> List.of(), _ -> null, Map::of, (_, _, _) -> null);
    }

    private String issue(Role role) throws Exception {
        return store.create(new KeyOrder(role.word(), role, KeyGrant.of("default"), null, "")).secret().value();
    }

    private static Answer.Whole ask(AdminApi api, String method, String path, @Nullable String key, String body,
            String peer) {
        Map<String, String> headers = key == null
                ? Map.of("content-type", "application/json", "host", "localhost")
                : Map.of("content-type", "application/json", "host", "localhost", "authorization", "Bearer " + key);
        return (Answer.Whole) api.handle(method, new Arrival("http", path, headers::get,
                body.getBytes(StandardCharsets.UTF_8), false, Arrival.Presence.CONSTANT, "", peer));
    }

    private static int status(AdminApi api, String method, String path, @Nullable String key) {
        return ask(api, method, path, key, method.equals("POST") ? "{}" : "", "10.0.0.1").status();
    }

    @ParameterizedTest
    @CsvSource({"READ, 200, 403, 403, 403", "OPERATE, 200, 403, 200, 403", "ADMIN, 200, 200, 200, 200"})
    void eachRoleMayDoWhatItSays(Role role, int looks, int guarded, int changes, int guardedChanges) throws Exception {
        AdminApi api = api(null);
        String key = issue(role);
        LOOKS.forEach(path -> assertThat(status(api, "GET", path, key)).as(path).isEqualTo(looks));
        GUARDED.forEach(path -> assertThat(status(api, "GET", path, key)).as(path).isEqualTo(guarded));
        CHANGES.forEach(path -> assertThat(status(api, "POST", path, key)).as(path).isEqualTo(changes));
        GUARDED_CHANGES.forEach(path -> assertThat(status(api, "POST", path, key)).as(path).isEqualTo(guardedChanges));
        assertThat(status(api, "DELETE", "/admin/things/a", key)).isEqualTo(changes);
        assertThat(made).isEqualTo(role == Role.ADMIN ? 5 : role == Role.OPERATE ? 3 : 0);
        if (role == Role.READ) {
            assertThat(new String(ask(api, "POST", "/admin/cache/purge", key, "{}", "").body(), StandardCharsets.UTF_8))
                    .contains("this needs an admin key with the role 'operate', and the key 'read' has 'read'");
        }
    }

    @Test
    void withTheFirstIssuedAdminKeyTheDoorShutsAndTheConfiguredOneGoesOn() throws Exception {
        AdminApi open = api(null);
        AdminApi locked = api(CONFIGURED);
        assertThat(status(open, "GET", "/admin/status", null)).isEqualTo(200);
        String client = store.create(new KeyOrder("phone", null, KeyGrant.of("default"), null, "")).secret().value();
        assertThat(status(open, "GET", "/admin/status", null)).as("a key of a client shuts no door here")
                .isEqualTo(200);
        String key = issue(Role.ADMIN);
        assertThat(status(open, "GET", "/admin/status", null)).isEqualTo(401);
        assertThat(status(open, "GET", "/admin/status", client)).isEqualTo(401);
        assertThat(status(open, "GET", "/admin/status", key)).isEqualTo(200);
        assertThat(status(locked, "GET", "/admin/keys", CONFIGURED)).isEqualTo(200);
        assertThat(status(locked, "GET", "/admin/keys", key)).isEqualTo(200);
        store.revoke("admin");
        assertThat(status(open, "GET", "/admin/status", key)).isEqualTo(401);
        assertThat(status(open, "GET", "/admin/status", null)).as("it stays shut").isEqualTo(401);
        assertThat(status(locked, "GET", "/admin/keys", CONFIGURED)).isEqualTo(200);
    }

    @Test
    void wrongKeysHaveToWait() throws Exception {
        AdminApi api = api(CONFIGURED);
        String issued = issue(Role.READ);
        for (int i = 0; i < 9; i++) {
            assertThat(status(api, "GET", "/admin/status", "wrong" + i)).isEqualTo(401);
        }
        Answer.Whole tenth = ask(api, "GET", "/admin/status", "wrong", "", "10.0.0.1");
        assertThat(tenth.status()).isEqualTo(429);
        assertThat(tenth.headers()).containsEntry("Retry-After", "30");
        assertThat(status(api, "GET", "/admin/status", CONFIGURED)).isEqualTo(429);
        assertThat(status(api, "GET", "/admin/status", issued)).isEqualTo(200);
        assertThat(ask(api, "GET", "/admin/status", CONFIGURED, "", "10.0.0.2").status()).isEqualTo(200);
        assertThat(status(api, "GET", "/health/live", null)).isEqualTo(200);
    }

    @Test
    void whoChangedWhatIsWrittenDownWithoutSecrets() throws Exception {
        AdminApi api = api(CONFIGURED);
        String key = issue(Role.OPERATE);
        ask(api, "POST", "/admin/rules/rollback", key, "{\"to\": \"3\", \"password\": \"hunter2\"}", "10.0.0.7");
        ask(api, "POST", "/admin/cache/purge", CONFIGURED, "{\"no\": \"1\", \"tenant\": \"home\"}", "10.0.0.8");
        ask(api, "POST", "/admin/keys/create", key, "{\"name\": \"x\"}", "10.0.0.7");
        ask(api, "POST", "/admin/cache/purge", key, "{\"dry_run\": \"true\"}", "10.0.0.7");
        ask(api, "DELETE", "/admin/things/a?tenant=home", key, "", "10.0.0.7");
        ask(api, "GET", "/admin/status", key, "", "10.0.0.7");
        ask(api, "POST", "/admin/cache/purge", "wrong-key", "{}", "10.0.0.7");

        assertThat(audit.latest(10).reversed()).extracting(each -> each.get("who") + " " + each.get("from") + " "
                + each.get("what") + " " + each.get("outcome") + " " + each.get("about")).containsExactly(
                        "operate 10.0.0.7 rules/rollback done {to=3}",
                        "management.admin-key 10.0.0.8 cache/purge refused {tenant=home}",
                        "operate 10.0.0.7 keys/create forbidden {name=x}",
                        "operate 10.0.0.7 delete things/a done {tenant=home}");
        assertThat(new String(ask(api, "GET", "/admin/audit?limit=2", CONFIGURED, "", "").body(),
                StandardCharsets.UTF_8)).contains("things/a").doesNotContain("cache/purge", "hunter2", key);
    }
}
