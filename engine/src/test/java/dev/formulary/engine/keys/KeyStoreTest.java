package dev.formulary.engine.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.formulary.engine.MutableClock;
import dev.formulary.engine.Samples;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyStoreTest {
    private static final KeyGrant RICH = new KeyGrant("home", "family", Set.of("child"), List.of("ollama/*"),
            List.of(new KeyLimit(5, "tokens", "day")), Map.of("need", "chat"), Map.of("privacy", "local"));

    private final MutableClock clock = new MutableClock(Samples.NOON);
    @TempDir
    private Path folder;
    private Path file = Path.of("");

    @BeforeEach
    void name() {
        file = folder.resolve("keys.jsonl");
    }

    private KeyStore open() throws IOException {
        return new KeyStore(file, clock, List.of("in-file"));
    }

    private static KeyOrder order(String name) {
        return new KeyOrder(name, null, RICH, Samples.NOON.plusSeconds(60), "a note");
    }

    @Test
    void whatWasMadeIsThereAgainButNotItsSecret() throws Exception {
        KeyStore store = open();
        KeyStore.Issued issued = store.create(order("phone"));
        KeyStore.Issued admin = store.create(new KeyOrder("ops", Role.OPERATE, KeyGrant.of("default"), null, ""));
        store.rotate("phone", Duration.ofHours(1));
        store.revoke(admin.key().id());

        assertThat(open().all()).isEqualTo(store.all()).hasSize(2);
        assertThat(store.all().getFirst().grant()).isEqualTo(RICH);
        assertThat(store.all().getFirst().oldHash()).isEqualTo(KeyToken.hash(issued.secret().value()));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                assertThat(Files.readString(each)).doesNotContain(issued.secret().value(), admin.secret().value());
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each))).isEqualTo("rw-------");
            }
        }
    }

    @Test
    void namesAreUniqueAmongThoseInUse() throws Exception {
        KeyStore store = open();
        store.create(order("phone"));
        assertThatThrownBy(() -> store.create(order("phone"))).isInstanceOf(KeyRefusedException.class)
                .hasMessageContaining("there is a key named 'phone'");
        assertThatThrownBy(() -> store.create(order("in-file"))).hasMessageContaining("conf/formulary.yaml has a key");
        assertThatThrownBy(() -> store.revoke("in-file")).hasMessageContaining("stands in conf/formulary.yaml");
        assertThatThrownBy(() -> store.revoke("other")).hasMessageContaining("there is no key 'other'");
        store.revoke("phone");
        assertThatThrownBy(() -> store.rotate("phone", Duration.ZERO)).hasMessageContaining("or it was revoked");
        store.create(order("phone"));
        assertThat(store.all()).extracting(IssuedKey::name).containsExactly("phone", "phone");
    }

    /// Whatever byte is changed, and wherever the file is cut off.
    @Test
    void damageIsNoticedAndOpensNoDoor() throws Exception {
        KeyStore store = open();
        store.create(order("phone"));
        store.create(order("laptop"));
        byte[] good = Files.readAllBytes(file);
        var random = new Random(5);
        for (int i = 0; i < 300; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(7));
            Files.write(file, bad);
            assertThatThrownBy(this::open).as("byte " + at).isInstanceOf(IOException.class)
                    .hasMessageContainingAll("keys.jsonl is damaged", "put back a good copy");
            Files.write(file, java.util.Arrays.copyOf(good, at));
            assertThatThrownBy(this::open).as("cut off at " + at).isInstanceOf(IOException.class);
        }
        Files.write(file, good);
        assertThat(open().all()).hasSize(2);
    }

    @Test
    void aCopyFromElsewhereIsFollowedAndDamageOrLossMeanwhileChangesNothing() throws Exception {
        KeyStore store = open();
        KeyStore elsewhere = new KeyStore(folder.resolve("other"), clock, List.of());
        elsewhere.create(order("phone"));
        var told = new ArrayList<List<IssuedKey>>();
        store.follow(told::add);
        Files.copy(folder.resolve("other"), file);
        store.tick();
        store.tick();
        assertThat(told).containsExactly(List.of(), elsewhere.all());

        Files.write(folder.resolve("half"), "{}".getBytes(StandardCharsets.UTF_8));
        Files.move(folder.resolve("half"), file, StandardCopyOption.REPLACE_EXISTING);
        store.tick();
        assertThat(store.problem()).contains("is damaged", "the keys of before go on");
        assertThat(store.all()).isEqualTo(elsewhere.all());
        Files.delete(file);
        store.tick();
        assertThat(store.problem()).contains("is gone");
        store.revoke("phone");
        assertThat(store.problem()).isEmpty();
        assertThat(open().all()).singleElement().extracting(IssuedKey::revoked).isNotNull();
    }

    @Test
    void aFollowerThatFailsKeepsNoOtherFromKnowing() throws Exception {
        KeyStore store = open();
        store.create(order("phone"));
        var told = new ArrayList<List<IssuedKey>>();
        var failing = new java.util.concurrent.atomic.AtomicBoolean();
        store.follow(_ -> {
            if (failing.get()) {
                throw new IllegalStateException("no room");
            }
        });
        store.follow(told::add);
        failing.set(true);

        assertThatThrownBy(() -> store.revoke("phone")).hasMessage("no room");

        assertThat(told.getLast()).singleElement().extracting(IssuedKey::revoked).isNotNull();
    }
}
