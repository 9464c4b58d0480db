package dev.formulary.engine.boot;

import dev.formulary.engine.admin.AdminKeys;
import dev.formulary.engine.admin.Change;
import dev.formulary.engine.config.DurationText;
import dev.formulary.engine.config.Settings;
import dev.formulary.engine.context.Assessor;
import dev.formulary.engine.context.InvalidFactException;
import dev.formulary.engine.keys.IssuedKey;
import dev.formulary.engine.keys.KeyLimit;
import dev.formulary.engine.keys.KeyOrder;
import dev.formulary.engine.keys.KeyRefusedException;
import dev.formulary.engine.keys.KeyStore;
import dev.formulary.engine.keys.Role;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/// Shows keys, and makes, rotates and revokes issued ones. A secret is shown once, in the answer to what made it. Thread-safe.
final class KeyDesk {
    static final String KEYS = "/admin/keys";
    static final String CREATE = KEYS + "/create";
    static final String ROTATE = KEYS + "/rotate";
    static final String REVOKE = KEYS + "/revoke";
    private static final String FILE = "conf/formulary.yaml";
    private static final Duration LONGEST_KEEP = Duration.ofDays(30);

    private final Settings settings;
    private final KeyStore store;
    private final Assessor assessor;
    private final InstantSource clock;

    KeyDesk(Settings settings, KeyStore store, Assessor assessor, InstantSource clock) {
        this.settings = settings;
        this.store = store;
        this.assessor = assessor;
        this.clock = clock;
    }

    Map<String, Supplier<?>> documents() {
        return Map.of(KEYS, this::list);
    }

    Map<String, Change> changes() {
        return Map.of(CREATE, said -> changed(() -> create(said)), ROTATE, said -> changed(() -> rotate(said)), REVOKE,
                said -> changed(() -> revoke(said)));
    }

    /// All keys, those of the configuration first.
    List<Map<String, Object>> list() {
        var all = new ArrayList<Map<String, Object>>();
        if (settings.management().adminKey() != null) {
            all.add(Map.of("name", AdminKeys.CONFIGURED, "source", FILE, "role", Role.ADMIN.word(), "state", "good"));
        }
        for (Settings.Key key : settings.keys()) {
            var shown = new LinkedHashMap<String, Object>();
            shown.put("name", key.name());
            shown.put("source", FILE);
            shown.put("state", "good");
            shown.put("tenant", key.tenant());
            put(shown, "pool", key.pool());
            all.add(shown);
        }
        store.all().forEach(key -> all.add(shown(key)));
        return all;
    }

    private Map<String, Object> shown(IssuedKey key) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("id", key.id());
        shown.put("name", key.name());
        shown.put("source", "issued");
        Role role = key.role();
        if (role != null) {
            shown.put("role", role.word());
        }
        shown.put("state", key.revoked() != null ? "revoked" : key.good(clock.instant()) ? "good" : "expired");
        if (role == null) {
            shown.put("tenant", key.grant().tenant());
            put(shown, "pool", key.grant().pool());
            put(shown, "labels", List.copyOf(new TreeSet<>(key.grant().labels())));
            put(shown, "models", key.grant().models());
            put(shown, "limits", key.grant().limits().stream().map(KeyLimit::toString).toList());
            put(shown, "defaults", new TreeMap<>(key.grant().defaults()));
            put(shown, "fixed", new TreeMap<>(key.grant().fixed()));
        }
        put(shown, "note", key.note());
        shown.put("created", key.created());
        put(shown, "expires", key.expires());
        put(shown, "rotated", key.rotated());
        put(shown, "old_until", key.oldUntil());
        put(shown, "revoked", key.revoked());
        return shown;
    }

    private static void put(Map<String, Object> shown, String name, @org.jspecify.annotations.Nullable Object value) {
        if (value != null && !value.equals("") && !value.equals(List.of()) && !value.equals(Map.of())) {
            shown.put(name, value);
        }
    }

    private interface Work {
        Map<String, Object> done() throws KeyRefusedException, IOException;
    }

    private static Change.Result changed(Work work) {
        try {
            return new Change.Result.Done(work.done());
        } catch (KeyRefusedException e) {
            return new Change.Result.Refused(e.code(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("the file of keys can't be written", e);
        }
    }

    Map<String, Object> create(Map<String, String> said) throws KeyRefusedException, IOException {
        return told(store.create(KeyOrder.of(said, this::facts, clock.instant())));
    }

    private Map<String, String> facts(String text) {
        try {
            return assessor.facts(text);
        } catch (InvalidFactException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    Map<String, Object> rotate(Map<String, String> said) throws KeyRefusedException, IOException {
        String name = name(said, "keep");
        String keep = said.getOrDefault("keep", "0s");
        Duration read = DurationText.read(keep);
        if (read == null || read.compareTo(LONGEST_KEEP) > 0) {
            throw new IllegalArgumentException("'keep' must be a duration of at most 30d, for example 1h");
        }
        return told(store.rotate(name, read));
    }

    Map<String, Object> revoke(Map<String, String> said) throws KeyRefusedException, IOException {
        return shown(store.revoke(name(said, "name")));
    }

    private String name(Map<String, String> said, String also) throws KeyRefusedException {
        said.keySet().stream().filter(each -> !each.equals("name") && !each.equals(also)).findFirst()
                .ifPresent(odd -> {
                    throw new IllegalArgumentException(
                            "only 'name'" + (also.equals("name") ? "" : " and '" + also + "'")
                                    + " can be said here");
                });
        String name = said.getOrDefault("name", "");
        if (name.isEmpty()) {
            throw new IllegalArgumentException("'name' is missing: the name or id of a key");
        }
        if (name.equals(AdminKeys.CONFIGURED)) {
            throw new KeyRefusedException("key_in_configuration", "the admin key stands in " + FILE
                    + ", as 'management.admin-key'; change it there, and start the gateway again");
        }
        return name;
    }

    private Map<String, Object> told(KeyStore.Issued issued) {
        var told = new LinkedHashMap<String, Object>();
        told.put("key", issued.secret().value());
        told.put("shown", "once; only its hash is kept");
        told.putAll(shown(issued.key()));
        return told;
    }
}
